"""What the latest review of a project's keys told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; the first review after it tells everything."""
    op.create_table(
        "key_reports",
        sa.Column("project_id", sa.Text, primary_key=True),
        sa.Column("due_at", sa.Text),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("failing_since", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
