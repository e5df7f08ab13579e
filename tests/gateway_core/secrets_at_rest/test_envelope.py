"""Envelopes: the published vectors, and that none opens under another key, for another owner, or changed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.secrets_at_rest.envelope import rewrap, seal, unseal
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.secrets_at_rest.secrets_error import DamagedSecret, WrongMasterKey

MASTER = MasterKey(bytes(range(0x20, 0x40)))
NEXT = MasterKey(bytes(range(0x40, 0x60)))
WRAPPED = (
    "0c0d0e0f1011121314151617e23b4c36303806b8d65ceefffed8edc8be8739a4dfb98f53bfc1a5073713965834a6fee6d7c16f2445914f75"
    "708def55"
)
CIPHERTEXT = "000102030405060708090a0b3469fb6fa096b636bc73a4c4710b8eb67c3bb68ce9a8057a76f429"


def counting() -> Callable[[int], bytes]:
    """Gives the randomness of the vectors: the key 00..1f, then the nonces 00..0b and 0c..17."""
    pieces = iter((bytes(range(32)), bytes(range(12)), bytes(range(12, 24))))
    return lambda _: next(pieces)


def vector() -> SealedSecret:
    return seal(MASTER, b"sk-test-123", owner="pk_1", purpose="provider-key", tenant="t_1", randomness=counting())


def test_the_envelope_is_the_one_of_the_vectors() -> None:
    sealed = vector()
    assert (sealed.wrapped.hex(), sealed.ciphertext.hex()) == (WRAPPED, CIPHERTEXT)
    assert sealed.key_id == MASTER.key_id
    assert unseal(MasterKeys(MASTER), sealed, tenant="t_1") == b"sk-test-123"


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_was_sealed_is_unsealed(plaintext: bytes, owner: str) -> None:
    sealed = seal(MASTER, plaintext, owner=owner, purpose="provider-key")
    assert unseal(MasterKeys(NEXT, (MASTER,)), sealed) == plaintext


def test_no_two_envelopes_are_alike() -> None:
    first, second = (seal(MASTER, b"same", owner="o", purpose="canary") for _ in range(2))
    assert first.ciphertext != second.ciphertext
    assert first.wrapped != second.wrapped


@pytest.mark.parametrize(
    "changed",
    [
        {"owner": "pk_2"},
        {"purpose": "pepper"},
        {"ciphertext": bytes.fromhex(CIPHERTEXT)[:-1] + b"\x00"},
        {"wrapped": bytes.fromhex(WRAPPED)[:-1] + b"\x00"},
        {"ciphertext": b""},
        {"wrapped": b"short"},
        {"wrapped": bytes.fromhex(CIPHERTEXT), "ciphertext": bytes.fromhex(WRAPPED)},
    ],
)
def test_an_envelope_that_was_changed_or_moved_does_not_open(changed: dict[str, Any]) -> None:
    with pytest.raises(DamagedSecret, match="does not open"):
        unseal(MasterKeys(MASTER), replace(vector(), **changed), tenant="t_1")
    if "ciphertext" not in changed:
        with pytest.raises(DamagedSecret):
            rewrap(MasterKeys(NEXT, (MASTER,)), replace(vector(), **changed), tenant="t_1")


def test_an_envelope_of_another_tenant_does_not_open() -> None:
    with pytest.raises(DamagedSecret):
        unseal(MasterKeys(MASTER), vector(), tenant="t_2")


def test_an_envelope_under_a_key_that_was_not_given_is_told_of_by_the_keys_ids() -> None:
    with pytest.raises(WrongMasterKey, match=f"{MASTER.key_id}, but the key given is {NEXT.key_id}"):
        unseal(MasterKeys(NEXT), vector(), tenant="t_1")


def test_rewrapping_moves_the_key_and_leaves_the_secret_closed() -> None:
    sealed = vector()
    moved = rewrap(MasterKeys(NEXT, (MASTER,)), sealed, tenant="t_1")
    assert (moved.key_id, moved.ciphertext) == (NEXT.key_id, sealed.ciphertext)
    assert unseal(MasterKeys(NEXT), moved, tenant="t_1") == b"sk-test-123"


def test_an_envelope_shows_nothing_of_the_secret() -> None:
    assert "sk-test-123" not in repr(vector())
    assert b"sk-test" not in vector().ciphertext
