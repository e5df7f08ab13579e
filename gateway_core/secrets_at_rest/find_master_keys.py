"""Finds the master keys: in the settings, or in a file of the data directory that the first start makes."""

import secrets
from collections.abc import Callable
from pathlib import Path

from gateway_core.records.secret import Secret
from gateway_core.secrets_at_rest.canary import check_master_keys, is_sealed
from gateway_core.secrets_at_rest.master_key import MasterKeys, read_master_keys
from gateway_core.secrets_at_rest.master_key_file import make_master_key_file, read_master_key_file
from gateway_core.secrets_at_rest.secrets_error import WrongMasterKey
from gateway_core.storage.store import Store


async def find_master_keys(
    store: Store,
    given: Secret | None,
    file: Path,
    *,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> MasterKeys:
    """Gives keys that are known to open the store's secrets.

    Raises BadMasterKey or WrongMasterKey; also where the file is missing though the store was sealed before: a new
    key could open nothing.
    """
    keys = read_master_keys(given.reveal()) if given is not None else read_master_key_file(file)
    if keys is None:
        if await is_sealed(store):
            raise WrongMasterKey(
                f"{file} is missing: without it no secret in the database opens; restore it from a backup, or set "
                "WEIR_MASTER_KEY"
            )
        keys = make_master_key_file(file, randomness)
    await check_master_keys(store, keys, randomness=randomness)
    return keys
