"""What people do, as a line of text: acknowledge, snooze 4h, silence project=acme for 2h."""

from __future__ import annotations

from datetime import timedelta

from dgbot.domain.alerting.labels import BadMatcher, Matcher, matcher
from dgbot.plugin.kind import Unfit
from dgbot.plugin.params import read_duration
from dgbot.services.alerting.rehearsal.script import (
    Acknowledges,
    Archives,
    Deed,
    Silences,
    Snoozes,
    Stops,
    Unsilences,
    Wakes,
)

BOT = "bot"
"""The one who is no person: it can stop for a while."""

SLACK = "slack"
"""The other one: channels can be archived there."""

FITS = (
    "acknowledge, snooze 4h, snooze until tomorrow, snooze until it changes, wake, silence project=acme for 2h "
    "or unsilence project=acme"
)


class BadDeed(ValueError):
    """Something that nobody can do; the message says what would fit."""


def read_deed(who: str, text: str) -> Deed:
    """Return what *who* does, or raise BadDeed; matchers after an answer pick some of what fires."""
    words = text.split()
    if who == BOT:
        if len(words) == 3 and words[:2] == ["stops", "for"]:
            return Stops(_duration(words[2]))
        raise BadDeed(f"{text!r} is nothing that the bot does in a test; stops for 7h would fit.")
    if who == SLACK:
        if len(words) == 2 and words[0] == "archives":
            return Archives(words[1])
        raise BadDeed(f"{text!r} is nothing that happens to Slack in a test; archives C0BILLING would fit.")
    match words:
        case ["acknowledge", *matchers]:
            return Acknowledges(_matchers(matchers))
        case ["wake", *matchers]:
            return Wakes(_matchers(matchers))
        case ["snooze", "until", "tomorrow", *matchers]:
            return Snoozes(_matchers(matchers), until_tomorrow=True)
        case ["snooze", "until", "it", "changes", *matchers]:
            return Snoozes(_matchers(matchers))
        case ["snooze", lasts, *matchers] if lasts != "until":
            return Snoozes(_matchers(matchers), _duration(lasts))
        case ["silence", *matchers, "for", lasts] if matchers:
            return Silences(_matchers(matchers), _duration(lasts))
        case ["unsilence", *matchers]:
            return Unsilences(_matchers(matchers))
        case _:
            raise BadDeed(f"{text!r} is nothing that people do; {FITS} would fit.")


def _duration(text: str) -> timedelta:
    try:
        return read_duration(text)
    except Unfit as unfit:
        raise BadDeed(f"{text!r} {unfit.clause}") from None


def _matchers(words: list[str]) -> tuple[Matcher, ...]:
    try:
        return tuple(matcher(word) for word in words)
    except BadMatcher as error:
        raise BadDeed(str(error)) from None
