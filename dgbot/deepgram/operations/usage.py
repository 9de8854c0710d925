"""Usage: summed up, split, and what it can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import msgspec

from dgbot.deepgram.operation import Operation, Steps
from dgbot.deepgram.operations.building import by_days, path, query
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.keywords import UsageBreakdownFields, UsageFieldsFields, UsageSummaryFields
from dgbot.deepgram.options.requests import UsageRequestOptions
from dgbot.deepgram.options.usage import UsageBreakdownOptions, UsageFieldsOptions, UsageSummaryOptions
from dgbot.deepgram.responses.usage import (
    STTDetails,
    STTTokens,
    TTSDetails,
    UsageBreakdownResponse,
    UsageFieldsResponse,
    UsageSummaryResponse,
)
from dgbot.deepgram.wire import usage as wire


def get_usage_summary(
    project_id: str,
    options: UsageSummaryOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageSummaryFields],
) -> Operation[UsageSummaryResponse]:
    """Sum up a project's usage between two UTC days, filtered; without days, from the first request until now."""
    asked = by_days(chosen(UsageSummaryOptions, options, fields))
    return Operation("GET", path("projects/{project_id}/usage", project_id), wire.usage_summary, query=query(asked))


def get_usage_breakdown(
    project_id: str,
    options: UsageBreakdownOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageBreakdownFields],
) -> Operation[UsageBreakdownResponse]:
    """Split a project's usage by day and, with *grouping*, by one property more."""
    asked = by_days(chosen(UsageBreakdownOptions, options, fields, kin=(UsageSummaryOptions,)))
    return Operation(
        "GET", path("projects/{project_id}/usage/breakdown", project_id), wire.usage_breakdown, query=query(asked)
    )


def get_usage_fields(
    project_id: str,
    options: UsageFieldsOptions | UsageRequestOptions | UsageSummaryOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageFieldsFields],
) -> Steps[UsageFieldsResponse]:
    """List what usage can be filtered by, with the totals of the same days: two calls, one after another.

    Of options of another kind, the days are taken. The totals are those of ``get_usage_summary``.
    """
    asked = chosen(UsageFieldsOptions, options, fields, kin=(UsageRequestOptions, UsageSummaryOptions))
    lists = Operation(
        "GET", path("projects/{project_id}/usage/fields", project_id), wire.usage_fields, query=query(by_days(asked))
    )
    return _with_totals(lists, get_usage_summary(project_id, start=asked.start, end=asked.end))


def _with_totals(
    lists: Operation[UsageFieldsResponse], summary: Operation[UsageSummaryResponse]
) -> Steps[UsageFieldsResponse]:
    fields: UsageFieldsResponse = yield lists
    usage: UsageSummaryResponse = yield summary
    spans = usage.results
    return msgspec.structs.replace(
        fields,
        stt=STTDetails(
            requests=sum(span.requests for span in spans),
            hours=sum(span.hours for span in spans),
            tokens=STTTokens(tokens=sum(span.tokens for span in spans)),
        ),
        tts=TTSDetails(
            requests=sum(span.tts_requests for span in spans),
            characters=sum(span.tts_characters for span in spans),
        ),
    )
