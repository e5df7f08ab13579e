"""What a store promises: reading one consistent state, and changes that happen whole, one after the other.

Every method raises StorageError. It knows records and no database.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.audit_entry import Actor
from gateway_core.records.limit import Limit
from gateway_core.records.setting import Setting
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.records.user import User
from gateway_core.storage.repositories import (
    AnsweredRequests,
    AppendableAuditLog,
    AppendablePrices,
    AuditLog,
    ChangeableKeyHashes,
    ChangeableRecords,
    ChangeableSecrets,
    KeyHashes,
    KeyUses,
    Prices,
    Records,
    Secrets,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything as it was when the reading began. `version` is the configuration's: it grows with every change."""

    version: int
    users: Records[User]
    api_keys: Records[StoredApiKey]
    admin_tokens: Records[AdminToken]
    providers: Records[StoredProvider]
    credentials: Records[StoredCredential]
    models: Records[StoredModel]
    limits: Records[Limit]
    settings: Records[Setting]
    prices: Prices
    secrets: Secrets
    key_hashes: KeyHashes
    key_uses: KeyUses
    audit: AuditLog


@dataclass(frozen=True, slots=True)
class Changing(Reading):
    """Everything, to read and to change; `version` is the one before the change. All of it happens at `now`."""

    now: datetime
    users: ChangeableRecords[User]
    api_keys: ChangeableRecords[StoredApiKey]
    admin_tokens: ChangeableRecords[AdminToken]
    providers: ChangeableRecords[StoredProvider]
    credentials: ChangeableRecords[StoredCredential]
    models: ChangeableRecords[StoredModel]
    limits: ChangeableRecords[Limit]
    settings: ChangeableRecords[Setting]
    prices: AppendablePrices
    secrets: ChangeableSecrets
    key_hashes: ChangeableKeyHashes
    audit: AppendableAuditLog
    requests: AnsweredRequests


class Store(Protocol):
    """Records that outlive the process."""

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """Holds one state still while inside."""
        ...

    def changing(self, actor: Actor) -> AbstractAsyncContextManager[Changing]:
        """Makes what happens inside happen at once or, on an exception, not at all; other changes wait meanwhile.

        Who waits comes in the order of asking, after at most 30 seconds.
        What changed something grows the version of the configuration by one.
        """
        ...

    async def version(self) -> int:
        """Gives the version of the configuration, in the cheapest way there is."""
        ...

    async def note_key_uses(self, uses: Mapping[str, datetime]) -> None:
        """Keeps when keys and tokens were last used. It is no change: no revision, no version, no audit."""
        ...

    async def forget_requests(self, before: datetime) -> None:
        """Forgets which requests made what before a moment; a request that comes again after that creates again."""
        ...

    async def close(self) -> None:
        """Lets go of the database. Whoever is inside a reading or a change fails."""
        ...
