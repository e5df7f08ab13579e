"""Seals a secret under a key of its own, and that key under a master key (AES-256-GCM). It knows no store.

What is authenticated besides names the purpose and the owner, so that no envelope opens in the place of another.
"""

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway_core.records.sealed_secret import Purpose, SealedSecret
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.secrets_at_rest.secrets_error import DamagedSecret

KEY_BYTES = 32
NONCE_BYTES = 12
TENANT = "weir"


def seal(
    master: MasterKey,
    plaintext: bytes,
    *,
    owner: str,
    purpose: Purpose,
    tenant: str = TENANT,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> SealedSecret:
    """Makes an envelope. `randomness` is asked for the secret's own key and for two nonces."""
    key = randomness(KEY_BYTES)
    return SealedSecret(
        owner=owner,
        purpose=purpose,
        key_id=master.key_id,
        ciphertext=_encrypt(key, plaintext, _place(purpose, tenant, owner, "secret"), randomness),
        wrapped=_encrypt(master.reveal(), key, _place(purpose, tenant, owner, "dek"), randomness),
    )


def unseal(masters: MasterKeys, sealed: SealedSecret, *, tenant: str = TENANT) -> bytes:
    """Opens an envelope. Raises WrongMasterKey, DamagedSecret."""
    key = _unwrap(masters, sealed, tenant)
    return _decrypt(key, sealed.ciphertext, _place(sealed.purpose, tenant, sealed.owner, "secret"), sealed)


def rewrap(
    masters: MasterKeys,
    sealed: SealedSecret,
    *,
    tenant: str = TENANT,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> SealedSecret:
    """Wraps the secret's key under the current master key; the secret itself stays closed."""
    key = _unwrap(masters, sealed, tenant)
    wrapped = _encrypt(masters.current.reveal(), key, _place(sealed.purpose, tenant, sealed.owner, "dek"), randomness)
    return SealedSecret(sealed.owner, sealed.purpose, masters.current.key_id, wrapped, sealed.ciphertext)


def _unwrap(masters: MasterKeys, sealed: SealedSecret, tenant: str) -> bytes:
    master = masters.find(sealed.key_id)
    return _decrypt(master.reveal(), sealed.wrapped, _place(sealed.purpose, tenant, sealed.owner, "dek"), sealed)


def _place(purpose: Purpose, tenant: str, owner: str, part: str) -> bytes:
    return f"gw/{purpose}/v1|tenant={tenant}|id={owner}|{part}".encode()


def _encrypt(key: bytes, plaintext: bytes, place: bytes, randomness: Callable[[int], bytes]) -> bytes:
    nonce = randomness(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, place)


def _decrypt(key: bytes, data: bytes, place: bytes, sealed: SealedSecret) -> bytes:
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise DamagedSecret(
            f"the sealed secret of {sealed.owner} does not open: it was changed or moved; set it anew"
        ) from error
