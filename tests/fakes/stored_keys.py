"""Makes API keys in a store, as administrators do."""

from dataclasses import replace
from typing import Any

from gateway_core.identity.api_key_format import make_api_key, show_hint
from gateway_core.identity.peppers import Peppers
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR


async def make_key(store: Store, peppers: Peppers, uid: str, **bounds: Any) -> str:  # noqa: ANN401 # the fields of StoredApiKey
    """Makes a key of the first user, and gives its secret."""
    plain = make_api_key()
    record = replace(StoredApiKey("default", uid, show_hint(plain)), **bounds)
    async with store.changing(ACTOR) as change:
        await change.api_keys.create(record, uid=uid)
        await change.key_hashes.add(uid, peppers.current.hash(plain), peppers.current.id, hint=record.hint)
    return plain


async def change_key(store: Store, uid: str, **changes: Any) -> int:  # noqa: ANN401 # the fields of StoredApiKey
    """Changes a key, and gives the version of the configuration that holds the change."""
    async with store.changing(ACTOR) as change:
        before = await change.api_keys.get(uid)
        await change.api_keys.update(uid, replace(before.value, **changes))
        return change.version + 1


def bearing(plain: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Makes the metadata of a call with a key."""
    return (("authorization", f"Bearer {plain}"), *more)
