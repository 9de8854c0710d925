"""Which usage a report counts: the filters that the summary and the breakdown share."""

from __future__ import annotations

from dataclasses import dataclass, fields

from dgbot.deepgram.dates import Moment
from dgbot.deepgram.options.base import Options
from dgbot.deepgram.options.checks import check_choice, check_days, check_filled, check_flag

METHODS = ("sync", "async", "streaming")
DEPLOYMENTS = ("hosted", "beta", "self-hosted")
ENDPOINTS = ("listen", "read", "speak", "agent")


@dataclass(frozen=True, kw_only=True)
class UsageFilters(Options):
    """UTC days *start* to *end*, both included, and filters; *model* is a model's uuid, *accessor* a key's id.

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
        check_days(self.start, self.end)
        for name in ("accessor", "tag", "model"):
            check_filled(name, getattr(self, name))
        for name, choices in _CHOICES.items():
            if getattr(self, name) is not None:
                check_choice(name, getattr(self, name), choices)
        for name in FEATURES:
            check_flag(name, getattr(self, name))


_CHOICES = {"method": METHODS, "deployment": DEPLOYMENTS, "endpoint": ENDPOINTS}

FEATURES = tuple(
    name
    for name in (field.name for field in fields(UsageFilters))
    if name not in {"start", "end", "accessor", "tag", "model", *_CHOICES}
)
