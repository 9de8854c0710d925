"""The first schema: inbox, outbox, approvals, alerts, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "the audit log is only ever added to"
_APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_keeps_{name} BEFORE {name} ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        for name in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_keeps() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
        "CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps()",
    ],
}


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("occasion", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
        sa.Column("finished_at", sa.Text),
    )
    op.create_index("inbox_finished", "inbox", ["finished_at", "received_at"])
    op.create_table(
        "outbox",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("queued_at", sa.Text, nullable=False),
        sa.Column("due_at", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent_at", sa.Text),
        sa.Column("given_up_at", sa.Text),
        sa.Column("last_error", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("sent_at IS NULL AND given_up_at IS NULL")
    op.create_index("outbox_waiting", "outbox", ["sent_at", "given_up_at", "due_at"])
    op.create_index(
        "outbox_lane", "outbox", ["target", "about", "number"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "messages",
        sa.Column("about", sa.Text, primary_key=True),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("ts", sa.Text, nullable=False),
    )
    op.create_table(
        "approval_requests",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("plan_digest", sa.Text, nullable=False),
        sa.Column("requester_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("asked_at", sa.Text, nullable=False),
        sa.Column("closes_at", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.Text),
        sa.Column("denied_because", sa.Text, nullable=False),
        sa.Column("reveal_by", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("key_id", sa.Text),
        sa.Column("touched_at", sa.Text),
        sa.Column("ended_because", sa.Text, nullable=False),
        sa.Column("ended_at", sa.Text),
    )
    op.create_index("approval_requests_state", "approval_requests", ["state", "ended_at"])
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("check", sa.Text, nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("threshold", sa.Text, nullable=False),
        sa.Column("clear_at", sa.Text, nullable=False),
        sa.Column("every", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("params", sa.Text, nullable=False),
        sa.Column("next_due_at", sa.Text, nullable=False),
    )
    op.create_index("alert_rules_due", "alert_rules", ["next_due_at"])
    op.create_table(
        "alert_states",
        sa.Column("rule_id", sa.Text, sa.ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("incident_id", sa.Text),
        sa.Column("incident_since", sa.Text),
        sa.Column("incident_lowest", sa.Text),
        sa.Column("last_value", sa.Text),
        sa.Column("last_good_at", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
