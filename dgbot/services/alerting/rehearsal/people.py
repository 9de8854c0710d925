"""The people of a rehearsal, who answer through the same desk as those who click."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from dgbot.domain.alerting.answering import AwakeAlready, NothingFires, SeenAlready
from dgbot.domain.alerting.labels import Matcher, fit
from dgbot.domain.identity import Principal
from dgbot.domain.ports import AlertStore, Clock, Person
from dgbot.plugin.alerts import Until
from dgbot.plugin.context import Project
from dgbot.services.alerting.desk import AlertDesk, PersonalAlerts
from dgbot.services.alerting.rehearsal.script import (
    Acknowledges,
    Doing,
    Script,
    Silences,
    Snoozes,
    Unsilences,
    Wakes,
)
from dgbot.services.alerting.wakening import Wakening


class CannotAct(Exception):
    """Somebody did what has no effect; the message says why."""


class People:
    """Does what a script lets people do; all of them live in its zone."""

    def __init__(self, script: Script, store: AlertStore, clock: Clock, wakening: Wakening, project: Project) -> None:
        town = _Town(script.zone.key)
        self._desk = AlertDesk(
            store, clock, town, script.checks, wakening, script.quiet, name_of=str, wake_outbox=lambda: None
        )
        self._project = project

    async def do(self, doing: Doing) -> None:
        """Let somebody act; raises CannotAct."""
        alerts = PersonalAlerts(self._desk, project=self._project, principal=Principal(doing.by))
        match doing.deed:
            case Acknowledges(matchers):
                await _each(alerts, matchers, alerts.acknowledge)
            case Snoozes(matchers, lasts, until_tomorrow=tomorrow):
                span = Until.TOMORROW if tomorrow else lasts or Until.CHANGE
                await _each(alerts, matchers, lambda one: alerts.snooze(one, span))
            case Wakes(matchers):
                await _each(alerts, matchers, alerts.wake)
            case Silences(matchers, lasts):
                try:
                    await alerts.silence(matchers, lasts=lasts, because="in a test")
                except ValueError as error:
                    raise CannotAct(str(error)) from None
            case Unsilences(matchers):
                ended = [one for one in await alerts.silences() if matchers in {(), one.matchers}]
                if not ended:
                    raise CannotAct("There is no such silence.")
                for one in ended:
                    await alerts.unsilence(one.id)
            case _:
                raise CannotAct("Nobody can do that.")


async def _each(
    alerts: PersonalAlerts, matchers: tuple[Matcher, ...], answer: Callable[[str], Awaitable[object]]
) -> None:
    """Answer everything that fires and fits *matchers*; it is enough if one of it takes the answer."""
    meant = [one.id for one in await alerts.firing() if fit(matchers, one.labels)]
    refused: list[Exception] = []
    for one in meant:
        try:
            await answer(one)
        except (AwakeAlready, NothingFires, SeenAlready) as error:
            refused.append(error)
    if len(refused) == len(meant):
        raise CannotAct(str(refused[0]) if refused else "Nothing fires that this could be about.")


class _Town:
    """The Directory of a rehearsal: whoever is named lives in its zone."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    async def person(self, user_id: str, *, max_age: timedelta) -> Person:
        """Return somebody of this name."""
        return Person(user_id, user_id, full=True, email="", zone=self._zone)

    async def by_email(self, email: str) -> Person | None:
        """Return nobody: people have no addresses here."""
        return None

    async def groups_of(self, user_id: str, among: frozenset[str], *, max_age: timedelta) -> frozenset[str]:
        """Return no group."""
        return frozenset()
