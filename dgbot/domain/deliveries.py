"""What came from Slack and what must reach it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing that Slack told us, once.

    *id* is unique by how it came: sha256 of the signature over HTTP, the envelope over Socket Mode. *occasion* is
    unique by what happened (the trigger), whichever way it came. *payload* is Slack's, without its verification token.
    """

    id: str
    occasion: str
    kind: str
    received_at: datetime
    payload: Mapping[str, Any]
    begun: bool = False


class NoticeKind(StrEnum):
    """What a notice is about; the adapter knows how each one looks."""

    REPLY = "reply"
    CARD = "card"
    EVENT = "event"
    TELL = "tell"
    ALERT = "alert"
    OPS = "ops"
    DIGEST = "digest"
    KEYS = "keys"
    KEYS_CLOSED = "keys-closed"
    KEYS_BLIND = "keys-blind"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must reach Slack: a kind, whom it is for, and facts; never blocks, never a secret.

    *key* is unique for ever: a second notice with it is not kept. *about* names the message that later notices edit, or
    follow in its thread (``approval:…``, ``incident:…``); empty means a message of its own. *target* is a channel, a
    user, a response_url, or ``channel:user``: for that user alone, in the channel if the bot can speak there.
    """

    key: str
    kind: NoticeKind
    target: str
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    about: str = ""


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands in Slack; *thread_ts* is empty unless it stands in the thread of another."""

    channel_id: str
    ts: str
    thread_ts: str = ""


@dataclass(frozen=True, slots=True)
class Queued:
    """A notice in the outbox, and how often it was tried."""

    number: int
    notice: Notice
    attempts: int
    queued_at: datetime
