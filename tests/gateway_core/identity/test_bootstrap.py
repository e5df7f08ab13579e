"""The first start, and every start after it."""

from collections.abc import AsyncIterator

import pytest

from gateway_core.identity.api_key_format import checksum_holds
from gateway_core.identity.bootstrap import BadBootstrapSecret, Bootstrapped, bootstrap
from gateway_core.identity.peppers import Pepper, Peppers
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store
from tests.gateway_core.identity.working_key import working_key

GIVEN_KEY = Secret("a-key-from-the-settings")
GIVEN_TOKEN = Secret("a-token-from-the-settings")
OLD, NEW = Pepper(b"o" * 32), Pepper(b"n" * 32)
PEPPERS = Peppers(NEW, (NEW,))


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def start(
    store: Store, api_key: Secret | None = None, admin_token: Secret | None = None, peppers: Peppers = PEPPERS
) -> Bootstrapped:
    return await bootstrap(store, peppers, api_key=api_key, admin_token=admin_token)


async def opened_by(store: Store, key: str) -> Versioned[StoredApiKey] | None:
    return await working_key(store, NEW.hash(key))


async def tokens(store: Store) -> list[Versioned[AdminToken]]:
    async with store.reading() as reading:
        return list(await reading.admin_tokens.page(Page()))


async def owner_of(store: Store, secret: str) -> str | None:
    async with store.reading() as reading:
        found = await reading.key_hashes.find([NEW.hash(secret)])
        return None if found is None else found.owner


async def counts(store: Store) -> tuple[int, int]:
    async with store.reading() as reading:
        everything = Page(deleted=True)
        return len(await reading.api_keys.page(everything)), len(await reading.admin_tokens.page(everything))


async def test_the_first_start_makes_a_key_and_a_token_and_hands_them_out(store: Store) -> None:
    made = await start(store)
    assert made.api_key is not None
    assert made.admin_token is not None
    key, token = made.api_key.reveal(), made.admin_token.reveal()
    assert checksum_holds(key)
    assert checksum_holds(token)

    record = await opened_by(store, key)
    assert record is not None
    assert (record.value.user_uid, record.value.name, record.managed_by) == ("default", "first", "bootstrap")
    assert record.uid.startswith("key_")
    assert record.value.hint == f"{key[:12]}…{key[-4:]}"

    (admin,) = await tokens(store)
    assert admin.value == AdminToken("first", f"{token[:12]}…{token[-4:]}", "owner")
    assert admin.managed_by == "bootstrap"
    assert await owner_of(store, token) == admin.uid


async def test_the_first_start_is_in_the_audit_log(store: Store) -> None:
    await start(store)
    async with store.reading() as reading:
        entries = await reading.audit.page()
    assert [(entry.action, entry.kind) for entry in reversed(entries)] == [
        ("create", "user"),
        ("create", "api_key"),
        ("create", "admin_token"),
    ]
    assert {entry.actor.uid for entry in entries} == {"bootstrap"}


async def test_what_was_made_does_not_show_when_printed_nor_in_the_store(store: Store) -> None:
    made = await start(store)
    assert made.api_key is not None
    assert made.api_key.reveal() not in repr(made)
    async with store.reading() as reading:
        assert made.api_key.reveal() not in repr([await reading.audit.page(), await reading.api_keys.page(Page())])


async def test_a_later_start_makes_nothing_more_and_changes_nothing(store: Store) -> None:
    await start(store)
    async with store.reading() as reading:
        version = reading.version
    assert await start(store) == Bootstrapped()
    assert await counts(store) == (1, 1)
    async with store.reading() as reading:
        assert reading.version == version


async def test_given_secrets_are_used_and_not_handed_out(store: Store) -> None:
    assert await start(store, GIVEN_KEY, GIVEN_TOKEN) == Bootstrapped()
    assert await opened_by(store, GIVEN_KEY.reveal()) is not None
    assert await owner_of(store, GIVEN_TOKEN.reveal()) == (await tokens(store))[0].uid


