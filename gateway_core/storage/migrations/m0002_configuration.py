"""What the gateway is configured with: providers, models, prices, limits, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
SERVES_FROM = "0001"

ORDERED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Makes the tables."""
    create_providers()
    create_models()
    create_record_table(
        "limits",
        sa.Column("scope_kind", sa.Text, nullable=False),
        sa.Column("scope_id", ORDERED, nullable=False),
        sa.Column("measure", sa.Text, nullable=False),
        sa.Column("per", sa.Text, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        unique=["scope_kind", "scope_id", "measure", "per"],
        found_by=["scope_id"],
    )
    create_record_table(
        "settings",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        unique=["name"],
        found_by=[],
    )


def downgrade() -> None:
    """Drops them."""
    for table in ("settings", "limits", "prices", "models", "credentials", "providers"):
        op.drop_table(table)


def create_record_table(name: str, *columns: sa.Column[object], unique: list[str], found_by: list[str]) -> None:
    """Makes a table of records, of which no two live ones have the same in some columns; others list all of them."""
    op.create_table(
        name,
        sa.Column("uid", ORDERED, primary_key=True),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("deleted_at", MOMENT),
        sa.Column("managed_by", sa.Text, nullable=False),
        *columns,
    )
    op.create_index(f"{name}_live", name, unique, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
    for column in found_by:
        op.create_index(f"{name}_by_{column}", name, [column, "uid"])


def create_providers() -> None:
    """Makes the tables of providers and of our accounts there."""
    create_record_table(
        "providers",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("base_url", sa.Text, nullable=False),
        sa.Column("balance", sa.Text, nullable=False),
        sa.Column("timeouts", sa.Text, nullable=False),
        sa.Column("breaker", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        unique=["name"],
        found_by=["name"],
    )
    create_record_table(
        "credentials",
        sa.Column("provider_uid", ORDERED, sa.ForeignKey("providers.uid"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("weight", sa.Integer, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        unique=["provider_uid", "name"],
        found_by=["provider_uid"],
    )


def create_models() -> None:
    """Makes the tables of models and of what they cost."""
    create_record_table(
        "models",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("targets", sa.Text, nullable=False),
        sa.Column("strategy", sa.Text, nullable=False),
        sa.Column("fallback", sa.Text, nullable=False),
        sa.Column("retries", sa.Text, nullable=False),
        sa.Column("stream_break", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        unique=["name"],
        found_by=["name"],
    )
    op.create_table(
        "prices",
        sa.Column("uid", ORDERED, primary_key=True),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("price", sa.Text, nullable=False),
        sa.Column("effective_from", MOMENT, nullable=False),
        sa.Column("min_input_tokens", sa.BigInteger, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("managed_by", sa.Text, nullable=False),
        sa.UniqueConstraint("provider", "model", "version", name="prices_version"),
    )
    op.create_index("prices_of_model", "prices", ["provider", "model", "effective_from"])
