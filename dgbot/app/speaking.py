"""How a bot knows people and speaks to them: through Slack, or through what the ground has in its place."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.adapters.pictures import drawer
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.notifier import SlackNotifier
from dgbot.adapters.slack.panes import SlackPanes
from dgbot.adapters.slack.pictures import Pictures
from dgbot.app.ground import Ground
from dgbot.app.outside import answer_origin
from dgbot.domain.ports import Directory, Notifier
from dgbot.services.panes import Panes


@dataclass(frozen=True, slots=True)
class Speaking:
    """Who is there, what is posted, and what opens on somebody's screen."""

    directory: Directory
    notifier: Notifier
    panes: Panes


def speaking(ground: Ground) -> Speaking:
    """Return Slack's three, each unless *ground* has another one."""
    settings, client = ground.settings, ground.client
    people = SlackDirectory(client, ground.identity.team_id or "")
    draw = drawer() if settings.alerts.pictures else None
    notifier = SlackNotifier(
        client,
        people,
        answer_origin=answer_origin(settings.slack.base_url),
        pictures=Pictures(client, draw) if draw else None,
    )
    return Speaking(ground.directory or people, ground.notifier or notifier, ground.panes or SlackPanes(client, people))
