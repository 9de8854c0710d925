"""The forms in which Deepgram, or a proxy before it, says no, and the error class that each status means."""

import json
from dataclasses import dataclass
from typing import Any

from dgbot.deepgram import (
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramNotFoundError,
    DeepgramPaymentError,
    DeepgramRateLimitError,
    DeepgramRequestError,
    DeepgramScopeError,
    DeepgramServerError,
)

UNSAID = "its reason is not repeated, since it may hold a secret"


@dataclass(frozen=True)
class Form:
    """A body, and what must be read out of it; *own*: whether only Deepgram writes so, and never a proxy."""

    body: bytes
    message: str = ""
    details: str = ""
    code: str = ""
    request_id: str = ""
    own: bool = False

    @property
    def parsed(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def message_of(self, *, guarded: bool) -> str:
        return UNSAID if guarded and self.message and not self.own else self.message


FORMS = {
    "modern": Form(
        b'{"category":"ODD_THING","message":"It went wrong.","details":"Check it.","request_id":"r1"}',
        "It went wrong.", "Check it.", "ODD_THING", "r1", own=True,
    ),
    "legacy": Form(
        b'{"err_code":"ODD_THING","err_msg":"It went wrong.","request_id":"r1"}',
        "It went wrong.", "", "ODD_THING", "r1", own=True,
    ),
    "code alone": Form(b'{"category":"ODD_THING"}', code="ODD_THING", own=True),
    "JSON string": Form(b'"It went wrong."', "It went wrong."),
    "text": Form(b"It went wrong.\r\n", "It went wrong."),
    "page": Form(b"<html><head><TITLE>It went wrong</TITLE></head>", "It went wrong"),
    "page without a title": Form(b"<p>nginx</p>", "a web page instead of a reason"),
    "broken": Form(b'{"message": "cut o'),
    "empty": Form(b""),
    "array": Form(b"[1, 2]"),
    "object": Form(b"{}"),
    "null": Form(b"null"),
    "number": Form(b"12"),
    "odd types": Form(b'{"message": 5, "details": ["a"], "category": null, "request_id": 7}'),
}  # fmt: skip

KINDS: dict[int, type[DeepgramApiError]] = {
    301: DeepgramRequestError,
    400: DeepgramRequestError,
    401: DeepgramAuthError,
    402: DeepgramPaymentError,
    403: DeepgramAuthError,
    404: DeepgramNotFoundError,
    408: DeepgramServerError,
    409: DeepgramConflictError,
    415: DeepgramRequestError,
    422: DeepgramRequestError,
    429: DeepgramRateLimitError,
    500: DeepgramServerError,
    502: DeepgramServerError,
    503: DeepgramServerError,
    504: DeepgramServerError,
    599: DeepgramServerError,
}
LEAVES_OPEN = {301, 408, 409, 429, 500, 502, 503, 504, 599}

LACKS_SCOPE = (
    b'{"category":"INSUFFICIENT_PERMISSIONS","message":"Your account does not have the required scope to perform '
    b'that action for this project.","details":"Check that your account has the \'usage:read\' scope for this '
    b'project.","request_id":"r2"}'
)
SCOPE_MISSING = {
    LACKS_SCOPE: "usage:read",
    b"User does not have sufficient permissions.": None,
    b"\"It takes 'keys:write'.\"": "keys:write",
    b'{"err_code":"INSUFFICIENT_PERMISSIONS","err_msg":"No."}': None,
}
SCOPE_STATUS = {401: DeepgramScopeError, 403: DeepgramScopeError}

GUARDED = {"create_key", "grant_token", "create_distribution_credential"}
OF_EACH_CLASS = [
    "get_balances", "create_key", "grant_token", "send_invite", "update_member_scope", "update_project", "delete_key",
    "delete_distribution_credential", "get_usage", "iter_usage_requests",
]  # fmt: skip
