"""Master keys: what they are written like, and which one is for what. It does not know where they come from."""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import NoReturn, final

from gateway_core.secrets_at_rest.secrets_error import BadMasterKey, WrongMasterKey

KEY_BYTES = 32
HEX_LENGTH = 64
ID_LENGTH = 16
HOW = "a master key is 32 bytes in base64 or hex: `openssl rand -base64 32` makes one"


@final
class MasterKey:
    """A key that wraps the keys of secrets. Its id tells it from others and reveals nothing; it cannot be printed."""

    __slots__ = ("_key", "key_id")

    def __init__(self, key: bytes) -> None:
        """Takes the 32 bytes."""
        if len(key) != KEY_BYTES:
            raise BadMasterKey(HOW)
        self._key = key
        self.key_id = hashlib.sha256(b"weir master key id\n" + key).hexdigest()[:ID_LENGTH]

    def reveal(self) -> bytes:
        """Gives the bytes to whoever encrypts with them."""
        return self._key

    def __repr__(self) -> str:
        """Shows which key it is."""
        return f"<master key {self.key_id}>"

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled or copied out."""
        raise TypeError("a master key cannot be pickled")


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The key that new secrets are sealed with, and older ones that only open."""

    current: MasterKey
    older: tuple[MasterKey, ...] = ()

    def find(self, key_id: str) -> MasterKey:
        """Gives a key by its id; raises WrongMasterKey."""
        for key in (self.current, *self.older):
            if key.key_id == key_id:
                return key
        given = ", ".join(key.key_id for key in (self.current, *self.older))
        raise WrongMasterKey(
            f"the database's secrets are sealed with the master key {key_id}, but the key given is {given}: give the "
            "right one; while keys are being rotated, the new one and the old one"
        )


def read_master_keys(text: str) -> MasterKeys:
    """Reads keys separated by commas or spaces, the current one first. Raises BadMasterKey, which shows no key."""
    keys = [_read(word) for word in text.replace(",", " ").split()]
    if not keys:
        raise BadMasterKey(HOW)
    return MasterKeys(keys[0], tuple(keys[1:]))


def write_master_key(key: bytes) -> str:
    """Writes a key as `read_master_keys` reads it."""
    return base64.b64encode(key).decode()


def _read(word: str) -> MasterKey:
    try:
        if len(word) == HEX_LENGTH:
            return MasterKey(bytes.fromhex(word))
        padded = word + "=" * (-len(word) % 4)
        return MasterKey(base64.b64decode(padded.translate(str.maketrans("-_", "+/")), validate=True))
    except (ValueError, binascii.Error) as error:
        raise BadMasterKey(HOW) from error
