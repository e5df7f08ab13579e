"""Master keys as they are written, and that they cannot be printed, copied out or mistaken."""

import base64
import copy
import pickle

import pytest

from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys, read_master_keys, write_master_key
from gateway_core.secrets_at_rest.secrets_error import BadMasterKey, WrongMasterKey

KEY = bytes(range(224, 256))
OTHER = b"o" * 32
BASE64 = base64.b64encode(KEY).decode()


@pytest.mark.parametrize(
    "text",
    [
        BASE64,
        BASE64.rstrip("="),
        base64.urlsafe_b64encode(KEY).decode(),
        KEY.hex(),
        KEY.hex().upper(),
        f"  {BASE64}\n",
        write_master_key(KEY),
    ],
)
def test_a_key_may_be_written_in_base64_or_hex(text: str) -> None:
    keys = read_master_keys(text)
    assert keys.current.reveal() == KEY
    assert keys.older == ()


@pytest.mark.parametrize("separator", [",", " ", ", ", "\n"])
def test_the_first_of_several_keys_is_the_current_one(separator: str) -> None:
    keys = read_master_keys(f"{BASE64}{separator}{OTHER.hex()}")
    assert (keys.current.reveal(), [key.reveal() for key in keys.older]) == (KEY, [OTHER])
    assert keys.find(MasterKey(OTHER).key_id).reveal() == OTHER


@pytest.mark.parametrize(
    "text", ["", " , ", "secret", BASE64[:-4], BASE64 + "AAAA", "g" * 64, "é" * 32, f"{BASE64},x", "=" * 44]
)
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadMasterKey, match="openssl rand") as refused:
        read_master_keys(text)
    assert not text.strip(" ,") or text not in str(refused.value)


def test_a_key_tells_its_id_and_nothing_else() -> None:
    key = MasterKey(KEY)
    assert repr(key) == str(key) == f"<master key {key.key_id}>"
    assert key.key_id != MasterKey(OTHER).key_id
    assert key.key_id == MasterKey(KEY).key_id
    assert key.key_id not in (KEY.hex(), BASE64)
    assert BASE64 not in repr(MasterKeys(key))


def test_a_key_cannot_be_pickled_or_copied_out() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(MasterKey(KEY))
    with pytest.raises(TypeError):
        copy.copy(MasterKey(KEY))


def test_a_key_that_was_not_given_is_not_found() -> None:
    with pytest.raises(WrongMasterKey, match="sealed with the master key 0123"):
        MasterKeys(MasterKey(KEY)).find("0123")
