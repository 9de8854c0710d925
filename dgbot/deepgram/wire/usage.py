"""Usage: its summary, its breakdown, and what it can be filtered by."""

from __future__ import annotations

import msgspec

from dgbot.deepgram.responses.base import check_finite
from dgbot.deepgram.responses.usage import (
    Resolution,
    UsageBreakdownResponse,
    UsageBreakdownResult,
    UsageFieldsResponse,
    UsageGrouping,
    UsageModel,
    UsageSummaryResponse,
    UsageSummaryResults,
)
from dgbot.deepgram.wire.reading import decoder, read, texts


class _Tokens(msgspec.Struct, rename={"in_": "in"}, gc=False):
    in_: int = 0
    out: int = 0


class _Speech(msgspec.Struct, gc=False):
    characters: int = 0
    requests: int = 0


class _Span(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    hours: float = 0.0
    total_hours: float = 0.0
    requests: int = 0
    tokens: _Tokens | None = None
    tts: _Speech | None = None

    def __post_init__(self) -> None:
        check_finite(self.hours, self.total_hours)

    def value(self) -> UsageSummaryResults:
        """What callers get."""
        tokens, speech = self.tokens or _Tokens(), self.tts or _Speech()
        return UsageSummaryResults(
            start=self.start,
            end=self.end,
            hours=self.hours,
            total_hours=self.total_hours,
            requests=self.requests,
            tokens_in=tokens.in_,
            tokens_out=tokens.out,
            tts_characters=speech.characters,
            tts_requests=speech.requests,
        )


class _SpanLength(msgspec.Struct, gc=False):
    units: str = ""
    amount: int = 0
    results: list[_Span] = []


class _Summary(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    resolution: _SpanLength | None = None
    results: list[_Span] = []


class _Grouping(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    accessor: str | None = None
    endpoint: str | None = None
    feature_set: str | None = None
    models: list[str] | str | None = None
    method: str | None = None
    tags: list[str] | str | None = None
    deployment: str | None = None

    def value(self) -> UsageGrouping:
        """What callers get."""
        return UsageGrouping(
            start=self.start,
            end=self.end,
            accessor=self.accessor,
            endpoint=self.endpoint,
            feature_set=self.feature_set,
            models=texts(self.models),
            method=self.method,
            tags=texts(self.tags),
            deployment=self.deployment,
        )


class _Group(msgspec.Struct, gc=False):
    hours: float = 0.0
    total_hours: float = 0.0
    agent_hours: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    tts_characters: int = 0
    requests: int = 0
    grouping: _Grouping | None = None

    def __post_init__(self) -> None:
        check_finite(self.hours, self.total_hours, self.agent_hours)

    def value(self) -> UsageBreakdownResult:
        """What callers get."""
        return UsageBreakdownResult(
            hours=self.hours,
            total_hours=self.total_hours,
            agent_hours=self.agent_hours,
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            tts_characters=self.tts_characters,
            requests=self.requests,
            grouping=(self.grouping or _Grouping()).value(),
        )


class _Breakdown(msgspec.Struct, gc=False):
    start: str = ""
    end: str = ""
    resolution: Resolution | None = None
    results: list[_Group] = []


class _Model(msgspec.Struct, gc=False):
    name: str = ""
    language: str | None = None
    version: str | None = None
    model_id: str | None = None


class _Fields(msgspec.Struct, gc=False):
    tags: list[str] = []
    models: list[_Model | str] = []
    processing_methods: list[str] = []
    features: list[str] = []
    languages: list[str] = []


_SUMMARY = decoder(_Summary, strict=False)
_BREAKDOWN = decoder(_Breakdown, strict=False)
_FIELDS = decoder(_Fields)


def usage_summary(body: bytes) -> UsageSummaryResponse:
    """A usage summary; its results may stand inside the resolution."""
    answer = read(_SUMMARY, body)
    length = answer.resolution or _SpanLength()
    return UsageSummaryResponse(
        start=answer.start,
        end=answer.end,
        resolution=Resolution(units=length.units, amount=length.amount),
        results=[span.value() for span in answer.results or length.results],
    )


def usage_breakdown(body: bytes) -> UsageBreakdownResponse:
    """Usage by groups."""
    answer = read(_BREAKDOWN, body)
    return UsageBreakdownResponse(
        start=answer.start,
        end=answer.end,
        resolution=answer.resolution or Resolution(),
        results=[group.value() for group in answer.results],
    )


def usage_fields(body: bytes) -> UsageFieldsResponse:
    """What usage can be filtered by, without totals; older answers give a model's name alone."""
    answer = read(_FIELDS, body)
    models = [_Model(name=model) if isinstance(model, str) else model for model in answer.models]
    return UsageFieldsResponse(
        tags=answer.tags,
        models=[
            UsageModel(name=model.name, language=model.language, version=model.version, uuid=model.model_id)
            for model in models
        ],
        processing_methods=answer.processing_methods,
        features=answer.features,
        languages=answer.languages,
    )
