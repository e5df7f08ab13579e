"""Reads the keys that are good at a moment, as the request path knows them."""

from collections.abc import Mapping
from datetime import datetime

from gateway_core.records.api_key import ApiKey
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Reading

AT_ONCE = 1000
NOT_REVOKED = (Where("revoked_at", "=", None),)


async def known_keys(reading: Reading, now: datetime) -> Mapping[bytes, ApiKey]:
    """Gives every key by its hash, but for those that are revoked, expired, or whose owner may not call."""
    known: dict[bytes, ApiKey] = {}
    welcome: dict[str, bool] = {}
    after = ""
    while True:
        keys = await reading.api_keys.page(Page(after=after, limit=AT_ONCE, where=NOT_REVOKED))
        if not keys:
            return known
        after = keys[-1].uid
        hashes = await reading.key_hashes.of([key.uid for key in keys])
        for key in keys:
            owner = key.value.user_uid
            if owner not in welcome:
                welcome[owner] = await _may_call(reading, owner)
            if welcome[owner] and _is_good(key.value, now) and key.uid in hashes:
                known[hashes[key.uid]] = view(key)


def view(key: Versioned[StoredApiKey]) -> ApiKey:
    """Gives what the request path needs of a key."""
    return ApiKey(key.uid, key.value.user_uid, key.value.name, key.value.hint, key.created_at)


def _is_good(key: StoredApiKey, now: datetime) -> bool:
    return key.expires_at is None or key.expires_at > now


async def _may_call(reading: Reading, user: str) -> bool:
    try:
        return (await reading.users.get(user)).value.status == "active"
    except NotThere:
        return False
