"""A store and its keys, with short ways to plan, apply and export files there, and to change records beside them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from admin.configuration.apply import Applied, StartApplied, apply, apply_at_start, prepare
from admin.configuration.declared import Declared
from admin.configuration.export import export
from admin.configuration.last_applied import LastApplied, fingerprints, read_last_applied
from admin.configuration.live import LiveConfiguration, read_live
from admin.configuration.plan import Change, Plan
from gateway_core.identity.vault import Vault, open_vault
from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.store import Changing, Store
from tests.fakes.admin_world import MASTER_KEY
from tests.fakes.declarations import NO_VARIABLES, declared
from tests.fakes.prepared_store import PreparedStore, prepare_store
from tests.fakes.temporary_store import temporary_store

ADMINISTRATOR = Actor("adminTokens/alice", uid="adm_alice")


@dataclass(frozen=True, slots=True)
class DeclaredWorld:
    """A store to apply files to."""

    store: Store
    vault: Vault

    async def plan(self, text: str, variables: Mapping[str, str] = NO_VARIABLES) -> Plan:
        """Plans a file."""
        async with self.store.reading() as reading:
            return (await prepare(reading, self.vault, declared(text, variables), later())).plan

    async def apply(self, text: str, variables: Mapping[str, str] = NO_VARIABLES) -> Applied:
        """Applies a file as an administrator."""
        async with self.changing() as change:
            return await apply(change, self.vault, declared(text, variables), later())

    async def start(self, text: str | None, found: Declared | None = None) -> StartApplied:
        """Applies what a process declares when it starts: a file, and what it found in the environment."""
        given = Declared(has_file=False) if text is None else declared(text)
        if found is not None:
            given = replace(
                given,
                providers={**found.providers, **given.providers},
                models={**found.models, **given.models},
                found=found.found,
            )
        return await apply_at_start(self.store, self.vault, replace(given, has_environment=True), later())

    async def live(self) -> LiveConfiguration:
        """Reads what is there."""
        async with self.store.reading() as reading:
            return await read_live(reading, self.vault, fingerprints(self.vault.peppers.current), later())

    async def last(self) -> LastApplied:
        """Reads what was applied last."""
        async with self.store.reading() as reading:
            last, _ = await read_last_applied(reading)
        assert last is not None
        return last

    async def export(self, managed_by: str | None = None) -> str:
        """Exports everything, or what one looks after."""
        return export(await self.live(), managed_by)

    async def secret_of(self, credential: str) -> Secret | None:
        """Opens the secret of the credential with this name."""
        async with self.store.reading() as reading:
            found = await reading.credentials.find(Where("name", "=", credential))
            sealed = await reading.secrets.of("provider-key")
        return self.vault.reveal(sealed[found.uid]) if found and found.uid in sealed else None

    async def user(self, name: str) -> Versioned[User] | None:
        """Finds a user."""
        async with self.store.reading() as reading:
            return await reading.users.find(Where("name", "=", name))

    async def api_keys(self, *, deleted: bool = False) -> list[Versioned[StoredApiKey]]:
        """Lists all keys."""
        async with self.store.reading() as reading:
            return list(await reading.api_keys.page(Page(deleted=deleted)))

    def changing(self) -> AbstractAsyncContextManager[Changing]:
        """Changes records as an administrator does, beside the file."""
        return self.store.changing(ADMINISTRATOR)


@cache
def sealed_store() -> PreparedStore[Vault]:
    """Gives the store that knows its master key and has a pepper, and both."""
    return prepare_store(seal)


async def seal(store: Store, folder: Path) -> Vault:
    """Lets a store know its master key, and makes its pepper."""
    return await open_vault(store, master_key=MASTER_KEY, data_dir=folder)


@asynccontextmanager
async def declared_world() -> AsyncIterator[DeclaredWorld]:
    """Makes an empty one."""
    sealed = sealed_store()
    async with temporary_store(sealed) as (store, _):
        yield DeclaredWorld(store, sealed.told)


def later() -> datetime:
    """Gives a moment at which everything that was applied so far is in force."""
    return datetime.now(UTC) + timedelta(milliseconds=1)


def told(changes: tuple[Change, ...]) -> list[str]:
    """Writes changes in short: the action, the record, `!` for drift and `+` for what was made elsewhere."""
    return [
        f"{one.action} {(one.entry or one.live).key}{'!' * one.drift}{'+' * one.adopted}"  # type: ignore[union-attr] # one of them is there
        for one in changes
    ]
