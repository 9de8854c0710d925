"""What a single request asked for and used, read from its ``response``.

Deepgram sends it as a configuration, a list of features and some sums; the published types name each on its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from dgbot.deepgram.errors import DeepgramAnswerError
from dgbot.deepgram.responses.base import Response, check_finite


class TokenDetail(Response, frozen=True, kw_only=True, gc=False):
    """The tokens that one feature of text intelligence used."""

    feature: str = ""
    input: int = 0
    output: int = 0
    model: str = ""


class SpeechSegment(Response, frozen=True, kw_only=True, gc=False):
    """One piece of speech. *start*, *end*, *confidence* and *text* are published but never sent, so they are None."""

    start: float | None = None
    end: float | None = None
    confidence: float | None = None
    text: str | None = None
    characters: int = 0
    model: str | None = None
    tier: str | None = None


class Config(Response, frozen=True, kw_only=True, gc=False):
    """One setting of a request; *value* is its text, in JSON unless it was text."""

    key: str
    value: str


class STTUsageDetails(Response, frozen=True, kw_only=True):
    """What a request asked of speech to text, and what it took (*duration* and *total_audio* in seconds)."""

    model: str | None = None
    language: str | None = None
    version: str | None = None
    uuid: str | None = None
    batch: bool = False
    streaming: bool = False
    method: str | None = None
    multichannel: bool = False
    alternatives: int | None = None
    numerals: bool = False
    punctuate: bool = False
    profanity_filter: bool = False
    redaction: bool = False
    diarization: bool = False
    ner: bool = False
    search: bool = False
    keywords: bool = False
    sentiment: bool = False
    topics: bool = False
    intents: bool = False
    custom_topics: bool = False
    custom_intents: bool = False
    duration: float = 0.0
    total_audio: float = 0.0
    channels: int | None = None
    streams: int | None = None
    tier: str | None = None
    tags: list[str] = []
    features: list[str] = []


class TTSUsageDetails(Response, frozen=True, kw_only=True):
    """What a request had spoken."""

    model: str | None = None
    method: str | None = None
    duration: float = 0.0
    speech_segments: list[SpeechSegment] = []


class _Sums(msgspec.Struct, frozen=True):
    usd: Decimal | None = None
    duration: float | None = None
    total_audio: float | None = None
    channels: int | None = None
    streams: int | None = None
    method: str | None = None
    tier: str | None = None
    models: list[str] | str | None = None
    tags: list[str] | str | None = None
    features: list[str] | None = None
    config: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        check_finite(self.duration or 0.0, self.total_audio or 0.0)

    def asks(self, *names: str) -> bool:
        """Whether one of the features *names* was asked for, in the list or in the configuration."""
        settings = self.config or {}
        return any(name in (self.features or ()) or settings.get(name) not in (None, False, "false") for name in names)


class _Speech(msgspec.Struct, frozen=True):
    duration: float | None = None
    speech_segments: list[SpeechSegment] | None = None

    def __post_init__(self) -> None:
        check_finite(self.duration or 0.0)


class Details(msgspec.Struct, frozen=True):
    """The parts of a response that have a type."""

    message: str | None = None
    code: int | None = None
    details: _Sums | None = None
    tts_details: _Speech | None = None
    tokens: list[TokenDetail] | None = msgspec.field(default=None, name="token_details")

    @property
    def usd(self) -> Decimal | None:
        """What Deepgram says that it cost."""
        return self.details.usd if self.details else None

    @property
    def token_details(self) -> list[TokenDetail]:
        """The tokens that each feature used."""
        return self.tokens or []

    def settings(self) -> list[Config]:
        """The configuration, setting by setting."""
        given = (self.details.config if self.details else None) or {}
        return [
            Config(key=name, value=value if isinstance(value, str) else json.dumps(value))
            for name, value in given.items()
        ]

    def speech_to_text(self) -> STTUsageDetails | None:
        """The part that was heard or read, if there is one."""
        sums = self.details
        if sums is None or (self._segments and not sums.duration):
            return None
        given = sums.config or {}
        models = [sums.models] if isinstance(sums.models, str) else sums.models or []
        return STTUsageDetails(
            model=_text(given.get("model")) or sums.tier,
            language=_text(given.get("language")),
            version=_text(given.get("version")),
            uuid=models[0] if models else None,
            batch=sums.method in ("sync", "async"),
            streaming=sums.method == "streaming",
            method=sums.method,
            multichannel=sums.asks("multichannel"),
            alternatives=given["alternatives"] if isinstance(given.get("alternatives"), int) else None,
            numerals=sums.asks("numerals"),
            punctuate=sums.asks("punctuate"),
            profanity_filter=sums.asks("profanity_filter"),
            redaction=sums.asks("redact"),
            diarization=sums.asks("diarize"),
            ner=sums.asks("ner", "detect_entities"),
            search=sums.asks("search"),
            keywords=sums.asks("keywords", "keyterm"),
            sentiment=sums.asks("sentiment"),
            topics=sums.asks("topics", "detect_topics"),
            intents=sums.asks("intents"),
            custom_topics=sums.asks("custom_topic"),
            custom_intents=sums.asks("custom_intent"),
            duration=sums.duration or 0.0,
            total_audio=sums.total_audio or 0.0,
            channels=sums.channels,
            streams=sums.streams,
            tier=sums.tier,
            tags=[sums.tags] if isinstance(sums.tags, str) else sums.tags or [],
            features=sums.features or [],
        )

    def text_to_speech(self) -> TTSUsageDetails | None:
        """The part that was spoken, if there is one."""
        if not self._segments:
            return None
        return TTSUsageDetails(
            model=next((segment.model for segment in self._segments if segment.model), None),
            method=self.details.method if self.details else None,
            duration=(self.tts_details.duration if self.tts_details else None) or 0.0,
            speech_segments=self._segments,
        )

    @property
    def _segments(self) -> list[SpeechSegment]:
        return (self.tts_details.speech_segments if self.tts_details else None) or []


def details_of(response: Mapping[str, Any] | None) -> Details:
    """The typed parts of a request's *response*, which may be missing; a wrong type is a DeepgramAnswerError."""
    try:
        return msgspec.convert(response or {}, Details, strict=False)
    except msgspec.ValidationError as error:
        words, _, place = str(error).partition(" - at `")
    path = f"$.response{place.rstrip('`').removeprefix('$')}"
    raise DeepgramAnswerError(
        f"What Deepgram said of this request can't be read: {words[:1].lower()}{words[1:]} at `{path}`.",
        json_path=path,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
