"""Which record lives in which table, under which name, with which beginning of its uid."""

from dataclasses import dataclass, fields
from typing import Final, Generic, TypeVar

from sqlalchemy import RowMapping, Table

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.limit import Limit
from gateway_core.records.setting import Setting
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage import tables

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """A kind of record. Every field of the record has a column of the same name."""

    name: str
    prefix: str
    record: type[R]
    table: Table
    unique: tuple[str, ...] = ()

    def name_of(self, value: R) -> str:
        """Gives by what people tell a record from others of its kind."""
        return "/".join(str(getattr(value, field)) for field in self.unique or ("name",))

    def values_of(self, value: R) -> dict[str, object]:
        """Gives what the record's own columns hold."""
        return {field.name: getattr(value, field.name) for field in fields(self.record)}  # type: ignore[arg-type] # a dataclass

    def read(self, row: RowMapping) -> Versioned[R]:
        """Makes the record of a row."""
        value = self.record(**{field.name: row[field.name] for field in fields(self.record)})  # type: ignore[arg-type] # a dataclass
        return Versioned(
            uid=row["uid"],
            revision=row["revision"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            deleted_at=row["deleted_at"],
            managed_by=row["managed_by"],
            value=value,
        )


USERS: Final = Kind("user", "usr", User, tables.USERS)
API_KEYS: Final = Kind("api_key", "key", StoredApiKey, tables.API_KEYS, ("user_uid", "name"))
ADMIN_TOKENS: Final = Kind("admin_token", "adm", AdminToken, tables.ADMIN_TOKENS)
PROVIDERS: Final = Kind("provider", "prv", StoredProvider, tables.PROVIDERS)
CREDENTIALS: Final = Kind("credential", "crd", StoredCredential, tables.CREDENTIALS, ("provider_uid", "name"))
MODELS: Final = Kind("model", "mdl", StoredModel, tables.MODELS)
LIMITS: Final = Kind("limit", "lim", Limit, tables.LIMITS, ("scope_kind", "scope_id", "measure", "per"))
SETTINGS: Final = Kind("setting", "set", Setting, tables.SETTINGS)
