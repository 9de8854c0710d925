"""A message as a rule would post it, marked as a test: for whoever wants to know who hears of it, and how it reads."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.adapters.slack.session import own_session
from dgbot.adapters.storage import rules as kept_rules
from dgbot.adapters.storage.looking import looking
from dgbot.app.outside import CannotStart, answer_origin, deepgram_of, identify
from dgbot.domain.alerting.hearing import hearers
from dgbot.domain.alerting.routes import OPERATORS
from dgbot.domain.alerting.rules import AlertRule
from dgbot.domain.deliveries import Notice, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.plugin.config import PluginConfig
from dgbot.plugin.discovery import load_plugins
from dgbot.services.alerting.cards import tried_out
from dgbot.services.facts import facts_of
from dgbot.services.projects import Projects
from dgbot.settings import Settings

MARK = "This is a test from the terminal: nothing fires, and the value is made up."


class CannotFire(Exception):
    """There is no such rule, or Slack does not take the message; a sentence says which."""


async def fire(rule: AlertRule, settings: Settings) -> list[str]:
    """Post what *rule* would say of its worst level, and return the channels that heard it; raises CannotFire."""
    section, now = settings.slack, datetime.now(UTC)
    project = await _called(settings.deepgram.project if rule.of_many else rule.project_id, settings)
    channels, check = _channels(rule, settings, project), load_plugins(PluginConfig()).checks.get(rule.check)
    reply = tried_out(rule, rule.ladder.ranks[-1], project=project, at=now, check=check, mark=MARK)
    async with own_session(section.base_url, section.bot_token) as client:
        try:
            identity = await identify(client)
            people = SlackDirectory(client, identity.team_id or "")
            slack = SlackNotifier(client, people, answer_origin=answer_origin(section.base_url))
            for channel_id in channels:
                key = f"fire-test:{secrets.token_hex(8)}"
                await slack.send(Notice(key, NoticeKind.OPS, channel_id, facts_of(reply=reply)), None)
        except CannotStart as error:
            raise CannotFire(str(error)) from None
        except NotDelivered as error:
            raise CannotFire(f"Slack does not take it for {', '.join(channels)}: {error}.") from None
    return channels


async def _called(project_id: str, settings: Settings) -> str:
    """Return the name of a project; its id while Deepgram does not tell it."""
    async with deepgram_of(settings) as deepgram:
        return (await Projects(deepgram, settings.deepgram.project).of(project_id)).name


def _channels(rule: AlertRule, settings: Settings, project: str) -> list[str]:
    """Return who hears of the worst level of *rule* about the *project* of that name."""
    heard = hearers(rule, {}, project=project, severity=rule.ladder.levels[-1].severity)
    channels = [settings.alerts.channel if one.channel_id == OPERATORS else one.channel_id for one in heard]
    if not (named := [one for one in channels if one]):
        raise CannotFire(f"Nobody hears of {rule.name}: it names no channel, and alerts.channel is not set.")
    return named


def named(name: str, among: Sequence[AlertRule] | None, url: str) -> AlertRule:
    """Return the rule called *name* among these, else of the database; raises CannotFire and StorageError."""
    if among is None:
        with looking(url) as connection:
            among = kept_rules.every(connection)
    found = [rule for rule in among if name in {rule.name, rule.id}]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(f"{rule.id} (of {rule.project_id})" for rule in found)
        raise CannotFire(f"There are several rules {name}; name one by its id: {ids}.")
    known = ", ".join(sorted({rule.name for rule in among}))
    raise CannotFire(f"There is no rule {name!r}; " + (f"there are {known}." if known else "there are none yet."))
