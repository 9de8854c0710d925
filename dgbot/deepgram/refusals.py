"""Reads the ways in which Deepgram, or a proxy before it, says no."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

from dgbot.deepgram.errors import (
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramConflictError,
    DeepgramNotFoundError,
    DeepgramPaymentError,
    DeepgramRateLimitError,
    DeepgramRequestError,
    DeepgramScopeError,
    DeepgramServerError,
    scope_in,
)
from dgbot.deepgram.secret import Secret

_LONGEST_TEXT = 300
_SHORTEST_SECRET = 8  # shorter, it is no key, and would be found in ordinary words
_READ = 4096  # characters of a page, among which its title must be


def refusal(
    status: int,
    body: bytes,
    *,
    request_id: str = "",
    retry_after: float | None = None,
    guarded: bool = False,
    hide: Secret | None = None,
) -> DeepgramApiError:
    """The error that an answer outside 2xx means: the status decides the class, the body gives the words.

    Understood are Deepgram's modern and legacy JSON, a bare JSON string, plain text, and whatever a proxy sends.
    With *guarded*, for calls whose answers carry secrets, only Deepgram's own forms are quoted and no body is kept.
    Wherever the server quotes *hide*, ``***`` stands instead.
    """
    parsed, text = _parsed(body)
    parsed = _all_masked(parsed, hide)
    fields: dict[str, Any] = parsed if isinstance(parsed, dict) else {}
    plain = "" if fields else shown(_plain(text), hide)
    message = "its reason is not repeated, since it may hold a secret" if plain and guarded else plain
    message = message or _text(fields, "message", "err_msg")
    code = _text(fields, "category", "err_code")
    details = _text(fields, "details")
    return _kind(status, code, f"{plain or message} {details}")(
        message,
        status=status,
        code=code,
        details=details,
        request_id=_text(fields, "request_id") or shown(request_id, hide),
        retry_after=retry_after,
        body=None if guarded else parsed,
    )


def seconds_to_wait(retry_after: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, from its number or its HTTP date; None if it is neither."""
    text = retry_after.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def shown(text: str, hide: Secret | None) -> str:
    """*text* as it may be shown: one line of printable characters, with ``***`` wherever it has *hide*."""
    return _masked(_short(_masked(text, hide)), hide)


def _masked(text: str, hide: Secret | None) -> str:
    secret = "" if hide is None else hide.reveal()
    if len(secret) < _SHORTEST_SECRET:
        return text
    return re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)


def _all_masked(value: Any, hide: Secret | None) -> Any:
    if isinstance(value, str):
        return _masked(value, hide)
    if isinstance(value, dict):
        return {_masked(name, hide): _all_masked(inner, hide) for name, inner in value.items()}
    return [_all_masked(inner, hide) for inner in value] if isinstance(value, list) else value


def _kind(status: int, code: str, words: str) -> type[DeepgramApiError]:
    if status in {401, 403}:
        lacks = code == "INSUFFICIENT_PERMISSIONS" or scope_in(words) or "permission" in words.lower()
        return DeepgramScopeError if lacks else DeepgramAuthError
    if status >= 500:
        return DeepgramServerError
    return {
        402: DeepgramPaymentError,
        404: DeepgramNotFoundError,
        408: DeepgramServerError,
        409: DeepgramConflictError,
        429: DeepgramRateLimitError,
    }.get(status, DeepgramRequestError)


def _parsed(body: bytes) -> tuple[Any, str]:
    text = body.decode(errors="replace").strip()
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None, "" if text.count("\0") > len(text) // 4 else text[:_READ]  # such as UTF-16
    return parsed, parsed if isinstance(parsed, str) else ""


def _plain(text: str) -> str:
    """*text* if a person wrote it; of a page its title, of broken JSON nothing."""
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]*)", text, re.IGNORECASE)
        return unescape(title[1]) if title and title[1].strip() else "a web page instead of a reason"
    return "" if text.startswith(("{", "[")) else text


def _text(fields: dict[str, Any], *names: str) -> str:
    return next((_short(fields[name]) for name in names if isinstance(fields.get(name), str)), "")


def _short(text: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST_TEXT]).split())
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"
