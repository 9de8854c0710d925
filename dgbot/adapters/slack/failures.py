"""Slack's refusals, by what they mean for whoever wanted to say something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

PERMANENT = frozenset(
    {
        "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "users_not_found", "cannot_dm_bot",
        "user_disabled", "invalid_blocks", "invalid_arguments", "msg_too_long", "no_text", "missing_scope",
        "restricted_action", "used_url", "expired_url", "no_permission", "cant_update_message",
    }
)  # fmt: skip
"""Trying the same again would end the same."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message that should be edited is not there any more: post a new one."""

ELSEWHERE = frozenset(
    {
        "channel_not_found", "not_in_channel", "user_not_in_channel", "is_archived", "restricted_action",
        "ekm_access_denied", "no_permission", "posting_to_general_channel_denied", "cannot_reply_to_message",
    }
)  # fmt: skip
"""The bot may not speak to this person here; a direct message reaches them all the same."""

UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, SlackClientError, OSError)

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the SDK stumbles over when an answer is not of the shape that Slack sends."""


def code(error: SlackApiError) -> str:
    """Return Slack's word for what went wrong, such as ``channel_not_found``."""
    return str(_body(error).get("error") or f"http_{status(error)}")


def status(error: SlackApiError) -> int:
    """Return the HTTP status of the answer; the SDK hands over aiohttp's own where that was no JSON."""
    answer: Any = error.response
    return int(answer.status_code if hasattr(answer, "status_code") else answer.status)


def said(error: SlackApiError) -> str:
    """Return Slack's word and, where it names places in the blocks, those."""
    messages = (_body(error).get("response_metadata") or {}).get("messages") or []
    return "; ".join([code(error), *(str(message) for message in messages)])


def again_in(error: SlackApiError) -> timedelta | None:
    """Return when another try makes sense: Retry-After for 429, soon for what may pass, None for what can't."""
    if code(error) in PERMANENT:
        return None
    return pause(error.response.headers)


def pause(headers: Mapping[str, str]) -> timedelta:
    """Return how long Slack asks to be left alone, at least a second and at most an hour."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=min(max(int(asked), 1), 3600) if asked.isascii() and asked.isdigit() else 1)


def _body(error: SlackApiError) -> Mapping[str, Any]:
    body = getattr(error.response, "data", None)
    return body if isinstance(body, dict) else {}
