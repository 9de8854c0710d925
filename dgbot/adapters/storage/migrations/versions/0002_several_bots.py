"""Several bots on one database: who has what in hand, and who lives."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the owner of what is in hand, and the table of those who may be one."""
    for table in ("inbox", "outbox"):
        op.add_column(table, sa.Column("owner", sa.Text, nullable=False, server_default=sa.text("''")))
    op.create_table(
        "bots",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("alive_until", sa.Double, nullable=False),
    )
