"""Slack's refusals, by what they mean for whoever wanted to say something."""

from __future__ import annotations

import asyncio
from datetime import timedelta

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

UNREACHABLE = (aiohttp.ClientError, asyncio.TimeoutError, SlackClientError, OSError)


def code(error: SlackApiError) -> str:
    """Return Slack's word for what went wrong, such as ``channel_not_found``."""
    body = error.response.data if isinstance(error.response.data, dict) else {}
    return str(body.get("error") or f"http_{error.response.status_code}")


def said(error: SlackApiError) -> str:
    """Return Slack's word and, where it names places in the blocks, those."""
    body = error.response.data if isinstance(error.response.data, dict) else {}
    messages = (body.get("response_metadata") or {}).get("messages") or []
    return "; ".join([code(error), *(str(message) for message in messages)])


def again_in(error: SlackApiError) -> timedelta | None:
    """Return when another try makes sense: Retry-After for 429, soon for what may pass, None for what can't."""
    if error.response.status_code == 429 or code(error) in {"ratelimited", "rate_limited"}:
        return timedelta(seconds=int(error.response.headers.get("Retry-After", "1")))
    return None if code(error) in PERMANENT else timedelta(seconds=1)