async def test_given_secrets_are_made_sure_of_on_every_start(store: Store) -> None:
    await start(store)
    for _ in range(2):
        assert await start(store, GIVEN_KEY, GIVEN_TOKEN) == Bootstrapped()
    assert await counts(store) == (2, 2)
    known = await opened_by(store, GIVEN_KEY.reveal())
    assert known is not None
    assert (known.value.name, known.value.hint) == ("bootstrap", "…ings")


async def test_a_given_secret_that_was_hashed_with_an_older_pepper_is_known(store: Store) -> None:
    await start(store, GIVEN_KEY, GIVEN_TOKEN, Peppers(OLD, (OLD,)))
    await start(store, GIVEN_KEY, GIVEN_TOKEN, Peppers(NEW, (OLD, NEW)))
    assert await counts(store) == (1, 1)


async def test_what_the_settings_do_not_give_is_made_on_the_first_start(store: Store) -> None:
    made = await start(store, api_key=GIVEN_KEY)
    assert made.api_key is None
    assert made.admin_token is not None
    async with temporary_store() as (another, _):
        made = await start(another, admin_token=GIVEN_TOKEN)
        assert made.api_key is not None
        assert made.admin_token is None


async def test_who_deleted_everything_gets_nothing_new(store: Store) -> None:
    await start(store)
    async with store.changing(ACTOR) as change:
        await change.api_keys.delete((await change.api_keys.page(Page()))[0].uid)
        await change.admin_tokens.delete((await change.admin_tokens.page(Page()))[0].uid)
    assert await start(store) == Bootstrapped()
    assert await counts(store) == (1, 1)


async def test_a_given_key_that_was_deleted_stays_deleted(store: Store) -> None:
    await start(store, GIVEN_KEY, GIVEN_TOKEN)
    async with store.changing(ACTOR) as change:
        await change.api_keys.delete((await change.api_keys.page(Page()))[0].uid)
    await start(store, GIVEN_KEY, GIVEN_TOKEN)
    assert await opened_by(store, GIVEN_KEY.reveal()) is None


async def test_a_new_given_key_brings_its_user_back(store: Store) -> None:
    await start(store)
    async with store.changing(ACTOR) as change:
        await change.users.delete("default")
    assert await opened_by(store, GIVEN_KEY.reveal()) is None
    await start(store, GIVEN_KEY)
    assert await opened_by(store, GIVEN_KEY.reveal()) is not None
    async with store.reading() as reading:
        assert (await reading.users.get("default")).value == User("default")


async def test_the_randomness_is_handed_in(store: Store) -> None:
    made = await bootstrap(store, PEPPERS, api_key=None, admin_token=None, randomness=lambda n: bytes(range(n)))
    assert made.api_key == Secret("gw_live_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1ifiaa")


@pytest.mark.parametrize("value", ["12345678", "!~+/=_-{}", "k" * 4096])
async def test_any_eight_printable_characters_serve(store: Store, value: str) -> None:
    await start(store, Secret(value))
    assert await opened_by(store, value) is not None


@pytest.mark.parametrize(
    "value", ["", "1234567", "k" * 4097, "with a space", "tab\tinside", "schlüssel", "line\nbreak"]
)
async def test_a_secret_that_cannot_serve_is_refused_by_the_name_of_its_setting(store: Store, value: str) -> None:
    with pytest.raises(BadBootstrapSecret, match=r"^WEIR_BOOTSTRAP_API_KEY must") as raised:
        await start(store, api_key=Secret(value))
    assert not value or value not in str(raised.value)
    with pytest.raises(BadBootstrapSecret, match=r"^WEIR_BOOTSTRAP_ADMIN_TOKEN must"):
        await start(store, admin_token=Secret(value))
    assert await counts(store) == (0, 0)


async def test_a_start_that_fails_half_way_leaves_nothing_behind(store: Store) -> None:
    calls = iter(range(1))

    def failing(length: int) -> bytes:
        if next(calls, None) is None:
            raise OSError("no randomness")
        return b"r" * length

    with pytest.raises(OSError, match="no randomness"):
        await bootstrap(store, PEPPERS, api_key=None, admin_token=None, randomness=failing)
    assert await counts(store) == (0, 0)
