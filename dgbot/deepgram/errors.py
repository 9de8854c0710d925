"""What can go wrong, split by what the reader can do next.

DeepgramError
├── DeepgramOptionsError              refused here, nothing was sent: correct the argument (a ValueError)
├── DeepgramConnectionError           no answer
│   ├── DeepgramNotSentError          nothing left this machine: it may be sent again
│   │   └── DeepgramClosedError       the client is closed: make a new one
│   └── DeepgramUnknownOutcomeError   it may or may not have been carried out: look before sending again
├── DeepgramAnswerError               carried out, but the answer can't be read
└── DeepgramApiError                  an answer that says no, in Deepgram's words
    ├── DeepgramRequestError          the request does not fit (400, 422 and the rest): change it
    ├── DeepgramAuthError             the key is not accepted (401, 403): use another
    ├── DeepgramScopeError            the key is good, a scope is missing: ask somebody who has it
    ├── DeepgramPaymentError          the project can't pay (402): top it up
    ├── DeepgramNotFoundError         there is no such thing (404)
    ├── DeepgramConflictError         it clashes with something that exists (409): look
    ├── DeepgramRateLimitError        too many calls (429): wait *retry_after* seconds
    └── DeepgramServerError           Deepgram or a proxy failed (408, 5xx): try later

None of them carries an API key, an answer's bytes or a chained exception.
"""

from __future__ import annotations

import re
from typing import Any


class DeepgramError(Exception):
    """Any failure of the client; *may_have_happened* tells whether Deepgram may have carried the call out."""

    may_have_happened: bool = False
    method: str = ""
    """The verb of the call that failed, empty before there was one; a ``GET`` changes nothing, whatever came of it."""


class DeepgramOptionsError(DeepgramError, ValueError):
    """An argument that Deepgram would refuse or misread; nothing was sent."""


class DeepgramConnectionError(DeepgramError):
    """No answer arrived; the subclass says whether the request can have left."""


class DeepgramNotSentError(DeepgramConnectionError):
    """No connection was made (name, refusal, TLS, connect timeout), so not a byte of the request left."""


class DeepgramClosedError(DeepgramNotSentError):
    """The client was closed before, so nothing was sent, and nothing will be."""


class DeepgramUnknownOutcomeError(DeepgramConnectionError):
    """The request, or part of it, may have reached Deepgram: look at what exists before repeating it."""

    may_have_happened = True


class DeepgramAnswerError(DeepgramError):
    """Deepgram accepted the call (2xx), and its answer is not what the call returns.

    *json_path* names the place, such as ``$.balances[0].amount``, when there is one; the body is never quoted.
    """

    may_have_happened = True

    def __init__(self, message: str = "", *, json_path: str = "", status: int = 200, request_id: str = "") -> None:
        super().__init__(message)
        self.json_path = json_path
        self.status = status
        self.request_id = request_id


class DeepgramApiError(DeepgramError):
    """Deepgram answered, and the answer was no; *message* and *details* are its own words.

    *code* is its ``category`` or ``err_code``, *body* the parsed JSON (None for plain text and for calls whose
    answers carry secrets), *retry_after* seconds to wait, if it said so.
    """

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        code: str = "",
        details: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.details = details
        self.request_id = request_id
        self.retry_after = retry_after
        self.body = body
        self.repeated = False
        """Whether an earlier sending of the same call ended in a way that does not rule out its success."""

    @property
    def may_have_happened(self) -> bool:  # type: ignore[override]
        """True for 408, 409, 429 and 5xx, for what is no refusal (1xx, 3xx), and after an earlier unknown outcome."""
        return self.repeated or self.status in {408, 409, 429} or not 400 <= self.status < 500

    def __repr__(self) -> str:
        told = {"code": self.code, "details": self.details, "request_id": self.request_id}
        more = "".join(f", {name}={value!r}" for name, value in told.items() if value)
        return f"{type(self).__name__}({self.status}, {self.message!r}{more})"

    def __str__(self) -> str:
        words = " ".join(_sentence(part) for part in (self.message, self.details) if part)
        return f"Deepgram answered {self.status}: {words or self.code or 'it gave no reason.'}"


class DeepgramRequestError(DeepgramApiError):
    """Deepgram does not accept the request as it is."""


class DeepgramAuthError(DeepgramApiError):
    """Deepgram does not accept the API key (401 or 403)."""


class DeepgramScopeError(DeepgramApiError):
    """The API key is known but may not do this."""

    @property
    def missing_scope(self) -> str | None:
        """The scope that Deepgram named, such as ``usage:read``; None if it named none."""
        return scope_in(self.details) or scope_in(self.message)


class DeepgramPaymentError(DeepgramApiError):
    """The project can't pay for this (402)."""


class DeepgramNotFoundError(DeepgramApiError):
    """Deepgram knows no such project, key, member or invite, or hides it from this API key (404)."""


class DeepgramConflictError(DeepgramApiError):
    """Deepgram says that this clashes with something that exists (409)."""


class DeepgramRateLimitError(DeepgramApiError):
    """Too many calls at once (429)."""


class DeepgramServerError(DeepgramApiError):
    """Deepgram, or a proxy before it, failed or took too long (408, 5xx)."""


def scope_in(text: str) -> str | None:
    """The quoted scope in one of Deepgram's sentences, such as ``usage:read``; None without one."""
    found = re.search(r"""['"`]([a-z][\w-]*(?::[\w-]+)+)['"`]""", text)
    return found[1] if found else None


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
