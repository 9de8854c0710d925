"""The language of the demo: one line, one step, and no line that means nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

PEOPLE = ("alice", "bob", "carol", "gina")
CHANNELS = ("general", "alerts", "key-approvals", "ops")
GUESTS = {"gina": ("general",)}
"""Who is only in some channels."""

LONGEST_WAIT = timedelta(days=3660)


@dataclass(frozen=True)
class Says:
    """A person types; what begins with a slash is a command."""

    who: str
    text: str
    channel: str = "general"


@dataclass(frozen=True)
class Clicks:
    """A person clicks the newest button of that label."""

    who: str
    label: str


@dataclass(frozen=True)
class Submits:
    """A person fills in the open modal, by label, and submits it."""

    who: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Waits:
    """The sandbox's clock moves on."""

    by: timedelta


@dataclass(frozen=True)
class SetsBalance:
    """This much is left at Deepgram, in US dollars."""

    amount: Decimal


@dataclass(frozen=True)
class Fails:
    """Deepgram answers these requests with *status*; 0 drops the connection. ``*`` in *path* stands for any text."""

    method: str
    path: str
    status: int


@dataclass(frozen=True)
class Slows:
    """Deepgram takes this many real seconds to answer."""

    seconds: float


@dataclass(frozen=True)
class Heals:
    """Deepgram works as usual again."""


@dataclass(frozen=True)
class Kills:
    """The bot's own process gets SIGKILL."""


@dataclass(frozen=True)
class Starts:
    """The bot's process starts again, on the same database."""


@dataclass(frozen=True)
class Channel:
    """What everybody in a channel can read."""

    name: str

    def __str__(self) -> str:
        return f"#{self.name}"


