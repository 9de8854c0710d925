"""Alert rules with several levels, where each instance stands and what was told of it, a history, and digests."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TENTH = Decimal("1.1")
WORST = 5
"""A rule with one line becomes one with two: the worse one at a fifth, as `balance-alert set` draws it now."""


def upgrade() -> None:
    """Keep every rule, and every incident that is open with its message."""
    connection = op.get_bind()
    rules = connection.execute(sa.text('SELECT * FROM "alert_rules"')).mappings().all()
    states = connection.execute(sa.text('SELECT * FROM "alert_states"')).mappings().all()
    op.add_column("messages", sa.Column("thread_ts", sa.Text, nullable=False, server_default=sa.text("''")))
    op.drop_table("alert_states")
    op.drop_table("alert_rules")
    _create_tables()
    rule_of = {row["id"]: row for row in rules}
    for row in rules:
        connection.execute(
            sa.text(
                "INSERT INTO alert_rules (id, name, project_id, body, next_due_at) "
                "VALUES (:id, :name, :project_id, :body, :next_due_at)"
            ),
            {name: row[name] for name in ("id", "name", "project_id", "next_due_at")} | {"body": _body(row)},
        )
    for row in states:
        if row["incident_id"] is not None:
            connection.execute(
                sa.text(
                    "INSERT INTO alert_instances"
                    " (rule_id, fingerprint, labels, phase, state, told, incident_id, severity, revision)"
                    " VALUES (:rule_id, :fingerprint, :labels, 'firing', :state, :told, :incident_id, 'warning',"
                    " :revision)"
                ),
                _instance(row, rule_of[row["rule_id"]]),
            )


def _create_tables() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("project_id", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("next_due_at", sa.Text, nullable=False),
    )
    op.create_index("alert_rules_due", "alert_rules", ["next_due_at"])
    op.create_table(
        "alert_instances",
        sa.Column("rule_id", sa.Text, sa.ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("fingerprint", sa.Text, primary_key=True),
        sa.Column("labels", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("incident_id", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("detail", sa.Text, nullable=False, server_default=sa.text("'[]'")),
    )
    op.create_index("alert_instances_phase", "alert_instances", ["phase"])
    op.create_index("alert_instances_incident", "alert_instances", ["incident_id"])
    op.create_table(
        "alert_history",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("rule_id", "fingerprint", "incident_id", "rows", "value", "act", "why", "because", "by")
        ),
    )
    op.create_index("alert_history_incident", "alert_history", ["incident_id", "number"])
    op.create_index("alert_history_instance", "alert_history", ["rule_id", "fingerprint", "number"])
    op.create_index("alert_history_at", "alert_history", ["at"])
    op.create_table(
        "alert_samples",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("project_id", "series", "fingerprint", "unit", "at")),
        sa.Column("amount", sa.Text, nullable=False),
    )
    op.create_index("alert_samples_at", "alert_samples", ["at"])
    op.create_table(
        "alert_troubles",
        sa.Column("scope", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("since", "opened_at")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("projects", "rules")),
    )
    op.create_table(
        "alert_bulletins",
        sa.Column("about", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("channel_id", "opened_at")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "left")),
        sa.Column("rule", sa.Text, nullable=False),
    )
    op.create_table(
        "alert_silences",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("matchers", "begins", "ends", "by", "comment")),
        sa.Column("ended_at", sa.Text),
    )
    op.create_index("alert_silences_ends", "alert_silences", ["ends"])
    op.create_table(
        "digests",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "project_id", "body")),
    )
    op.create_table(
        "digest_posts",
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("digest_id", "day")),
        sa.Column("posted_at", sa.Text, nullable=False),
    )


def _body(row: sa.RowMapping) -> str:
    line, clear_at = Decimal(row["threshold"]), row["clear_at"]
    worst = line / WORST
    levels = [
        {"severity": "warning", "threshold": str(line), "clear_at": clear_at},
        {"severity": "critical", "threshold": str(worst), "clear_at": str(worst * TENTH)},
    ]
    kept = ("id", "name", "check", "project_id", "channel_id", "origin", "created_by")
    seconds = timedelta(microseconds=row["every"]).total_seconds()
    return json.dumps(
        {name: row[name] for name in kept}
        | {"ladder": {"side": "below", "levels": levels if line > 0 else levels[:1]}}
        | {"schedule": {"every": f"PT{seconds}S"}, "params": json.loads(row["params"])}
    )


def _fingerprint(project_id: str) -> str:
    return hashlib.sha256(f"project_id\x01{project_id}".encode()).hexdigest()[:16]


def _instance(row: sa.RowMapping, rule: sa.RowMapping) -> dict[str, object]:
    project_id = rule["project_id"]
    since = row["incident_since"]
    seen = row["last_good_at"] or since
    incident = {"id": row["incident_id"], "since": since, "worst": row["incident_lowest"]}
    state = {"good_at": seen, "evaluated_at": seen, "phase": "firing", "rank": 1, "incident": incident}
    told = {"anchor": row["incident_id"], "incident_id": row["incident_id"], "open": True, "rank": 1}
    told |= {"notified_at": since, "repeats_from": since, "said": 1}
    told |= {"places": [{"channel_id": rule["channel_id"], "called": 1}]}
    return {
        "rule_id": row["rule_id"],
        "fingerprint": _fingerprint(project_id),
        "labels": json.dumps({"project_id": project_id}),
        "state": json.dumps(state | {"value": row["last_value"]}),
        "told": json.dumps(told),
        "incident_id": row["incident_id"],
        "revision": row["revision"],
    }
