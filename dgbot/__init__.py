"""The plugin author's face of dgbot: everything that a plugin imports, and nothing is loaded before it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dgbot.domain.alerting.answering import AwakeAlready, NothingFires, SeenAlready
    from dgbot.domain.alerting.hushing import LONGEST_SILENCE, Silence
    from dgbot.domain.alerting.labels import BadMatcher, Matcher, matcher
    from dgbot.domain.alerting.levels import Hold, Level, Severity, Side
    from dgbot.domain.alerting.mentions import read_calls
    from dgbot.domain.alerting.rules import AlertRule
    from dgbot.domain.alerting.states import AlertState
    from dgbot.domain.charts import Chart, Series
    from dgbot.domain.days import period
    from dgbot.domain.digests import Digest, Every, Rhythm
    from dgbot.domain.forecast.daily import DaySpend
    from dgbot.domain.forecast.drawn import balance_chart
    from dgbot.domain.forecast.month import NoBudget, month_end
    from dgbot.domain.forecast.outlook import Forecast, forecast
    from dgbot.domain.forecast.readings import Reading, UnitsDiffer
    from dgbot.domain.forecast.spikes import spike
    from dgbot.domain.forecast.words import empty_about, span_left, usual_spend
    from dgbot.domain.identity import ANYONE, Principal
    from dgbot.domain.marks import shown_name
    from dgbot.domain.money import limit, said
    from dgbot.domain.reconciliation import Concern, Finding, KeyReview, LivingKey, worth_a_look
    from dgbot.domain.replies import (
        Audience,
        Button,
        Buttons,
        ChannelLink,
        Confirm,
        Everyone,
        Facts,
        GroupMention,
        Line,
        Mention,
        Menu,
        Note,
        Part,
        Piece,
        Reply,
        Table,
        Text,
        WebLink,
        run_button,
    )
    from dgbot.plugin.alerts import Alert, NoSuchAlert, NoSuchSilence, Reach, Reason, Snoozed, Story, Unseen, Until
    from dgbot.plugin.check import Check, Sample, SampleContext
    from dgbot.plugin.command import Command, command
    from dgbot.plugin.config import PluginConfig
    from dgbot.plugin.context import Context, OpenRequest, Project
    from dgbot.plugin.errors import CannotMeasure, TooEarly, UsageError
    from dgbot.plugin.grant import KeyGrant
    from dgbot.plugin.hookspecs import hookimpl
    from dgbot.plugin.kind import Choices, Help, Kind, Unfit
    from dgbot.plugin.params import (
        Channel,
        Duration,
        Email,
        KeyRef,
        Mentioned,
        Money,
        Prose,
        Scopes,
        read_duration,
        write_duration,
    )
    from dgbot.plugin.rule_spec import RuleSpec, cleared
    from dgbot.plugin.words import typed_word

__all__ = [
    "ANYONE",
    "LONGEST_SILENCE",
    "Alert",
    "AlertRule",
    "AlertState",
    "Audience",
    "AwakeAlready",
    "BadMatcher",
    "Button",
    "Buttons",
    "CannotMeasure",
    "Channel",
    "ChannelLink",
    "Chart",
    "Check",
    "Choices",
    "Command",
    "Concern",
    "Confirm",
    "Context",
    "DaySpend",
    "Digest",
    "Duration",
    "Email",
    "Every",
    "Everyone",
    "Facts",
    "Finding",
    "Forecast",
    "GroupMention",
    "Help",
    "Hold",
    "KeyGrant",
    "KeyRef",
    "KeyReview",
    "Kind",
    "Level",
    "Line",
    "LivingKey",
    "Matcher",
    "Mention",
    "Mentioned",
    "Menu",
    "Money",
    "NoBudget",
    "NoSuchAlert",
    "NoSuchSilence",
    "Note",
    "NothingFires",
    "OpenRequest",
    "Part",
    "Piece",
    "PluginConfig",
    "Principal",
    "Project",
    "Prose",
    "Reach",
    "Reading",
    "Reason",
    "Reply",
    "Rhythm",
    "RuleSpec",
    "Sample",
    "SampleContext",
    "Scopes",
    "SeenAlready",
    "Series",
    "Severity",
    "Side",
    "Silence",
    "Snoozed",
    "Story",
    "Table",
    "Text",
    "TooEarly",
    "Unfit",
    "UnitsDiffer",
    "Unseen",
    "Until",
    "UsageError",
    "WebLink",
    "balance_chart",
    "cleared",
    "command",
    "empty_about",
    "forecast",
    "hookimpl",
    "limit",
    "matcher",
    "month_end",
    "period",
    "read_calls",
    "read_duration",
    "run_button",
    "said",
    "shown_name",
    "span_left",
    "spike",
    "typed_word",
    "usual_spend",
    "worth_a_look",
    "write_duration",
]

_ROOMS = {
    "domain.alerting.answering": ("AwakeAlready", "NothingFires", "SeenAlready"),
    "domain.alerting.hushing": ("LONGEST_SILENCE", "Silence"),
    "domain.alerting.labels": ("BadMatcher", "Matcher", "matcher"),
    "domain.alerting.levels": ("Hold", "Level", "Severity", "Side"),
    "domain.alerting.mentions": ("read_calls",),
    "domain.alerting.rules": ("AlertRule",),
    "domain.alerting.states": ("AlertState",),
    "domain.days": ("period",),
    "domain.digests": ("Digest", "Every", "Rhythm"),
    "domain.forecast.daily": ("DaySpend",),
    "domain.forecast.month": ("NoBudget", "month_end"),
    "domain.forecast.drawn": ("balance_chart",),
    "domain.forecast.outlook": ("Forecast", "forecast"),
    "domain.forecast.readings": ("Reading", "UnitsDiffer"),
    "domain.forecast.spikes": ("spike",),
    "domain.forecast.words": ("empty_about", "span_left", "usual_spend"),
    "domain.marks": ("shown_name",),
    "domain.money": ("limit", "said"),
    "domain.charts": ("Chart", "Series"),
    "domain.identity": ("ANYONE", "Principal"),
    "domain.replies": (
        *(
            "Audience",
            "Button",
            "Buttons",
            "ChannelLink",
            "Confirm",
            "Everyone",
            "Facts",
            "GroupMention",
            "Line",
            "WebLink",
            "Mention",
            "Menu",
            "Note",
            "Part",
            "Piece",
            "Reply",
            "Table",
            "Text",
        ),
        "run_button",
    ),
    "domain.reconciliation": ("Concern", "Finding", "KeyReview", "LivingKey", "worth_a_look"),
    "plugin.alerts": (
        *("Alert", "NoSuchAlert", "NoSuchSilence", "Reach", "Reason", "Snoozed", "Story", "Unseen"),
        "Until",
    ),
    "plugin.words": ("typed_word",),
    "plugin.check": ("Check", "Sample", "SampleContext"),
    "plugin.rule_spec": ("RuleSpec", "cleared"),
    "plugin.command": ("Command", "command"),
    "plugin.config": ("PluginConfig",),
    "plugin.context": ("Context", "OpenRequest", "Project"),
    "plugin.errors": ("CannotMeasure", "TooEarly", "UsageError"),
    "plugin.grant": ("KeyGrant",),
    "plugin.hookspecs": ("hookimpl",),
    "plugin.kind": ("Choices", "Help", "Kind", "Unfit"),
    "plugin.params": (
        *("Channel", "Duration", "Email", "KeyRef", "Mentioned", "Money", "Prose", "Scopes"),
        *("read_duration", "write_duration"),
    ),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
