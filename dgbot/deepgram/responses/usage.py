"""How much was transcribed, spoken and read."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from dgbot.deepgram.dates import day_of
from dgbot.deepgram.responses.base import Response


class Resolution(Response, frozen=True, kw_only=True, gc=False):
    """How long one result's span is, such as 1 day."""

    units: str = ""
    amount: int = 0


class Span(Response, frozen=True, kw_only=True, gc=False):
    """Some days, *start* and *end* both included."""

    start: str = ""
    end: str = ""

    @property
    def start_date(self) -> date | None:
        """The first day."""
        return day_of(self.start)

    @property
    def end_date(self) -> date | None:
        """The last day."""
        return day_of(self.end)


class UsageSummaryResults(Span, frozen=True, kw_only=True, gc=False):
    """The usage of one span; *start* and *end* are days, both included.

    *hours* of audio as sent, *total_hours* with every channel counted.
    """

    derived: ClassVar = ("tokens",)

    hours: float = 0.0
    total_hours: float = 0.0
    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tts_characters: int = 0
    tts_requests: int = 0

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.tokens_in + self.tokens_out


class UsageSummaryResponse(Span, frozen=True, kw_only=True, gc=False):
    """The usage of a project, span by span."""

    resolution: Resolution = Resolution()
    results: list[UsageSummaryResults] = []


class UsageGrouping(Span, frozen=True, kw_only=True, gc=False):
    """Whose usage one result is; a property that was not grouped by is None."""

    accessor: str | None = None
    endpoint: str | None = None
    feature_set: str | None = None
    models: list[str] | None = None
    method: str | None = None
    tags: list[str] | None = None
    deployment: str | None = None


class UsageBreakdownResult(Response, frozen=True, kw_only=True, gc=False):
    """What one group used in one span."""

    derived: ClassVar = ("tokens",)

    hours: float = 0.0
    total_hours: float = 0.0
    agent_hours: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    tts_characters: int = 0
    requests: int = 0
    grouping: UsageGrouping = UsageGrouping()

    @property
    def tokens(self) -> int:
        """Tokens in and out together."""
        return self.tokens_in + self.tokens_out


class UsageBreakdownResponse(Span, frozen=True, kw_only=True, gc=False):
    """The usage of a project, span by span and group by group."""

    resolution: Resolution = Resolution()
    results: list[UsageBreakdownResult] = []


class STTTokens(Response, frozen=True, kw_only=True, gc=False):
    """Tokens that speech to text and text intelligence used, in and out together."""

    tokens: int = 0


class TTSTokens(Response, frozen=True, kw_only=True, gc=False):
    """Tokens that text to speech used: 0, since it is counted in characters."""

    tokens: int = 0


class STTDetails(Response, frozen=True, kw_only=True, gc=False):
    """Speech to text of the whole time, added up from the usage summary."""

    requests: int = 0
    hours: float = 0.0
    tokens: STTTokens = STTTokens()


class TTSDetails(Response, frozen=True, kw_only=True, gc=False):
    """Text to speech of the whole time, added up from the usage summary."""

    requests: int = 0
    characters: int = 0
    tokens: TTSTokens = TTSTokens()


class UsageModel(Response, frozen=True, kw_only=True, gc=False):
    """A model that was used; what the usage fields never say of it is None."""

    name: str = ""
    canonical_name: str | None = None
    architecture: str | None = None
    language: str | None = None
    version: str | None = None
    uuid: str | None = None
    batch: bool | None = None
    streaming: bool | None = None


class UsageFieldsResponse(Response, frozen=True, kw_only=True, gc=False):
    """What usage can be filtered by, as Deepgram lists it, and the totals of the same days."""

    stt: STTDetails = STTDetails()
    tts: TTSDetails = TTSDetails()
    tags: list[str] = []
    models: list[UsageModel] = []
    processing_methods: list[str] = []
    features: list[str] = []
    languages: list[str] = []
