"""The tables as this version sees them. The migrations make the same, and a test compares the two."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from gateway_core.records.price import Price
from gateway_core.records.stored_model import Retries, StoredTarget
from gateway_core.records.stored_provider import Breaker
from gateway_core.records.timeouts import Timeouts
from gateway_core.storage.column_types import JsonText, Moment

METADATA: Final = MetaData()
LIVE: Final = text("deleted_at IS NULL")
ORDERED: Final = Text().with_variant(
    Text(collation="C"), "postgresql"
)  # by bytes, so that pages go on alike everywhere


def record_table(name: str, *columns: Column[Any]) -> Table:
    """Makes a table of records: what all of them have, then their own."""
    return Table(
        name,
        METADATA,
        Column("uid", ORDERED, primary_key=True),
        Column("revision", BigInteger, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("updated_at", Moment, nullable=False),
        Column("deleted_at", Moment),
        Column("managed_by", Text, nullable=False),
        *columns,
    )


def unique_while_live(table: Table, *columns: str) -> None:
    """Lets no two records that are not deleted have the same."""
    Index(
        f"{table.name}_live",
        *(table.c[column] for column in columns),
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def found_by(table: Table, column: str) -> None:
    """Lets records be listed by what a column holds, deleted ones too, in the order in which they were made."""
    Index(f"{table.name}_by_{column}", table.c[column], table.c.uid)


USERS: Final = record_table(
    "users",
    Column("name", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("balance_nano", BigInteger),
)
unique_while_live(USERS, "name")
found_by(USERS, "name")
found_by(USERS, "managed_by")

API_KEYS: Final = record_table(
    "api_keys",
    Column("user_uid", ORDERED, ForeignKey("users.uid"), nullable=False),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("models", JsonText(tuple[str, ...]), nullable=False),
    Column("operations", JsonText(tuple[str, ...]), nullable=False),
    Column("networks", JsonText(tuple[str, ...]), nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("revoke_reason", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
)
unique_while_live(API_KEYS, "user_uid", "name")
found_by(API_KEYS, "user_uid")
found_by(API_KEYS, "name")
found_by(API_KEYS, "managed_by")

ADMIN_TOKENS: Final = record_table(
    "admin_tokens",
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("revoke_reason", Text, nullable=False),
)
unique_while_live(ADMIN_TOKENS, "name")
found_by(ADMIN_TOKENS, "name")

PROVIDERS: Final = record_table(
    "providers",
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("base_url", Text, nullable=False),
    Column("balance", Text, nullable=False),
    Column("timeouts", JsonText(Timeouts), nullable=False),
    Column("breaker", JsonText(Breaker), nullable=False),
    Column("disabled", Boolean, nullable=False),
)
unique_while_live(PROVIDERS, "name")
found_by(PROVIDERS, "name")

CREDENTIALS: Final = record_table(
    "credentials",
    Column("provider_uid", ORDERED, ForeignKey("providers.uid"), nullable=False),
    Column("name", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("disabled", Boolean, nullable=False),
)
unique_while_live(CREDENTIALS, "provider_uid", "name")
found_by(CREDENTIALS, "provider_uid")

MODELS: Final = record_table(
    "models",
    Column("name", Text, nullable=False),
    Column("targets", JsonText(tuple[StoredTarget, ...]), nullable=False),
    Column("strategy", Text, nullable=False),
    Column("fallback", JsonText(tuple[str, ...]), nullable=False),
    Column("retries", JsonText(Retries), nullable=False),
    Column("stream_break", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
)
unique_while_live(MODELS, "name")
found_by(MODELS, "name")

LIMITS: Final = record_table(
    "limits",
    Column("scope_kind", Text, nullable=False),
    Column("scope_id", ORDERED, nullable=False),
    Column("measure", Text, nullable=False),
    Column("per", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
)
unique_while_live(LIMITS, "scope_kind", "scope_id", "measure", "per")
found_by(LIMITS, "scope_id")

SETTINGS: Final = record_table(
    "settings",
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
)
unique_while_live(SETTINGS, "name")

PRICES: Final = Table(
    "prices",
    METADATA,
    Column("uid", ORDERED, primary_key=True),
    Column("provider", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("price", JsonText(Price), nullable=False),
    Column("effective_from", Moment, nullable=False),
    Column("min_input_tokens", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("managed_by", Text, nullable=False),
    UniqueConstraint("provider", "model", "version", name="prices_version"),
)
Index("prices_of_model", PRICES.c.provider, PRICES.c.model, PRICES.c.effective_from)

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_uid", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("hash", LargeBinary, nullable=False),
)
Index("audit_of_record", AUDIT.c.uid, AUDIT.c.sequence)
Index("audit_of_actor", AUDIT.c.actor, AUDIT.c.sequence)
Index("audit_at", AUDIT.c.at)
Index("audit_of_version", AUDIT.c.version, AUDIT.c.sequence)

KEY_HASHES: Final = Table(
    "key_hashes",
    METADATA,
    Column("hash", LargeBinary, primary_key=True),
    Column("pepper_id", Text, nullable=False),
    Column("owner", ORDERED, nullable=False),
    Column("hint", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
)
Index("key_hashes_of_owner", KEY_HASHES.c.owner)

KEY_USES: Final = Table(
    "key_uses",
    METADATA,
    Column("owner", ORDERED, primary_key=True),
    Column("last_used_at", Moment, nullable=False),
)

SEALED_SECRETS: Final = Table(
    "sealed_secrets",
    METADATA,
    Column("owner", ORDERED, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)
Index("sealed_secrets_of_key", SEALED_SECRETS.c.key_id, SEALED_SECRETS.c.owner)

CREATED_REQUESTS: Final = Table(
    "created_requests",
    METADATA,
    Column("scope", Text, primary_key=True),
    Column("request_id", Text, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("uid", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

GATEWAY_STATE: Final = Table(
    "gateway_state",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", BigInteger, nullable=False),
    Column("audit_sequence", BigInteger, nullable=False),
    Column("audit_hash", LargeBinary, nullable=False),
)

SCHEMA_COMPATIBILITY: Final = Table(
    "schema_compatibility",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("serves_from", Text, nullable=False),
)
