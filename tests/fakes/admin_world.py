"""An admin service put together by the real wiring, on a free port, with a token for every role."""

import base64
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import grpc
from prometheus_client import CollectorRegistry

from admin.process_facts import Listening
from admin.settings import AdminSettings
from admin.wiring import Admin, AdminParts, open_admin
from gateway_core.clock import Clock
from gateway_core.identity.api_key_format import make_admin_token, make_api_key, show_hint
from gateway_core.identity.vault import Vault, open_vault
from gateway_core.records.admin_token import AdminToken, Role
from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from gateway_core.storage.store import Store
from tests.fakes.core_parts import KeptLines
from tests.fakes.prepared_store import PreparedStore, prepare_store
from tests.fakes.temporary_store import temporary_store

MASTER_KEY = Secret(base64.b64encode(bytes(range(32))).decode())
ACTOR = Actor("test", uid="test")
ROLES: tuple[Role, ...] = ("owner", "operator", "viewer", "billing")
ANY_PORT = "127.0.0.1:0"
Metadata = tuple[tuple[str, str], ...]
S = TypeVar("S")


@dataclass
class AdminWorld:
    """An admin service that runs, and everything around it."""

    admin: Admin
    parts: AdminParts
    folder: Path
    kept: KeptLines
    tokens: Mapping[Role, str]
    channels: AsyncExitStack
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """Gives the store."""
        return self.parts.store

    @property
    def vault(self) -> Vault:
        """Gives the keys."""
        return self.parts.vault

    @property
    def lines(self) -> list[dict[str, object]]:
        """Gives the lines of the access log."""
        return self.kept.lines

    @property
    def address(self) -> str:
        """Gives where it listens."""
        return self.admin.address

    @property
    def channel(self) -> grpc.aio.Channel:
        """Gives a channel that sends no credential."""
        return self.dial("")

    def token(self, role: Role = "owner") -> str:
        """Gives a token that has the role."""
        return self.tokens[role]

    def authorized(self, role: Role = "owner") -> Metadata:
        """Gives the metadata of a call by an administrator of the role."""
        return (("authorization", f"Bearer {self.tokens[role]}"),)

    def stub(self, make: Callable[[grpc.aio.Channel], S], role: Role = "owner") -> S:
        """Makes a stub whose calls an administrator of the role makes: `world.stub(UserServiceStub, "viewer")`."""
        return make(self.dial(self.tokens[role]))

    def stub_with(self, make: Callable[[grpc.aio.Channel], S], credential: str) -> S:
        """Makes a stub whose calls carry this credential, or none if it is empty."""
        return make(self.dial(credential))

    def dial(self, credential: str) -> grpc.aio.Channel:
        """Gives the channel whose calls carry a credential."""
        known = self._channels.get(credential)
        if known is None:
            known = self._channels[credential] = grpc.aio.insecure_channel(
                self.address, interceptors=[BearingUnary(credential), BearingStream(credential)] if credential else None
            )
            self.channels.push_async_callback(known.close)
        return known

    async def add_token(self, name: str, role: Role = "viewer", **changes: object) -> str:
        """Adds an admin token to the store and gives it."""
        return await add_token(self.store, self.vault, AdminToken(name, "", role), **changes)

    async def add_api_key(self, user: str = "alice", name: str = "laptop", **changes: object) -> str:
        """Adds an API key, and its user if there is none of the name, and gives it."""
        key = make_api_key()
        async with self.store.changing(ACTOR) as change:
            owner = await change.users.find(Where("name", "=", user)) or await change.users.create(User(user))
            record = replace(StoredApiKey(owner.uid, name, show_hint(key)), **changes)  # type: ignore[arg-type] # field names checked by replace
            created = await change.api_keys.create(record)
            pepper = self.vault.peppers.current
            await change.key_hashes.add(created.uid, pepper.hash(key), pepper.id, hint=record.hint)
        return key


async def add_token(store: Store, vault: Vault, token: AdminToken, **changes: object) -> str:
    """Adds an admin token to a store and gives it; keyword arguments replace fields."""
    secret = make_admin_token()
    record = replace(token, hint=show_hint(secret), **changes)  # type: ignore[arg-type] # field names checked by replace
    async with store.changing(ACTOR) as change:
        created = await change.admin_tokens.create(record)
        pepper = vault.peppers.current
        await change.key_hashes.add(created.uid, pepper.hash(secret), pepper.id, hint=record.hint)
    return secret


async def administer(store: Store, folder: Path) -> tuple[Vault, Mapping[Role, str]]:
    """Adds a token for each role, named like it, to a store; gives the store's keys and these tokens."""
    vault = await open_vault(store, master_key=MASTER_KEY, data_dir=folder)
    return vault, {role: await add_token(store, vault, AdminToken(role, "", role)) for role in ROLES}


@cache
def administered_store() -> PreparedStore[tuple[Vault, Mapping[Role, str]]]:
    """Gives the store that administrators of every role may work with."""
    return prepare_store(administer)


@asynccontextmanager
async def running_admin(
    store: Store | None = None,
    *,
    clock: Clock | None = None,
    listeners: Sequence[Listening] = (),
    **changes: object,
) -> AsyncIterator[AdminWorld]:
    """Runs an admin service while inside, with a store of its own unless one is given.

    There is a token for each role, named like it. Keyword arguments replace settings.
    """
    async with AsyncExitStack() as stack:
        if store is None:
            prepared = administered_store()
            kept, folder = await stack.enter_async_context(temporary_store(prepared))
            vault, tokens = prepared.told
        else:
            kept, folder = store, Path(stack.enter_context(tempfile.TemporaryDirectory()))
            vault, tokens = await administer(kept, folder)
        lines = KeptLines()
        parts = AdminParts(
            store=kept,
            vault=vault,
            access_lines=lines,
            metrics=CollectorRegistry(),
            clock=clock or Clock(),
            version="0.0.0",
            mode="embedded",
            store_kind="sqlite",
            listeners=lambda: listeners,
        )
        settings = replace(AdminSettings(listen=ANY_PORT, drain=1.0), **changes)  # type: ignore[arg-type] # field names checked by replace
        admin = await stack.enter_async_context(open_admin(settings, parts))
        channels = await stack.enter_async_context(AsyncExitStack())
        yield AdminWorld(admin, parts, folder, lines, tokens, channels)


class BearingUnary(grpc.aio.UnaryUnaryClientInterceptor):
    """Sends a credential with every call that has one reply."""

    def __init__(self, credential: str) -> None:
        """Takes the credential."""
        self._credential = credential

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:  # noqa: ANN401 # gRPC's own types are as loose
        """Adds it."""
        return await continuation(bearing(client_call_details, self._credential), request)


class BearingStream(grpc.aio.UnaryStreamClientInterceptor):
    """Sends a credential with every call that has a stream of replies."""

    def __init__(self, credential: str) -> None:
        """Takes the credential."""
        self._credential = credential

    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:  # noqa: ANN401 # gRPC's own types are as loose
        """Adds it."""
        return await continuation(bearing(client_call_details, self._credential), request)


def bearing(details: grpc.aio.ClientCallDetails, credential: str) -> grpc.aio.ClientCallDetails:
    """Gives the details of a call with a credential among the metadata."""
    metadata = grpc.aio.Metadata(*(details.metadata or ()), ("authorization", f"Bearer {credential}"))
    return grpc.aio.ClientCallDetails(
        details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
    )
