"""What every key store promises."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier

import pytest

from gateway_core.identity.bootstrap import Bootstrapped, bootstrap
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.api_key import ApiKey
from gateway_core.storage.key_store import KeyStore
from gateway_core.storage.storage_error import StorageError

NOW = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)
KEY = ApiKey(id="key_1", account_id="default", name="laptop", hint="gw_live_0000…zzzz", created_at=NOW)
TOKEN = AdminToken(id="adm_1", name="me", hint="…zzzz", created_at=NOW)
HASH = b"\x00\xff" * 16
OTHER_HASH = b"\x01" * 32
AT_ONCE = 4


def test_a_new_store_is_empty_and_has_a_pepper(store: KeyStore) -> None:
    assert store.is_empty()
    assert store.api_keys() == {}
    assert store.admin_tokens() == {}
    assert len(store.pepper) == 32


def test_keys_come_back_as_they_were_added(store: KeyStore) -> None:
    assert store.add_api_key(HASH, KEY)
    other = replace(KEY, id="key_2", created_at=NOW.astimezone(timezone(timedelta(hours=2))))
    assert store.add_api_key(OTHER_HASH, other)
    assert store.api_keys() == {HASH: KEY, OTHER_HASH: other}
    assert store.admin_tokens() == {}
    assert not store.is_empty()


def test_tokens_come_back_as_they_were_added(store: KeyStore) -> None:
    assert store.add_admin_token(HASH, TOKEN)
    assert store.admin_tokens() == {HASH: TOKEN}
    assert store.api_keys() == {}
    assert not store.is_empty()


def test_a_hash_that_is_known_stays_as_it_was(store: KeyStore) -> None:
    store.add_api_key(HASH, KEY)
    store.add_admin_token(HASH, TOKEN)
    assert not store.add_api_key(HASH, replace(KEY, id="key_2"))
    assert not store.add_admin_token(HASH, replace(TOKEN, id="adm_2"))
    assert store.api_keys() == {HASH: KEY}
    assert store.admin_tokens() == {HASH: TOKEN}


def test_an_id_that_is_taken_is_refused(store: KeyStore) -> None:
    store.add_api_key(HASH, KEY)
    store.add_admin_token(HASH, TOKEN)
    with pytest.raises(StorageError):
        store.add_api_key(OTHER_HASH, KEY)
    with pytest.raises(StorageError):
        store.add_admin_token(OTHER_HASH, TOKEN)
    assert store.api_keys() == {HASH: KEY}


def test_what_a_store_gave_does_not_change_later(store: KeyStore) -> None:
    before = store.api_keys()
    store.add_api_key(HASH, KEY)
    assert before == {}


def test_a_transaction_keeps_everything(store: KeyStore) -> None:
    with store.transaction():
        store.add_api_key(HASH, KEY)
        store.add_admin_token(HASH, TOKEN)
    assert (store.api_keys(), store.admin_tokens()) == ({HASH: KEY}, {HASH: TOKEN})


def test_a_transaction_that_fails_keeps_nothing_and_the_store_goes_on(store: KeyStore) -> None:
    store.add_api_key(OTHER_HASH, replace(KEY, id="key_0"))

    def fail() -> None:
        with store.transaction():
            store.add_api_key(HASH, KEY)
            store.add_admin_token(HASH, TOKEN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(store.api_keys()) == [OTHER_HASH]
    assert store.admin_tokens() == {}
    with store.transaction():
        assert store.add_api_key(HASH, KEY)


def test_another_opening_sees_the_same(open_store: Callable[[], AbstractContextManager[KeyStore]]) -> None:
    with open_store() as first:
        first.add_api_key(HASH, KEY)
        first.add_admin_token(HASH, TOKEN)
        pepper = first.pepper
    with open_store() as second:
        assert second.pepper == pepper
        assert (second.api_keys(), second.admin_tokens()) == ({HASH: KEY}, {HASH: TOKEN})


def test_of_several_first_starts_at_once_one_makes_the_secrets(
    open_store: Callable[[], AbstractContextManager[KeyStore]],
) -> None:
    line = Barrier(AT_ONCE, timeout=30)

    def start() -> Bootstrapped:
        line.wait()
        with open_store() as store:
            return bootstrap(store, api_key=None, admin_token=None, now=NOW)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        starts = [threads.submit(start) for _ in range(AT_ONCE)]
        made = [start.result(timeout=30) for start in starts]
    assert sum(one.api_key is not None for one in made) == 1
    assert sum(one.admin_token is not None for one in made) == 1
    with open_store() as store:
        assert (len(store.api_keys()), len(store.admin_tokens())) == (1, 1)
