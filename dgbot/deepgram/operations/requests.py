"""Single requests, one page or all of them, and the usage around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping  # noqa: F401 (named by the methods' signatures)
from dataclasses import replace
from typing import Unpack

from dgbot.deepgram.operation import Operation, Pages, Steps
from dgbot.deepgram.operations.building import by_instants, path, query
from dgbot.deepgram.operations.usage import get_usage_summary
from dgbot.deepgram.options.base import chosen
from dgbot.deepgram.options.keywords import UsageRequestFields
from dgbot.deepgram.options.requests import UsageRequestOptions
from dgbot.deepgram.responses.requests import UsageRequest, UsageRequestsResponse, UsageResponse
from dgbot.deepgram.responses.usage import UsageSummaryResponse
from dgbot.deepgram.wire import requests as wire

PAGE = 100  # older documentation allows no more
REMEMBERED = 100_000  # requests; so many may be made while somebody goes through the pages
STALE = 20  # pages in a row that show nothing new: a server that doesn't turn the page


def get_usage_requests(
    project_id: str,
    options: UsageRequestOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageRequestFields],
) -> Operation[UsageRequestsResponse]:
    """List one page of the requests of the last 90 days, newest first."""
    asked = chosen(UsageRequestOptions, options, fields)
    return Operation(
        "GET", path("projects/{project_id}/requests", project_id), wire.requests, query=query(by_instants(asked))
    )


def get_usage_request(project_id: str, request_id: str) -> Operation[UsageRequest]:
    """Fetch one request; its *response* is None until Deepgram has worked it off."""
    return Operation("GET", path("projects/{project_id}/requests/{request_id}", project_id, request_id), wire.request)


def iter_usage_requests(
    project_id: str,
    options: UsageRequestOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageRequestFields],
) -> Pages[UsageRequest]:
    """Go through all requests, newest first, a page of *limit* (100 if unsaid) at a time, from *page* on.

    Requests that are made meanwhile shift the pages; none is shown twice for that.
    """
    asked = chosen(UsageRequestOptions, options, fields)
    asked = replace(asked, limit=asked.limit or PAGE, page=asked.page or 0)
    return _pages(project_id, asked, get_usage_requests(project_id, asked))


def get_usage(
    project_id: str,
    options: UsageRequestOptions | Mapping[str, object] | None = None,
    **fields: Unpack[UsageRequestFields],
) -> Steps[UsageResponse]:
    """Fetch a page of requests, and the days and the resolution of the usage around them: two calls, one after another.

    Nothing at Deepgram answers both; ``get_usage_requests`` and ``get_usage_summary`` are the calls by themselves.
    """
    asked = chosen(UsageRequestOptions, options, fields)
    return _usage(
        get_usage_requests(project_id, asked), get_usage_summary(project_id, start=asked.start, end=asked.end)
    )


def _pages(
    project_id: str, asked: UsageRequestOptions, operation: Operation[UsageRequestsResponse]
) -> Pages[UsageRequest]:
    shown: dict[str, None] = {}  # in the order in which they were shown
    limit, number, stale = asked.limit or PAGE, asked.page or 0, 0
    while True:
        page: UsageRequestsResponse = yield operation
        fresh = [request for request in page.requests if request.request_id not in shown or not request.request_id]
        yield fresh
        stale = 0 if fresh else stale + 1
        if len(page.requests) < max(1, min(limit, page.limit or limit)) or stale > STALE:
            return
        shown.update(dict.fromkeys(request.request_id for request in fresh))
        while len(shown) > REMEMBERED:
            del shown[next(iter(shown))]
        number += 1
        operation = get_usage_requests(project_id, replace(asked, page=number))


def _usage(
    requests: Operation[UsageRequestsResponse], summary: Operation[UsageSummaryResponse]
) -> Steps[UsageResponse]:
    page: UsageRequestsResponse = yield requests
    frame: UsageSummaryResponse = yield summary
    return UsageResponse(start=frame.start, end=frame.end, resolution=frame.resolution, results=page.requests)
