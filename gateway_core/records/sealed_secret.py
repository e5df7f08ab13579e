"""A secret as it lies in the store: encrypted, and useless without the master key."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Purpose: TypeAlias = Literal["canary", "pepper", "provider-key"]


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """An envelope (A256GCM, version 1): `ciphertext` under a key of its own, `wrapped` that key under a master key.

    `key_id` names the master key. The envelope opens only for the owner and the purpose it was sealed for.
    """

    owner: str
    purpose: Purpose
    key_id: str
    wrapped: bytes
    ciphertext: bytes
