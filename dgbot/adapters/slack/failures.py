"""Slack's refusals, by what they mean for whoever wanted to say something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from dgbot.domain.ports import PATIENCE

PERMANENT = frozenset(
    {
        "channel_not_found", "not_in_channel", "is_archived", "user_not_found", "users_not_found", "cannot_dm_bot",
        "user_disabled", "invalid_blocks", "invalid_arguments", "msg_too_long", "no_text", "missing_scope",
        "restricted_action", "used_url", "expired_url", "no_permission", "cant_update_message", "access_denied",
        "channel_is_limited_access", "ekm_access_denied", "enterprise_is_restricted", "invalid_blocks_format",
        "invalid_metadata_format", "messages_tab_disabled", "metadata_too_large", "method_deprecated",
        "msg_blocks_too_long", "not_allowed_token_type", "posting_to_general_channel_denied",
        "restricted_action_non_threadable_channel", "restricted_action_read_only_channel",
        "restricted_action_thread_locked", "restricted_action_thread_only_channel", "team_access_not_granted",
        "team_not_found", "too_many_attachments",
    }
)  # fmt: skip
"""Trying the same again would end the same."""

MAY_PASS = frozenset(
    {
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
        "team_added_to_org", "external_channel_migrating", "invalid_auth", "not_authed", "account_inactive",
        "token_expired", "token_revoked", "org_login_required", "two_factor_setup_required",
    }
)  # fmt: skip
"""Slack's own trouble, and a token that an admin may renew: trying again makes sense for a day."""

UNKNOWN_FOR = timedelta(minutes=15)
"""For so long a word that means neither is taken for Slack's own trouble; then somebody else has to hear of it."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message that should be edited is not there any more: post a new one."""

NO_THREAD = frozenset({"thread_not_found", "cannot_reply_to_message"})
"""The message in whose thread it belongs is not there any more: say it without a thread."""

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


def patience(error: SlackApiError) -> timedelta:
    """Return for how long tries make sense, of what is not permanent."""
    word = code(error)
    known = word in MAY_PASS or word.startswith("http_") or status(error) >= 429
    return PATIENCE if known else UNKNOWN_FOR


def pause(headers: Mapping[str, str]) -> timedelta:
    """Return how long Slack asks to be left alone, at least a second and at most an hour."""
    asked = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return timedelta(seconds=min(max(int(asked), 1), 3600) if asked.isascii() and asked.isdigit() else 1)


def _body(error: SlackApiError) -> Mapping[str, Any]:
    body = getattr(error.response, "data", None)
    return body if isinstance(body, dict) else {}
