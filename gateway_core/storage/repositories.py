"""What a store offers for each kind of record: protocols for those who read, and for those who change.

Every method raises StorageError. They know records and no database.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from gateway_core.records.audit_entry import AuditEntry
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.records.key_secret import KeySecret
from gateway_core.records.price import Price
from gateway_core.records.price_row import PriceRow
from gateway_core.records.sealed_secret import Purpose, SealedSecret
from gateway_core.records.versioned import BY_API, Versioned
from gateway_core.storage.audit_chain import ChainVerdict
from gateway_core.storage.query import CreateRequest, Page, Where

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Records(Protocol[R_co]):
    """The records of one kind, to read."""

    async def get(self, uid: str, *, deleted: bool = False) -> Versioned[R_co]:
        """Gives a record; raises NotThere, also for a deleted one unless those are asked for."""
        ...

    async def find(self, *where: Where) -> Versioned[R_co] | None:
        """Gives the first record that is not deleted and meets the conditions."""
        ...

    async def page(self, page: Page) -> Sequence[Versioned[R_co]]:
        """Lists records. Whoever goes on after the last uid sees each record once, whatever is made meanwhile."""
        ...


class ChangeableRecords(Records[R], Protocol[R]):
    """The records of one kind, to change. `expected` is the revision a change was made for; `None` takes any."""

    async def create(
        self, value: R, *, uid: str = "", managed_by: str = BY_API, request: CreateRequest | None = None
    ) -> Versioned[R]:
        """Adds a record, or gives the one that the same request made before. Raises AlreadyThere, RequestReused."""
        ...

    async def created_by(self, request: CreateRequest) -> Versioned[R] | None:
        """Gives what the same actor's same request made before. Raises RequestReused if it asked for something else."""
        ...

    async def remember(self, request: CreateRequest, uid: str) -> None:
        """Lets `created_by` give this record for a request that changes one and must do so once."""
        ...

    async def update(
        self,
        uid: str,
        value: R,
        *,
        expected: int | None = None,
        managed_by: str | None = None,
        action: str = "update",
        touch: bool = False,
    ) -> Versioned[R]:
        """Replaces the value, also of a deleted record. Raises RevisionConflict.

        `action` is what the audit log calls it. What changes nothing leaves no trace; with `touch` it does all the
        same, as a new revision: for what changes beside the record, such as its secret.
        """
        ...

    async def delete(self, uid: str, *, expected: int | None = None) -> Versioned[R]:
        """Takes a record out of use; it can be brought back."""
        ...

    async def undelete(self, uid: str, *, expected: int | None = None) -> Versioned[R]:
        """Brings a deleted record back. Raises AlreadyThere if its name is taken by now."""
        ...


class Prices(Protocol):
    """Price rows, which are added and never changed."""

    async def get(self, uid: str) -> PriceRow:
        """Gives a row; raises NotThere."""
        ...

    async def page(self, page: Page) -> Sequence[PriceRow]:
        """Lists rows in the order of their uids. None is ever deleted."""
        ...

    async def in_force(self, at: datetime) -> Sequence[PriceRow]:
        """Gives what holds at a moment: one row for each model and number of input tokens."""
        ...

    async def next_change(self, after: datetime) -> datetime | None:
        """Says when the next row comes into force."""
        ...

    async def history(self, provider: str, model: str) -> Sequence[PriceRow]:
        """Gives every row of a provider's model, the oldest version first."""
        ...


class AppendablePrices(Prices, Protocol):
    """Price rows, to add to."""

    async def append(
        self,
        provider: str,
        model: str,
        price: Price,
        *,
        effective_from: datetime,
        min_input_tokens: int = 0,
        managed_by: str = BY_API,
    ) -> PriceRow:
        """Adds the next version."""
        ...


class AnsweredRequests(Protocol):
    """Which requests of whoever makes the change were carried out before, and what came of them.

    That is the uid of a record, or an answer that nothing else could tell again.
    """

    async def result_of(self, kind: str, request: CreateRequest) -> str | None:
        """Gives what came of it, if the request came before. Raises RequestReused if it asked for something else."""
        ...

    async def remember(self, kind: str, request: CreateRequest, result: str) -> None:
        """Lets `result_of` give this from now on, until requests as old are forgotten. Raises AlreadyThere."""
        ...


class Secrets(Protocol):
    """Sealed secrets, to read."""

    async def get(self, owner: str) -> SealedSecret:
        """Gives an owner's secret; raises NotThere."""
        ...

    async def of(self, purpose: Purpose) -> Mapping[str, SealedSecret]:
        """Gives every secret of a purpose by its owner, the oldest first."""
        ...

    async def count_by_key(self) -> Mapping[str, int]:
        """Says how many secrets are wrapped by which master key."""
        ...

    async def not_under(self, key_id: str, *, after: str, limit: int) -> Sequence[SealedSecret]:
        """Lists secrets wrapped by other master keys, by their owner."""
        ...


class ChangeableSecrets(Secrets, Protocol):
    """Sealed secrets, to change."""

    async def put(self, sealed: SealedSecret) -> None:
        """Sets an owner's secret."""
        ...

    async def remove(self, owner: str) -> None:
        """Forgets an owner's secret, for good."""
        ...

    async def rewrap(self, sealed: SealedSecret, *, instead_of: SealedSecret) -> bool:
        """Replaces the wrapping unless the secret was changed meanwhile, and says whether it did."""
        ...


class KeyHashes(Protocol):
    """Which secrets, by their hash, keys and tokens have. Those that have expired are kept."""

    async def find(self, hashes: Sequence[bytes]) -> KeySecret | None:
        """Gives the secret that has one of the hashes, expired or not."""
        ...

    async def of(self, owners: Sequence[str]) -> Mapping[str, Sequence[KeySecret]]:
        """Gives the secrets of those owners that have any, the newest first."""
        ...


class ChangeableKeyHashes(KeyHashes, Protocol):
    """Secrets of keys and tokens, to change. It grows no version: a change of the owner's record goes with it."""

    async def add(
        self, owner: str, key_hash: bytes, pepper_id: str, *, hint: str, expires_at: datetime | None = None
    ) -> None:
        """Gives an owner one more secret. Raises AlreadyThere if somebody has it."""
        ...

    async def end(self, owner: str, at: datetime) -> None:
        """Lets every secret that an owner has by now expire at a moment, or earlier where it does anyway."""
        ...


class KeyUses(Protocol):
    """When keys and tokens were last used."""

    async def of(self, owners: Sequence[str]) -> Mapping[str, datetime]:
        """Gives the moments for those that were used at all."""
        ...


class AuditLog(Protocol):
    """What was changed by whom."""

    async def page(
        self, *, before: int | None = None, limit: int = 100, where: Sequence[Where] = ()
    ) -> Sequence[AuditEntry]:
        """Lists entries, the newest first, from below the sequence number `before`."""
        ...

    async def since(self, version: int, *, limit: int) -> Sequence[ConfigurationChange]:
        """Gives what led from the configuration `version` to the newest, the oldest first.

        Whoever gets `limit` of them may lack some, of the last version too. A mere note grows no version and bears
        the one before it: it may be among them, and means nothing to whoever follows the configuration.
        """
        ...

    async def verify(self) -> ChainVerdict:
        """Follows the chain of hashes from the first entry to the last."""
        ...


class AppendableAuditLog(AuditLog, Protocol):
    """The log, to add to. Changes of records add their entries themselves."""

    async def note(self, action: str, kind: str, uid: str, *, after: str | None = None) -> None:
        """Adds an entry for what is no change of a record; `after` is JSON."""
        ...
