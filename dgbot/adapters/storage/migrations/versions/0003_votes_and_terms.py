"""Requests with several votes on terms of their own, reminders, and keys that take over from others."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a request remembers of its votes; requests from before have none, and the usual terms."""
    for name, default in (("terms", "'{}'"), ("votes", "'[]'"), ("channel_id", "''")):
        op.add_column(
            "approval_requests", sa.Column(name, sa.Text, nullable=False, server_default=sa.text(default))
        )  # fmt: skip
    op.add_column("approval_requests", sa.Column("reminded", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.add_column("approval_requests", sa.Column("remind_at", sa.Text))
    op.add_column("approval_requests", sa.Column("retired_at", sa.Text))
    op.create_index("approval_requests_reminders", "approval_requests", ["remind_at"])
