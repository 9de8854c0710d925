"""Who hears of an alert: the channel that its rule names, or those of the routes that its labels take."""

from __future__ import annotations

from dataclasses import dataclass

from dgbot.domain.alerting.hushing import matched_labels
from dgbot.domain.alerting.labels import Labels
from dgbot.domain.alerting.levels import Severity
from dgbot.domain.alerting.routes import taken
from dgbot.domain.alerting.rules import AlertRule


@dataclass(frozen=True, slots=True)
class Hearer:
    """A channel that hears of an alert, and whom a message there calls when it is news; empty for nobody."""

    channel_id: str
    mention: str = ""


def hearers(rule: AlertRule, own: Labels, *, project: str, severity: Severity | None) -> tuple[Hearer, ...]:
    """Return who hears of an instance with its *own* labels, in the *project* of that name, each channel once.

    The rule's own channel and mentions win over those of routes. What is not *severe* at all is nobody's news.
    """
    if severity is None:
        return ()
    mention = rule.mentions.get(severity, "")
    if rule.channel_id:
        return (Hearer(rule.channel_id, mention),)
    labels = matched_labels(rule, own, project=project, severity=severity)
    heard: dict[str, str] = {}
    for route in taken(rule.routes, labels):
        heard[route.channel_id] = heard.get(route.channel_id) or mention or route.mentions.get(severity, "")
    return tuple(Hearer(channel_id, calls) for channel_id, calls in heard.items())
