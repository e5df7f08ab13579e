"""A step of a release to come: it adds a column that older code does not know and need not."""

import sqlalchemy as sa
from alembic import op

from gateway_core.storage.schema import REVISIONS

revision = "9001"
down_revision = REVISIONS[-1]
SERVES_FROM = REVISIONS[-1]


def upgrade() -> None:
    """Adds the column and fills it; SQLite gets the whole table anew."""
    with op.batch_alter_table("users", recreate="auto") as users:
        users.add_column(sa.Column("nickname", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE users SET nickname = name")


def downgrade() -> None:
    """Drops the column."""
    with op.batch_alter_table("users") as users:
        users.drop_column("nickname")
