"""What a caller may ask for: one frozen value per request, checked before anything is sent."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from dgbot.deepgram.dates import Moment, day, instant
from dgbot.deepgram.errors import DeepgramOptionsError

ROLES = ("member", "admin", "owner")


class KeyOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a new API key may do, and for how long: *time_to_live_in_seconds* or *expiration_date*, not both.

    Neither means that it never expires. Empty *tags* are left out, since Deepgram refuses an empty list.
    """

    comment: str | None = None
    scopes: list[str] | None = None
    tags: list[str] | None = None
    time_to_live_in_seconds: int | None = None
    expiration_date: Moment | None = None

    def __post_init__(self) -> None:
        _check_text("comment", self.comment)
        _check_texts("scopes", self.scopes)
        _check_texts("tags", self.tags)
        seconds: object = self.time_to_live_in_seconds
        if seconds is not None and (isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1):
            raise DeepgramOptionsError(
                f"time_to_live_in_seconds: {seconds!r} is not a whole number of seconds above 0."
            )
        if self.expiration_date is not None:
            instant("expiration_date", self.expiration_date)
            if seconds is not None:
                raise DeepgramOptionsError(
                    "A key takes time_to_live_in_seconds or expiration_date, not both; leave one of them out."
                )


class InviteOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to invite, and as what: member, admin or owner."""

    email: str
    scope: str

    def __post_init__(self) -> None:
        if not isinstance(self.email, str) or "@" not in self.email.strip("@") or " " in self.email:
            raise DeepgramOptionsError(f"email: {self.email!r} is not an address such as jane@example.com.")
        _check_choice("scope", self.scope, ROLES)


class UsageSummaryOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Which usage to sum up: UTC days *start* to *end*, and filters.

    The flags name features: several True ones mean "any of these", False ones "none of these".
    Deepgram ignores a filter that it doesn't know, so only the known ones exist here.
    """

    start: Moment | None = None
    end: Moment | None = None
    accessor: str | None = None
    tag: str | None = None
    model: str | None = None
    method: str | None = None
    deployment: str | None = None
    endpoint: str | None = None
    alternatives: bool | None = None
    callback: bool | None = None
    callback_method: bool | None = None
    channels: bool | None = None
    custom_intent: bool | None = None
    custom_intent_mode: bool | None = None
    custom_topic: bool | None = None
    custom_topic_mode: bool | None = None
    detect_entities: bool | None = None
    detect_language: bool | None = None
    detect_topics: bool | None = None
    diarize: bool | None = None
    dictation: bool | None = None
    encoding: bool | None = None
    extra: bool | None = None
    filler_words: bool | None = None
    intents: bool | None = None
    interim_results: bool | None = None
    keyterm: bool | None = None
    keywords: bool | None = None
    language: bool | None = None
    measurements: bool | None = None
    multichannel: bool | None = None
    ner: bool | None = None
    numerals: bool | None = None
    paragraphs: bool | None = None
    profanity_filter: bool | None = None
    punctuate: bool | None = None
    redact: bool | None = None
    replace: bool | None = None
    sample_rate: bool | None = None
    search: bool | None = None
    sentiment: bool | None = None
    smart_format: bool | None = None
    summarize: bool | None = None
    topics: bool | None = None
    utt_split: bool | None = None
    utterances: bool | None = None
    version: bool | None = None

    def __post_init__(self) -> None:
        start = None if self.start is None else day("start", self.start)
        end = None if self.end is None else day("end", self.end)
        if start and end and start > end:
            raise DeepgramOptionsError(f"start: {start} is after end, {end}.")
        for name in ("accessor", "tag", "model"):
            _check_text(name, getattr(self, name))
        for name, choices in _CHOICES.items():
            if getattr(self, name) is not None:
                _check_choice(name, getattr(self, name), choices)
        for name in FEATURES:
            if getattr(self, name) is not None and not isinstance(getattr(self, name), bool):
                raise DeepgramOptionsError(f"{name}: {getattr(self, name)!r} is not True or False.")


_CHOICES = {
    "method": ("sync", "async", "streaming"),
    "deployment": ("hosted", "beta", "self-hosted"),
    "endpoint": ("listen", "read", "speak", "agent"),
}

FEATURES = tuple(
    name
    for name in UsageSummaryOptions.__struct_fields__
    if name not in {"start", "end", "accessor", "tag", "model", *_CHOICES}
)

O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741


def chosen(kind: type[O], options: O | Mapping[str, object] | None, fields: Mapping[str, object]) -> O:
    """The options of a call, however they were given: an object, a mapping, or keyword arguments.

    Raises DeepgramOptionsError for a name that *kind* lacks, for one that it needs, and for both forms at once.
    """
    if options is not None and fields:
        raise DeepgramOptionsError(f"Give either options or keyword arguments ({', '.join(fields)}), not both.")
    if isinstance(options, kind):
        return options
    given: object = fields if options is None else options
    if not isinstance(given, Mapping):
        raise DeepgramOptionsError(f"options: a {type(given).__name__} is neither {kind.__name__} nor a mapping.")
    for name in given:
        if name not in kind.__struct_fields__:
            raise DeepgramOptionsError(_unknown(kind, name))
    try:
        return kind(**given)
    except TypeError:
        missing = [name for name in kind.__struct_fields__ if name not in given]
    raise DeepgramOptionsError(f"{kind.__name__} needs {' and '.join(missing)}.")


def _unknown(kind: type[msgspec.Struct], name: object) -> str:
    close = difflib.get_close_matches(str(name), kind.__struct_fields__, 1)
    fits = f"Did you mean {close[0]}?" if close else f"It has {', '.join(kind.__struct_fields__)}."
    return f"{kind.__name__} has no field {name!r}. {fits}"


def _check_text(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise DeepgramOptionsError(f"{name}: {value!r} is not text.")


def _check_texts(name: str, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise DeepgramOptionsError(f"{name}: {value!r} is not a list of texts such as ['usage:read'].")


def _check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        *first, last = choices
        raise DeepgramOptionsError(f"{name}: {value!r} is not {', '.join(first)} or {last}.")