@dataclass(frozen=True)
class Screen:
    """What one person can see: their channels, what only they see, their open modal, their Home."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Expects:
    """Something new at *place* contains *text*, or (not *present*) nothing new does."""

    place: Channel | Screen
    text: str
    present: bool = True


Step = Says | Clicks | Submits | Waits | SetsBalance | Fails | Slows | Heals | Kills | Starts | Expects


@dataclass(frozen=True)
class Line:
    """One step, as it stands in the file. Numbers count from 1."""

    number: int
    text: str
    step: Step


class ScriptError(Exception):
    """Lines that are no steps; says for each its number, what is wrong and what would fit."""


def parse(source: str) -> tuple[Line, ...]:
    """Read a whole script; comments (lines that begin with ``#``) and empty lines are left out.

    Raises ScriptError, which names every line that can't be played.
    """
    lines, wrong = list[Line](), list[str]()
    for number, raw in enumerate(source.removeprefix("\ufeff").split("\n"), start=1):
        text = raw.strip()
        if not text or text.startswith("#"):
            continue
        try:
            lines.append(Line(number, text, parse_step(text)))
        except ScriptError as error:
            wrong.append(f"Line {number}: {error}")
    if wrong:
        raise ScriptError("\n".join(wrong))
    return tuple(lines)


def parse_step(text: str) -> Step:
    """Read one line that is neither empty nor a comment; raises ScriptError with a sentence."""
    for pattern, read in _FORMS:
        if form := pattern.fullmatch(text.strip()):
            return read(form)
    raise ScriptError(
        f"{text.strip()!r} is no step. A step begins with a person ({_and(PEOPLE)}), deepgram:, bot:, wait, "
        f"expect or expect-not."
    )


def _person(form: re.Match[str]) -> Step:
    who, channel, text = form["who"], form["channel"], form["text"]
    if who not in PEOPLE:
        raise ScriptError(f"There is no {who!r} here; the people are {_and(PEOPLE)}.")
    verb, _, rest = text.partition(" ")
    if verb in ("click", "submit"):
        if channel is not None:
            raise ScriptError(f"A {verb} finds its own place; write {who}: {verb} without a channel.")
        return _clicks(who, rest.strip()) if verb == "click" else _submits(who, rest.strip())
    channel = channel or "general"
    _known_channel(channel)
    if channel not in GUESTS.get(who, CHANNELS):
        raise ScriptError(f"{who} is not in #{channel}, only in {_and(tuple('#' + c for c in GUESTS[who]))}.")
    return Says(who, text, channel)


def _clicks(who: str, rest: str) -> Step:
    label = _QUOTED.fullmatch(rest)
    if label is None or not _plain(label[1]).strip():
        raise ScriptError(f'click {rest} names no button; write the label in quotes, as in {who}: click "Approve".')
    return Clicks(who, _plain(label[1]))


def _submits(who: str, rest: str) -> Step:
    fields, at = dict[str, str](), 0
    while at < len(rest):
        field = _FIELD.match(rest, at)
        if field is None:
            raise ScriptError(
                f'submit: {rest[at:]!r} is not a field and its value, as in {who}: submit "Email"="bob@co.com".'
            )
        label = _plain(field[1])
        if label in fields:
            raise ScriptError(f"submit: the field {label!r} is filled in twice; name it once.")
        fields[label] = _plain(field[2])
        at = field.end()
    return Submits(who, tuple(fields.items()))


def _waits(form: re.Match[str]) -> Step:
    wait = _DURATION.fullmatch(form[1])
    if wait is None:
        raise ScriptError(f"wait: {form[1]!r} is not a duration such as 90s, 30m, 12h or 2d.")
    seconds = int(wait[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[wait[2]]
    if seconds > LONGEST_WAIT.total_seconds():
        raise ScriptError(f"wait: {form[1]} is longer than {LONGEST_WAIT.days}d, the longest wait there is.")
    return Waits(timedelta(seconds=seconds))


def _deepgram(form: re.Match[str]) -> Step:
    match form[1].split():
        case ["balance", amount] if _NUMBER.fullmatch(amount):
            return SetsBalance(Decimal(amount))
        case ["fail", method, path, status] if (
            method in _METHODS and path.startswith(("/", "*")) and _STATUS.fullmatch(status)
        ):
            return Fails(method, path, int(status))
        case ["slow", seconds] if _NUMBER.fullmatch(seconds):
            return Slows(float(seconds))
        case ["heal"]:
            return Heals()
    raise ScriptError(
        f"deepgram: {form[1]!r} is none of its steps, which are balance 20, "
        "fail GET /v1/projects/*/balances 503 (0 drops the connection), slow 5 and heal."
    )


def _bot(form: re.Match[str]) -> Step:
    match form[1]:
        case "kill":
            return Kills()
        case "start":
            return Starts()
    raise ScriptError(f"bot: {form[1]!r} is none of its steps, which are kill and start.")


def _expects(form: re.Match[str]) -> Step:
    where, text = form["where"], form["text"].strip()
    if not text:
        raise ScriptError(f"expect {where}: names no text; write what should be read there after the colon.")
    place: Channel | Screen
    if where.startswith("#"):
        place = Channel(_known_channel(where[1:]))
    elif where in PEOPLE:
        place = Screen(where)
    else:
        raise ScriptError(
            f"{where!r} is no place to look; places are {_and(PEOPLE)} and {_and(tuple('#' + c for c in CHANNELS))}."
        )
    return Expects(place, text, present=form["verb"] == "expect")


def _known_channel(name: str) -> str:
    if name not in CHANNELS:
        raise ScriptError(f"There is no #{name} here; the channels are {_and(tuple('#' + c for c in CHANNELS))}.")
    return name


def _plain(quoted: str) -> str:
    return quoted.replace('\\"', '"')


def _and(names: tuple[str, ...]) -> str:
    return ", ".join(names[:-1]) + f" and {names[-1]}" if len(names) > 1 else names[0]


_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "*")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_STATUS = re.compile(r"0|[45][0-9]{2}")
_DURATION = re.compile(r"([0-9]{1,9})([smhd])")
_TEXT = r'"((?:\\"|[^"])*)"'
_QUOTED = re.compile(_TEXT)
_FIELD = re.compile(rf"{_TEXT}\s*=\s*{_TEXT}(?:\s+|$)")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Step]], ...] = (
    (re.compile(r"(?P<verb>expect|expect-not)\s+(?P<where>\S+?)\s*:(?P<text>.*)"), _expects),
    (re.compile(r"wait\s+(.+)"), _waits),
    (re.compile(r"deepgram:\s*(.*)"), _deepgram),
    (re.compile(r"bot:\s*(.*)"), _bot),
    (re.compile(r"(?P<who>[\w-]+)(?:\s+in\s+#(?P<channel>[\w-]+))?\s*:\s*(?P<text>.+)"), _person),
)
