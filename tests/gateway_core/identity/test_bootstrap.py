"""The first start, and every start after it."""

from datetime import UTC, datetime

import pytest

from gateway_core.identity.api_key_format import checksum_holds
from gateway_core.identity.bootstrap import BadBootstrapSecret, Bootstrapped, bootstrap
from gateway_core.identity.key_hash import hash_key
from gateway_core.identity.key_ring import KeyRing
from gateway_core.records.secret import Secret
from gateway_core.storage.memory import MemoryKeyStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GIVEN_KEY = Secret("a-key-from-the-settings")
GIVEN_TOKEN = Secret("a-token-from-the-settings")


def empty_store() -> MemoryKeyStore:
    return MemoryKeyStore(b"p" * 32)


def start(store: MemoryKeyStore, api_key: Secret | None = None, admin_token: Secret | None = None) -> Bootstrapped:
    return bootstrap(store, api_key=api_key, admin_token=admin_token, now=NOW)


def test_the_first_start_makes_a_key_and_a_token_and_hands_them_out() -> None:
    store = empty_store()
    made = start(store)
    assert made.api_key is not None
    assert made.admin_token is not None
    key, token = made.api_key.reveal(), made.admin_token.reveal()
    assert checksum_holds(key)
    assert checksum_holds(token)

    record = KeyRing(store.pepper, store.api_keys()).recognise(key)
    assert record is not None
    assert (record.account_id, record.name, record.created_at) == ("default", "bootstrap", NOW)
    assert record.id.startswith("key_")
    assert record.hint == f"{key[:12]}…{key[-4:]}"

    admin = store.admin_tokens()[hash_key(store.pepper, token)]
    assert (admin.name, admin.hint, admin.created_at) == ("bootstrap", f"{token[:12]}…{token[-4:]}", NOW)
    assert admin.id.startswith("adm_")


def test_what_was_made_does_not_show_when_printed() -> None:
    made = start(empty_store())
    assert made.api_key is not None
    assert made.api_key.reveal() not in repr(made)


def test_a_later_start_makes_nothing_more() -> None:
    store = empty_store()
    start(store)
    assert start(store) == Bootstrapped()
    assert (len(store.api_keys()), len(store.admin_tokens())) == (1, 1)


def test_given_secrets_are_used_and_not_handed_out() -> None:
    store = empty_store()
    assert start(store, GIVEN_KEY, GIVEN_TOKEN) == Bootstrapped()
    assert list(store.api_keys()) == [hash_key(store.pepper, GIVEN_KEY.reveal())]
    assert list(store.admin_tokens()) == [hash_key(store.pepper, GIVEN_TOKEN.reveal())]


def test_given_secrets_are_made_sure_of_on_every_start() -> None:
    store = empty_store()
    start(store)
    for _ in range(2):
        assert start(store, GIVEN_KEY, GIVEN_TOKEN) == Bootstrapped()
    assert (len(store.api_keys()), len(store.admin_tokens())) == (2, 2)
    known = KeyRing(store.pepper, store.api_keys()).recognise(GIVEN_KEY.reveal())
    assert known is not None
    assert known.hint == "…ings"


def test_what_the_settings_do_not_give_is_made_on_the_first_start() -> None:
    made = start(empty_store(), api_key=GIVEN_KEY)
    assert made.api_key is None
    assert made.admin_token is not None
    made = start(empty_store(), admin_token=GIVEN_TOKEN)
    assert made.api_key is not None
    assert made.admin_token is None


def test_the_randomness_is_handed_in() -> None:
    made = bootstrap(empty_store(), api_key=None, admin_token=None, now=NOW, randomness=lambda n: bytes(range(n)))
    assert made.api_key == Secret("gw_live_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1ifiaa")


@pytest.mark.parametrize("value", ["12345678", "!~+/=_-{}", "k" * 4096])
def test_any_eight_printable_characters_serve(value: str) -> None:
    store = empty_store()
    start(store, Secret(value), Secret(value))
    assert KeyRing(store.pepper, store.api_keys()).recognise(value) is not None


@pytest.mark.parametrize(
    "value", ["", "1234567", "k" * 4097, "with a space", "tab\tinside", "schlüssel", "line\nbreak"]
)
def test_a_secret_that_cannot_serve_is_refused_by_the_name_of_its_setting(value: str) -> None:
    store = empty_store()
    with pytest.raises(BadBootstrapSecret, match=r"^WEIR_BOOTSTRAP_API_KEY must") as raised:
        start(store, api_key=Secret(value))
    assert not value or value not in str(raised.value)
    with pytest.raises(BadBootstrapSecret, match=r"^WEIR_BOOTSTRAP_ADMIN_TOKEN must"):
        start(store, admin_token=Secret(value))
    assert store.is_empty()


def test_a_start_that_fails_half_way_leaves_nothing_behind() -> None:
    store = empty_store()

    def failing(length: int) -> bytes:
        if not store.is_empty():
            raise OSError("no randomness")
        return b"r" * length

    with pytest.raises(OSError, match="no randomness"):
        bootstrap(store, api_key=None, admin_token=None, now=NOW, randomness=failing)
    assert store.is_empty()
