"""A step of the release after that: it drops what only code from before the step before needs."""

import sqlalchemy as sa
from alembic import op

revision = "9002"
down_revision = "9001"
SERVES_FROM = "9001"


def upgrade() -> None:
    """Drops a column."""
    with op.batch_alter_table("users") as users:
        users.drop_column("display_name")


def downgrade() -> None:
    """Brings the column back, empty."""
    with op.batch_alter_table("users") as users:
        users.add_column(sa.Column("display_name", sa.Text, nullable=False, server_default=""))
