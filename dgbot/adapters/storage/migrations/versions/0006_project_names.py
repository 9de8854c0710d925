"""How people call the projects, for whoever looks at the database without Deepgram."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Begin with no name; the bot fills it in with its first round."""
    op.create_table(
        "project_names",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
