"""Turns away whatever Slack did not sign, on the raw bytes, before anything parses them or logs them.

Bolt answers unsigned garbage with 500 and a traceback, and logs badly signed bodies whole; so it never sees them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

MAX_BODY = 256 * 1024
WINDOW_SECONDS = 300
MAX_FIELDS = 100

_TIMESTAMP = re.compile(rb"[0-9]{9,11}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")
_INTERACTIONS = frozenset(
    {"block_actions", "view_submission", "view_closed", "shortcut", "message_action", "block_suggestion"}
)

_READ = {
    **dict.fromkeys(("type", "trigger_id", "response_url", "challenge", "ssl_check"), str),
    **dict.fromkeys(("command", "text", "user_id", "team_id", "channel_id"), str),
    **dict.fromkeys(("user", "team", "channel", "view"), dict),
    "actions": list,
}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A body that Slack signed, decoded: the fields that the bot reads, and no others, for Bolt stumbles over odd ones.

    *delivery_id* is the same for every copy of the same bytes.
    """

    body: Mapping[str, Any]
    delivery_id: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """An HTTP status, and nothing that would help whoever forged the request."""

    status: int


def examine(
    raw: bytes, headers: Sequence[tuple[bytes, bytes]], *, now: float, secrets: Sequence[bytes]
) -> Admitted | TurnedAway:
    """Check *raw* as Slack signs it, then decode it.

    *headers* have lower-case names; *now* is wall time in seconds; *secrets* are the signing secrets in force, more
    than one while they are rotated. 413: too large, 401: not signed, 400: signed, but not of a shape that Slack sends.
    """
    if len(raw) > MAX_BODY:
        return TurnedAway(413)
    stamps = [value for name, value in headers if name == b"x-slack-request-timestamp"]
    signatures = [value for name, value in headers if name == b"x-slack-signature"]
    if len(stamps) != 1 or len(signatures) != 1 or not _TIMESTAMP.fullmatch(stamps[0]):
        return TurnedAway(401)
    if not _SIGNATURE.fullmatch(signatures[0]) or abs(now - int(stamps[0])) > WINDOW_SECONDS:
        return TurnedAway(401)
    signed = b"v0:" + stamps[0] + b":" + raw
    if not any(hmac.compare_digest(_sign(secret, signed), signatures[0]) for secret in secrets):
        return TurnedAway(401)
    body = _decode(raw, next((value for name, value in headers if name == b"content-type"), b""))
    if body is None or not _is_shaped(body):
        return TurnedAway(400)
    read = {name: value for name, value in body.items() if isinstance(value, _READ.get(name, ()))}
    return Admitted(read, hashlib.sha256(signatures[0]).hexdigest())


def _sign(secret: bytes, signed: bytes) -> bytes:
    return b"v0=" + hmac.digest(secret, signed, "sha256").hex().encode()


def _decode(raw: bytes, content_type: bytes) -> Mapping[str, Any] | None:
    try:
        if content_type.startswith(b"application/json"):
            return _object(raw)
        form = _form(raw)
        return _object(form["payload"].encode()) if "payload" in form else form
    except (ValueError, RecursionError):  # bad UTF-8, too many fields, bad JSON (msgspec's errors are ValueErrors)
        return None


def _form(raw: bytes) -> dict[str, str]:
    """Decode a form strictly; the standard library's reader costs twice as much, and every command waits for this."""
    pairs = raw.replace(b"+", b" ").split(b"&", MAX_FIELDS)
    if len(pairs) > MAX_FIELDS:
        raise ValueError("too many fields")
    return {_unquoted(name): _unquoted(value) for name, _, value in (pair.partition(b"=") for pair in pairs)}


def _unquoted(quoted: bytes) -> str:
    return (unquote_to_bytes(quoted) if b"%" in quoted else quoted).decode()


def _object(raw: bytes) -> Mapping[str, Any] | None:
    decoded = msgspec.json.decode(raw)
    return decoded if isinstance(decoded, dict) else None


def _is_shaped(body: Mapping[str, Any]) -> bool:
    kind = body["type"] if isinstance(body.get("type"), str) else ""
    if "command" in body:
        needed = ("user_id", "team_id", "channel_id", "trigger_id", "response_url", "text")
        return all(isinstance(body.get(name), str) for name in needed)
    if kind in _INTERACTIONS:
        return _has_person(body) and _SHAPES.get(kind, _anything)(body)
    if kind in {"url_verification", "event_callback"}:
        return True
    return "ssl_check" in body


def _has_person(body: Mapping[str, Any]) -> bool:
    user, team = body.get("user"), body.get("team")
    return (
        isinstance(user, dict)
        and isinstance(user.get("id"), str)
        and isinstance(team, dict)
        and isinstance(team.get("id"), str)
    )


def _has_one_action(body: Mapping[str, Any]) -> bool:
    actions = body.get("actions")
    if not isinstance(actions, list) or len(actions) != 1:
        return False
    return isinstance(actions[0], dict) and isinstance(actions[0].get("action_id"), str)


def _has_form(body: Mapping[str, Any]) -> bool:
    view = body.get("view")
    if not isinstance(view, dict) or not all(isinstance(view.get(name), str) for name in ("type", "callback_id")):
        return False
    state = view.get("state") or {}
    blocks = (state.get("values") or {}) if isinstance(state, dict) else None
    return isinstance(blocks, dict) and all(
        isinstance(fields, dict) and all(isinstance(field, dict) for field in fields.values())
        for fields in blocks.values()
    )


def _anything(_: Mapping[str, Any]) -> bool:
    return True


_SHAPES = {"block_actions": _has_one_action, "view_submission": _has_form}
