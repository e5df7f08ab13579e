"""Finds the key that a secret belongs to, and works out what the request path needs of it. It judges no call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_network

from gateway_core.records.api_key import ApiKey, KeyState, Network
from gateway_core.records.key_secret import KeySecret
from gateway_core.records.model_scope import ModelScope
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Store

ALL = "*"
EVERYWHERE = frozenset((ip_network("0.0.0.0/0"), ip_network("::/0")))


@dataclass(frozen=True, slots=True)
class FoundKey:
    """Whose secret it is in the configuration `version`: nobody's if the key or its user is gone."""

    key: ApiKey | None
    version: int


async def read_key(store: Store, hashes: Sequence[bytes]) -> FoundKey:
    """Looks for the key whose secret has one of the hashes. Raises StorageError."""
    async with store.reading() as reading:
        secret = await reading.key_hashes.find(hashes)
        if secret is None:
            return FoundKey(None, reading.version)
        try:
            key = await reading.api_keys.get(secret.owner)
            user = await reading.users.get(key.value.user_uid)
        except NotThere:
            return FoundKey(None, reading.version)
        return FoundKey(view(key, user, secret), reading.version)


def view(key: Versioned[StoredApiKey], user: Versioned[User], secret: KeySecret) -> ApiKey:
    """Gives what the request path needs of a key when it is used with this secret."""
    stored = key.value
    return ApiKey(
        id=key.uid,
        account_id=user.uid,
        account_name=user.value.name,
        name=stored.name,
        hint=secret.hint,
        created_at=key.created_at,
        state=_state(stored, user.value),
        expires_at=_seconds(stored.expires_at),
        secret_expires_at=_seconds(secret.expires_at),
        models=None if ALL in stored.models else ModelScope(stored.models),
        operations=None if ALL in stored.operations else frozenset(stored.operations),
        networks=_networks(stored.networks),
    )


def _state(key: StoredApiKey, user: User) -> KeyState:
    if key.revoked_at is not None:
        return "revoked"
    if key.disabled:
        return "disabled"
    return "user_disabled" if user.disabled else "active"


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _networks(written: Sequence[str]) -> tuple[Network, ...]:
    """Gives none where the networks are everywhere, so that addresses need not be looked at."""
    networks = tuple(ip_network(text, strict=False) for text in written)
    return () if networks and EVERYWHERE.issubset(networks) else networks
