"""The keyword forms of the options, for type checkers and signatures.

A test keeps each equal to the options that it stands for.
"""

from __future__ import annotations

from typing import TypedDict

from dgbot.deepgram.dates import Moment


class ProjectFields(TypedDict, total=False):
    """ProjectOptions, by keyword."""

    name: str | None
    company: str | None


class KeyFields(TypedDict, total=False):
    """KeyOptions, by keyword."""

    comment: str | None
    scopes: list[str] | None
    tags: list[str] | None
    time_to_live_in_seconds: int | None
    expiration_date: Moment | None


class InviteFields(TypedDict, total=False):
    """InviteOptions, by keyword."""

    email: str
    scope: str


class ScopeFields(TypedDict, total=False):
    """ScopeOptions, by keyword."""

    scope: str


class UsageRequestFields(TypedDict, total=False):
    """UsageRequestOptions, by keyword."""

    start: Moment | None
    end: Moment | None
    limit: int | None
    status: str | None
    page: int | None
    accessor: str | None
    request_id: str | None
    deployment: str | None
    endpoint: str | None
    method: str | None


class UsageFieldsFields(TypedDict, total=False):
    """UsageFieldsOptions, by keyword."""

    start: Moment | None
    end: Moment | None


class UsageSummaryFields(TypedDict, total=False):
    """UsageSummaryOptions, by keyword."""

    start: Moment | None
    end: Moment | None
    accessor: str | None
    tag: str | None
    model: str | None
    method: str | None
    deployment: str | None
    endpoint: str | None
    alternatives: bool | None
    callback: bool | None
    callback_method: bool | None
    channels: bool | None
    custom_intent: bool | None
    custom_intent_mode: bool | None
    custom_topic: bool | None
    custom_topic_mode: bool | None
    detect_entities: bool | None
    detect_language: bool | None
    detect_topics: bool | None
    diarize: bool | None
    dictation: bool | None
    encoding: bool | None
    extra: bool | None
    filler_words: bool | None
    intents: bool | None
    interim_results: bool | None
    keyterm: bool | None
    keywords: bool | None
    language: bool | None
    measurements: bool | None
    multichannel: bool | None
    ner: bool | None
    numerals: bool | None
    paragraphs: bool | None
    profanity_filter: bool | None
    punctuate: bool | None
    redact: bool | None
    replace: bool | None
    sample_rate: bool | None
    search: bool | None
    sentiment: bool | None
    smart_format: bool | None
    summarize: bool | None
    topics: bool | None
    utt_split: bool | None
    utterances: bool | None
    version: bool | None


class UsageBreakdownFields(UsageSummaryFields, total=False):
    """UsageBreakdownOptions, by keyword."""

    grouping: str | None


class BillingBreakdownFields(TypedDict, total=False):
    """BillingBreakdownOptions, by keyword."""

    start: Moment | None
    end: Moment | None
    accessor: str | None
    deployment: str | None
    tag: str | None
    line_item: str | None
    grouping: str | list[str] | None
