"""Users, their keys, administrators, sealed secrets, and the log of what was changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
SERVES_FROM = "0001"

ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Makes the tables, and the one row each that says where the gateway stands."""
    create_users_and_keys()
    create_key_hashes()
    create_secrets()
    create_audit()
    state = op.create_table(
        "gateway_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("audit_sequence", sa.BigInteger, nullable=False),
        sa.Column("audit_hash", sa.LargeBinary, nullable=False),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0, "audit_sequence": 0, "audit_hash": b""}])
    compatibility = op.create_table(
        "schema_compatibility",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("serves_from", sa.Text, nullable=False),
    )
    op.bulk_insert(compatibility, [{"id": 1, "serves_from": SERVES_FROM}])


def downgrade() -> None:
    """Drops everything."""
    for table in (
        "schema_compatibility",
        "gateway_state",
        "created_requests",
        "audit",
        "sealed_secrets",
        "key_uses",
        "key_hashes",
        "admin_tokens",
        "api_keys",
        "users",
    ):
        op.drop_table(table)


def record_columns() -> tuple[sa.Column[object], ...]:
    """Gives what every record has."""
    return (
        sa.Column("uid", ORDERED, primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT),
        sa.Column("managed_by", sa.Text, nullable=False),
    )


def create_indexes(table: str, unique: list[str], *, found_by: list[str]) -> None:
    """Lets no two live records of a table have the same in some columns, and lists all of them by others."""
    op.create_index(f"{table}_live", table, unique, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    for column in found_by:
        op.create_index(f"{table}_by_{column}", table, [column, "uid"])


def create_users_and_keys() -> None:
    """Makes the tables of who may call."""
    op.create_table(
        "users",
        *record_columns(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("display_name", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("balance_nano", sa.BigInteger),
    )
    create_indexes("users", ["name"], found_by=["name", "managed_by"])
    op.create_table(
        "api_keys",
        *record_columns(),
        sa.Column("user_uid", ORDERED, sa.ForeignKey("users.uid"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("operations", sa.Text, nullable=False),
        sa.Column("networks", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoke_reason", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
    )
    create_indexes("api_keys", ["user_uid", "name"], found_by=["user_uid", "name", "managed_by"])
    op.create_table(
        "admin_tokens",
        *record_columns(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.Column("revoke_reason", sa.Text, nullable=False),
    )
    create_indexes("admin_tokens", ["name"], found_by=["name"])


def create_key_hashes() -> None:
    """Makes the tables of what keys and tokens are recognised by, and when they were used."""
    op.create_table(
        "key_hashes",
        sa.Column("hash", sa.LargeBinary, primary_key=True),
        sa.Column("pepper_id", sa.Text, nullable=False),
        sa.Column("owner", ORDERED, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
    )
    op.create_index("key_hashes_of_owner", "key_hashes", ["owner"])
    op.create_table(
        "key_uses",
        sa.Column("owner", ORDERED, primary_key=True),
        sa.Column("last_used_at", MOMENT, nullable=False),
    )


def create_secrets() -> None:
    """Makes the table of sealed secrets."""
    op.create_table(
        "sealed_secrets",
        sa.Column("owner", ORDERED, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("ciphertext", sa.LargeBinary, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
    op.create_index("sealed_secrets_of_key", "sealed_secrets", ["key_id", "owner"])


def create_audit() -> None:
    """Makes the tables of what was done and asked for."""
    op.create_table(
        "audit",
        sa.Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("actor_uid", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index("audit_of_record", "audit", ["uid", "sequence"])
    op.create_index("audit_of_actor", "audit", ["actor", "sequence"])
    op.create_index("audit_at", "audit", ["at"])
    op.create_index("audit_of_version", "audit", ["version", "sequence"])
    op.create_table(
        "created_requests",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
    )
