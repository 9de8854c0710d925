"""The types that a command's parameters may have; each reads as a plain one for the type checker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from dgbot.domain.alerting.mentions import BadMention, read_calls, written
from dgbot.plugin.addresses import EMAIL
from dgbot.plugin.kind import Kind, Unfit
from dgbot.plugin.scopes import SCOPES
from dgbot.plugin.words import said

LONGEST_DURATION = timedelta(days=3660)
LARGEST_AMOUNT = Decimal(999_999_999)

_SECONDS = {"w": 7 * 86_400, "d": 86_400, "h": 3_600, "m": 60}
_DURATION = re.compile(r"(?:([0-9]{1,6})w)?(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?")
_AMOUNT = re.compile(r"\$?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?)")
_CHANNEL = re.compile(r"<#([CGD][A-Z0-9]+)(?:\|([^<>|]*))?>|([CGD][A-Z0-9]{6,})")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of Slack's; *name* is empty where Slack does not tell it."""

    id: str
    name: str = ""

    def __str__(self) -> str:
        return f"#{self.name or self.id}"


def read_duration(text: str) -> timedelta:
    """Return ``30m``, ``12h``, ``7d``, ``2w`` or ``1h30m`` as a duration above zero; raises Unfit."""
    found = _DURATION.fullmatch(text.strip().lower())
    if not text.strip() or found is None:
        raise Unfit("is not a duration such as 30m, 12h or 7d.")
    seconds = sum(int(count) * unit for count, unit in zip(found.groups("0"), _SECONDS.values(), strict=True))
    if seconds == 0:
        raise Unfit("is no time at all; write a duration such as 30m, 12h or 7d.")
    if seconds > LONGEST_DURATION.total_seconds():
        raise Unfit(f"is longer than {LONGEST_DURATION.days}d; write a duration such as 30m, 12h or 7d.")
    return timedelta(seconds=seconds)


def write_duration(duration: timedelta) -> str:
    """Return *duration* as people type it, such as ``30d`` or ``1h30m``; parts of a minute are dropped."""
    seconds, text = int(duration.total_seconds()), ""
    for unit in ("d", "h", "m"):
        count, seconds = divmod(seconds, _SECONDS[unit])
        text += f"{count}{unit}" if count else ""
    return text or "0m"


def read_money(text: str) -> Decimal:
    """Return ``50``, ``$50`` or ``1,000.50`` as exact US dollars above zero; raises Unfit."""
    if text.lstrip("$").startswith("-"):
        raise Unfit("is below zero; write an amount such as 50 or $1,000.50.")
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Unfit("is not an amount such as 50 or $1,000.50.")
    amount = Decimal(found[1].replace(",", ""))
    if amount > LARGEST_AMOUNT:
        raise Unfit(f"is more than ${LARGEST_AMOUNT:,}; write an amount such as 50 or $1,000.50.")
    if not amount:
        raise Unfit("is nothing; write an amount above zero, such as 50 or $1,000.50.")
    return amount


def read_channel(text: str) -> Channel:
    """Return the channel that was picked in Slack, or whose id was typed; raises Unfit."""
    if found := _CHANNEL.fullmatch(text):
        return Channel(found[1] or found[3], found[2] or "")
    if text.startswith("#"):
        raise Unfit("is only text; type # and pick the channel from Slack's list.")
    raise Unfit("is not a channel; type # and pick it from Slack's list.")


def read_mention(text: str) -> str:
    """Return people, user groups, @here or @channel as Slack writes them, empty for ``nobody``; raises Unfit."""
    if text.strip().casefold() == "nobody":
        return ""
    try:
        return written(read_calls(text))
    except BadMention:
        raise Unfit("mentions nobody; type @ and pick people or a user group from Slack's list.") from None


def read_int(text: str) -> int:
    """Return a whole number; raises Unfit."""
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise Unfit("is not a whole number such as 10.")
    return int(text)


def choice(options: Iterable[tuple[str, object]]) -> Kind:
    """Return the kind of exactly these *options* (as typed, as meant), whatever their case."""
    meant = dict(options)
    folded = {typed.casefold(): value for typed, value in meant.items()}
    typed = {value: typed for typed, value in meant.items()}

    def read(text: str) -> object:
        if text.casefold() not in folded:
            raise Unfit(f"is not one of {', '.join(meant)}.")
        return folded[text.casefold()]

    return Kind(f"one of {', '.join(meant)}", read, "|".join(meant), lambda value: typed[value], tuple(meant))


def _key(text: str) -> str:
    if not text.strip():
        raise Unfit("names no key; write its id or its name.")
    return said(text).strip()


SPANS = ("1h", "12h", "1d", "7d", "30d", "90d")
"""The durations that forms offer where the plugin names none."""

TEXT = Kind("a word, or several in quotes", said)
PROSE = Kind("a word, or several in quotes", said, entry="lines")
WHOLE = Kind("a whole number such as 10", read_int, "number", entry="number")
CHANNEL = Kind("a channel, picked from Slack's list", read_channel, "#x", entry="channel")
DURATION = Kind("a duration such as 30m, 12h or 7d", read_duration, "7d", write_duration, choices=SPANS)
MONEY = Kind("an amount such as 50 or $1,000.50", read_money, "amount", lambda amount: f"${amount:,}")
MENTION = Kind("people or a user group, picked with @", read_mention, "@x")
KEY = Kind("a key's id or name", _key, "key")

Email = Annotated[str, EMAIL]
Prose = Annotated[str, PROSE]
Duration = Annotated[timedelta, DURATION]
Scopes = Annotated[tuple[str, ...], SCOPES]
Money = Annotated[Decimal, MONEY]
KeyRef = Annotated[str, KEY]
Mentioned = Annotated[str, MENTION]

KINDS: dict[type, Kind] = {
    str: TEXT,
    int: WHOLE,
    Channel: CHANNEL,
    timedelta: DURATION,
    Decimal: MONEY,
}
"""How a type is read that no ``Annotated`` says more about."""
