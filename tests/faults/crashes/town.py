"""What outlives the bot: a local Slack with its people, a local Deepgram, a database, and who starts the bot anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from slack_bolt.authorization import AuthorizeResult

from dgbot import PluginConfig
from dgbot.adapters.web import EVENTS_PATH
from dgbot.app.parts import Parts
from dgbot.plugin.discovery import Plugins, load_plugins
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.slack import Delivered, LocalSlack, NoSuchThing
from dgbot.sandbox.slack.world.workspace import BOT, BOT_ID, TEAM
from dgbot.services.keys.doubt import QUIET
from dgbot.serving import serving
from dgbot.testing import company
from tests.faults.crashes.child import BotEnded, Child, NeverRests
from tests.faults.crashes.databases import Database, Standing, standings
from tests.faults.crashes.life import Birth
from tests.office import COMPANY, MAY, Door, MovableClock

ALERTS = {"balance-alert": {"rules": [{"threshold": 50, "channel": "CALERTS01"}]}}

QUIET_HOURS = {"channels": ["CALERTS01"], "from": "22:00", "to": "07:00", "zone": "Europe/Berlin"}
NIGHT = {"alerts": {"quiet": {"night": QUIET_HOURS}}}

IDENTITY = AuthorizeResult(
    enterprise_id=None, team_id=TEAM, bot_user_id=BOT, bot_id=BOT_ID, bot_token="xoxb-unused", bot_scopes=[]
)

RESTART = timedelta(seconds=20)
"""What it takes until somebody, or something, has started the bot anew."""

LIVES = 6
"""A bot that dies more often than it is killed does not come to rest."""

Flaw = Callable[[Parts], None]


@dataclass(frozen=True)
class Ground:
    """What every run of a worker uses: two doors on loopback, the plugins, a database, a file for the log."""

    slack: Door
    deepgram: Door
    plugins: Plugins
    database: Database
    log: Path


@asynccontextmanager
async def grounded(database: Database, log: Path) -> AsyncIterator[Ground]:
    slack, deepgram = Door(), Door()
    async with AsyncExitStack() as stack:
        for door in (slack, deepgram):
            door.origin = await stack.enter_async_context(serving(door))
        yield Ground(slack, deepgram, load_plugins(PluginConfig(ALERTS)), database, log)


@dataclass
class Town:
    """One run: a fresh world, and a bot that is killed at the boundaries *crashes*, one a life, and then no more."""

    ground: Ground
    crashes: Sequence[int] = ()
    flaw: Flaw | None = None
    forked: bool = True
    """Whether the bot lives in a child; it can't be killed otherwise."""
    clock: MovableClock = field(default_factory=MovableClock)
    died: list[str] = field(default_factory=list)
    """The number and the name of each boundary at which the bot was killed."""
    names: list[list[str]] = field(default_factory=list)
    """The boundaries of each life, as far as it told."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slack = LocalSlack(self.clock.now)
        self.deepgram = LocalDeepgram(self.clock.now)
        self.deepgram.witness = lambda *_: self._look_for_two_known_keys()
        self.slack.origin = self.ground.slack.origin
        self.ground.slack.app, self.ground.deepgram.app = self.slack.app, self.deepgram.app
        self._life: Child | None = None

    # What people do

    async def acts(self, who: str, act: Callable[[], Awaitable[Delivered]]) -> bool:
        """Let *who* act once and the bot come to rest; return whether Slack told them that it was received.

        What was received has to be answered in the end.
        """
        await self._alive()
        mark = self.slack.mark()
        delivered = await act()
        await self.rests()
        if delivered.acked and not self.slack.people[who].sees(mark):
            self.lost.append(f"{who} was not answered")
        return delivered.acked

    async def says(self, who: str, text: str, *, until: str) -> None:
        """Let *who* type until they read *until*; they wait whether something comes before they type again."""
        for _ in range(LIVES):
            await self.acts(who, lambda: self.slack.people[who].says(text))
            if until in self.screen(who):
                return
        self.lost.append(f"{who} never read {until!r}")

    async def clicks(self, who: str, label: str) -> bool:
        """Let *who* click, and again as long as Slack shows an error; return whether there was such a button."""
        for tries in range(LIVES):
            try:
                if await self.acts(who, lambda: self.slack.people[who].clicks(label)):
                    return True
            except NoSuchThing:
                return tries > 0
        return True

    def screen(self, who: str) -> str:
        return "\n".join(self.slack.people[who].sees())

    def offers(self, who: str, label: str) -> bool:
        """Whether a button with that label is on the screen."""
        return label in self.screen(who)

    # What the world does

    async def waits(self, *pauses: timedelta) -> None:
        """Let time pass, make a round after each of the *pauses*, and return when the bot has come to rest."""
        for pause in pauses:
            await self._alive()
            self.clock.advance(pause)
            while not await self._told(after=pause.total_seconds()):
                pause = timedelta()

    async def rests(self) -> None:
        """Return when a living bot has nothing left to do."""
        while not await self._told():
            """The next one has to come to rest."""

    async def _told(self, **order: float) -> bool:
        """Give a living bot an order; whether it lived to carry it out."""
        await self._alive()
        assert self._life is not None
        try:
            await self._life.told(**order)
        except BotEnded:
            return False
        finally:
            self._look_for_two_known_keys()
        return True

    async def settles(self) -> None:
        """Return when every doubt is settled."""
        for _ in range(LIVES):
            if all(one.state not in {"creating", "created", "delivering", "revoking"} for one in self.requests()):
                return
            await self.waits(QUIET + timedelta(seconds=1))
        self.lost.append("a doubt was never settled")

    def requests(self) -> list[Standing]:
        return standings(self.ground.database)

    # What is known

    def shown(self) -> list[str]:
        """Return the keys that the requester was shown, oldest first."""
        calls = [str(dict(call.arguments)) for call in self.slack.calls if call.method == "views.update" and call.ok]
        return [secret for secret in self.deepgram.issued_secrets if any(secret in call for call in calls)]

    def _look_for_two_known_keys(self) -> None:
        live = {key.secret for key in self.deepgram.keys}
        if len(live.intersection(self.shown())) > 1:
            self.doubled.append("two live keys are known")

    # The bot

    async def _alive(self) -> None:
        """Start the bot if it is not there."""
        while self._life is None or self._life.ended:
            if self._life is not None:
                await self._life.ends()
                self.clock.advance(RESTART)
                self.ground.database.time_passes()
            await self._start()

    async def _start(self) -> None:
        number = len(self.names)
        if number > len(self.crashes) + 1:
            raise NeverRests("the bot died without being killed")
        crash_at = self.crashes[number] if number < len(self.crashes) else 0
        self.names.append([])
        self._life = Child.born(
            Birth(
                url=self.ground.database.url,
                settings=self._settings(),
                plugins=self.ground.plugins,
                identity=IDENTITY,
                deepgram_origin=self.ground.deepgram.origin,
                now=self.clock.now(),
                number=number,
                crash_at=crash_at,
                log=self.ground.log,
                flaw=self.flaw,
            ),
            self.names[-1],
            self.died,
            forked=self.forked,
        )
        try:
            self.slack.deliver_to((await self._life.ready()) + EVENTS_PATH)
            await self._life.told()  # who acts does so before an idle bot, so that it goes the same way every time
        except BotEnded:
            return

    async def ends(self) -> None:
        """End the last bot."""
        if self._life is not None:
            await self._life.ends()

    def _settings(self) -> Any:
        access = {
            "bot_token": self.slack.bot_token,
            "signing_secret": self.slack.signing_secret,
            "base_url": f"{self.slack.origin}/api/",
        }
        given = {"api_key": self.deepgram.api_key, "project": self.deepgram.project_id}
        return company.settings(company.tables({**COMPANY, **NIGHT}, may=MAY, slack=access, deepgram=given))
