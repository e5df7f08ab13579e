"""The secrets that hashes of keys are made with. They lie sealed in the store, so every core of a gateway has them."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn, final

from gateway_core.identity.key_hash import hash_key
from gateway_core.records.audit_entry import Actor
from gateway_core.secrets_at_rest.envelope import seal, unseal
from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.storage.store import Reading, Store

PEPPER_BYTES = 32
ID_LENGTH = 16
START = Actor("weir", uid="start")


@final
class Pepper:
    """One pepper. Its id tells it from others and reveals nothing; it cannot be printed."""

    __slots__ = ("_value", "id")

    def __init__(self, value: bytes) -> None:
        """Takes the bytes."""
        self._value = value
        self.id = hashlib.sha256(b"weir pepper id\n" + value).hexdigest()[:ID_LENGTH]

    def reveal(self) -> bytes:
        """Gives the bytes to whoever hashes with them."""
        return self._value

    def hash(self, key: str) -> bytes:
        """Gives what a key is stored and found by."""
        return hash_key(self._value, key)

    def __repr__(self) -> str:
        """Shows which pepper it is."""
        return f"<pepper {self.id}>"

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled or copied out."""
        raise TypeError("a pepper cannot be pickled")


@dataclass(frozen=True, slots=True)
class Peppers:
    """The pepper for new keys, and all that keys may have been hashed with."""

    current: Pepper
    every: tuple[Pepper, ...]

    def hashes(self, key: str) -> tuple[bytes, ...]:
        """Gives every hash a key may be stored by."""
        return tuple(pepper.hash(key) for pepper in self.every)


async def load_peppers(
    store: Store, keys: MasterKeys, *, randomness: Callable[[int], bytes] = secrets.token_bytes
) -> Peppers:
    """Gives the peppers of a store, and makes the first. Of several processes that do this at once, one makes it."""
    async with store.reading() as reading:
        known = await _read(reading, keys)
    if known is not None:
        return known
    async with store.changing(START) as change:
        known = await _read(change, keys)
        if known is None:
            pepper = Pepper(randomness(PEPPER_BYTES))
            owner = f"pepper_{pepper.id}"
            await change.secrets.put(
                seal(keys.current, pepper.reveal(), owner=owner, purpose="pepper", randomness=randomness)
            )
            known = Peppers(pepper, (pepper,))
    return known


async def _read(reading: Reading, keys: MasterKeys) -> Peppers | None:
    sealed = await reading.secrets.of("pepper")
    every = tuple(Pepper(unseal(keys, one)) for one in sealed.values())
    return Peppers(every[-1], every) if every else None
