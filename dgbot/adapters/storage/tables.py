"""The tables; the migrations lead here, and a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, MetaData, Table, Text

from dgbot.adapters.storage.columns import Instant, Json

metadata = MetaData()

inbox = Table(
    "inbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("occasion", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("begun", Boolean, nullable=False),
    Column("finished_at", Instant),
    Column("owner", Text, nullable=False, server_default=sa.text("''")),
    Index("inbox_finished", "finished_at", "received_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("facts", Json, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("given_up_at", Instant),
    Column("last_error", Text, nullable=False),
    Column("owner", Text, nullable=False, server_default=sa.text("''")),
    Index("outbox_waiting", "sent_at", "given_up_at", "due_at"),
    sqlite_autoincrement=True,
)

WAITING = sa.and_(outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None))
"""Whether a notice is still to be sent."""

Index("outbox_lane", outbox.c.target, outbox.c.about, outbox.c.number, sqlite_where=WAITING, postgresql_where=WAITING)

bots = Table(
    "bots",
    metadata,
    Column("id", Text, primary_key=True),
    Column("alive_until", Double, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    Column("about", Text, primary_key=True),
    Column("channel_id", Text, nullable=False),
    Column("ts", Text, nullable=False),
    Column("thread_ts", Text, nullable=False, server_default=sa.text("''")),
)

approval_requests = Table(
    "approval_requests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("plan_digest", Text, nullable=False),
    Column("requester_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("denied_because", Text, nullable=False),
    Column("reveal_by", Instant),
    Column("attempt", Integer, nullable=False),
    Column("key_id", Text),
    Column("touched_at", Instant),
    Column("ended_because", Text, nullable=False),
    Column("ended_at", Instant),
    Column("terms", Text, nullable=False, server_default=sa.text("'{}'")),
    Column("votes", Text, nullable=False, server_default=sa.text("'[]'")),
    Column("channel_id", Text, nullable=False, server_default=sa.text("''")),
    Column("reminded", Integer, nullable=False, server_default=sa.text("0")),
    Column("remind_at", Instant),
    Column("retired_at", Instant),
    Index("approval_requests_state", "state", "ended_at"),
    Index("approval_requests_reminders", "remind_at"),
)

alert_rules = Table(
    "alert_rules",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("project_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("next_due_at", Instant, nullable=False),
    Index("alert_rules_due", "next_due_at"),
)

alert_instances = Table(
    "alert_instances",
    metadata,
    Column("rule_id", Text, ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("labels", Json, nullable=False),
    Column("phase", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("incident_id", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("detail", Text, nullable=False, server_default=sa.text("'[]'")),
    Index("alert_instances_phase", "phase"),
    Index("alert_instances_incident", "incident_id"),
)

alert_history = Table(
    "alert_history",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("rule_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("incident_id", Text, nullable=False),
    Column("rows", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("alert_history_incident", "incident_id", "number"),
    Index("alert_history_instance", "rule_id", "fingerprint", "number"),
    Index("alert_history_at", "at"),
)

alert_samples = Table(
    "alert_samples",
    metadata,
    Column("project_id", Text, primary_key=True),
    Column("series", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("unit", Text, primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("amount", Text, nullable=False),
    Index("alert_samples_at", "at"),
)

project_names = Table(
    "project_names",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
)

alert_troubles = Table(
    "alert_troubles",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("since", Instant, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("projects", Integer, nullable=False),
    Column("rules", Integer, nullable=False),
)

alert_bulletins = Table(
    "alert_bulletins",
    metadata,
    Column("about", Text, primary_key=True),
    Column("channel_id", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("total", Integer, nullable=False),
    Column("left", Integer, nullable=False),
    Column("rule", Text, nullable=False),
)

alert_silences = Table(
    "alert_silences",
    metadata,
    Column("id", Text, primary_key=True),
    Column("matchers", Text, nullable=False),
    Column("begins", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("ended_at", Instant),
    Index("alert_silences_ends", "ends"),
)

digests = Table(
    "digests",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("project_id", Text, nullable=False),
    Column("body", Text, nullable=False),
)

digest_posts = Table(
    "digest_posts",
    metadata,
    Column("digest_id", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("posted_at", Instant, nullable=False),
)

key_reports = Table(
    "key_reports",
    metadata,
    Column("project_id", Text, primary_key=True),
    Column("due_at", Instant),
    Column("findings", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("failing_since", Instant),
    Column("failures", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("details", Json, nullable=False),
    sqlite_autoincrement=True,
)
