"""Makes sure at the start that the master keys open what the store holds, before anything is sealed with them."""

import secrets
from collections.abc import Callable, Mapping

from gateway_core.records.audit_entry import Actor
from gateway_core.secrets_at_rest.envelope import seal, unseal
from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.secrets_at_rest.secrets_error import DamagedSecret
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Reading, Store

OWNER = "canary"
SONG = b"weir"
START = Actor("weir", uid="start")


async def check_master_keys(
    store: Store, keys: MasterKeys, *, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> None:
    """Leaves the canary in a store that has none. Raises WrongMasterKey if any secret is sealed with another key."""
    async with store.reading() as reading:
        if await _sings(reading, keys):
            return
    async with store.changing(START) as change:
        if not await _sings(change, keys):
            sealed = seal(keys.current, SONG, owner=OWNER, purpose="canary", randomness=randomness)
            await change.secrets.put(sealed)


async def is_sealed(store: Store) -> bool:
    """Says whether the store was sealed with some master key already: then no new one will do."""
    async with store.reading() as reading:
        return bool(await reading.secrets.count_by_key())


async def _sings(reading: Reading, keys: MasterKeys) -> bool:
    _require(keys, await reading.secrets.count_by_key())
    try:
        canary = await reading.secrets.get(OWNER)
    except NotThere:
        return False
    if unseal(keys, canary) != SONG:
        raise DamagedSecret("the canary that is sealed in the database is another one: restore it from a backup")
    return True


def _require(keys: MasterKeys, secrets_by_key: Mapping[str, int]) -> None:
    for key_id in secrets_by_key:
        keys.find(key_id)
