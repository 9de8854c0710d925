"""Single requests, bare or wrapped, with a callback in either form."""

from __future__ import annotations

from typing import Any

import msgspec

from dgbot.deepgram.responses.requests import Callback, UsageRequest, UsageRequestsResponse
from dgbot.deepgram.wire.reading import decoder, missing, read


class _Request(msgspec.Struct):
    request_id: str = ""
    created: str = ""
    path: str = ""
    accessor: str | None = None
    response: dict[str, Any] | None = None
    callback: Callback | str | None = None
    api_key_id: str | None = None
    project_uuid: str | None = None
    code: int | None = None
    deployment: str | None = None

    def value(self) -> UsageRequest:
        """What callers get."""
        callback = Callback(url=self.callback) if isinstance(self.callback, str) else self.callback
        return UsageRequest(
            request_id=self.request_id,
            created=self.created,
            path=self.path,
            accessor=self.accessor or self.api_key_id,
            response=self.response,
            callback=callback,
            api_key_id=self.api_key_id,
            project_uuid=self.project_uuid,
            code=self.code if self.code is not None else self._code(),
            deployment=self.deployment,
        )

    def _code(self) -> int | None:
        code = (self.response or {}).get("code")
        return int(code) if isinstance(code, int | float) and code == code // 1 else None


class _Answer(_Request):
    request: _Request | str | int | None = None


class _Page(msgspec.Struct, gc=False):
    page: int = 0
    limit: int = 0
    requests: list[_Request] = []


_PAGE = decoder(_Page, strict=False)
_ANSWER = decoder(_Answer, strict=False)


def requests(body: bytes) -> UsageRequestsResponse:
    """A page of requests."""
    answer = read(_PAGE, body)
    return UsageRequestsResponse(
        page=answer.page, limit=answer.limit, requests=[request.value() for request in answer.requests]
    )


def request(body: bytes) -> UsageRequest:
    """One request: ``{request: {...}}`` or bare."""
    answer = read(_ANSWER, body)
    found = (answer.request if isinstance(answer.request, _Request) else answer).value()
    if not found.request_id:
        raise missing("request_id")
    return found
