"""What every service works with: the store, the secrets, the time, and changes made in the caller's name."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from google.protobuf.message import Message

from admin.conduct.administrator import administrator
from admin.conduct.request_ids import read_request
from gateway_core.identity.vault import Vault
from gateway_core.interceptors.around import Context
from gateway_core.interceptors.call_identity import REQUEST_ID
from gateway_core.records.audit_entry import Actor
from gateway_core.storage.query import CreateRequest
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Changing, Reading, Store

VERSION_HEADER = "x-weir-configuration-version"


@dataclass(frozen=True, slots=True)
class Desk:
    """Reads and changes records for whoever calls."""

    store: Store
    vault: Vault
    now: Callable[[], datetime]

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """Holds one state of all records still while inside."""
        return self.store.reading()

    @asynccontextmanager
    async def changing(self, context: Context, *, reason: str = "") -> AsyncIterator[Changing]:
        """Makes what happens inside happen at once, or not at all; the audit log keeps the reason.

        The reply names the configuration that has it, unless the store is gone by then: it may hold a new secret.
        """
        async with self.store.changing(caller_as_actor(reason)) as change:
            yield change
        with suppress(StorageError):
            await context.send_initial_metadata(((VERSION_HEADER, str(await self.store.version())),))

    def request(self, message: Message) -> CreateRequest | None:
        """Reads the request id of a message, so that a repeated call is carried out once."""
        return read_request(message, self.vault.peppers.current)


def caller_as_actor(reason: str = "") -> Actor:
    """Says in whose name the audit log keeps what this call does."""
    who = administrator()
    return Actor(who.name, uid=who.uid, address=who.address, request_id=REQUEST_ID.get(""), reason=reason)
