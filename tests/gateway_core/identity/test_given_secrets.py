"""Secrets that the settings give, on every start after the first: kept, replaced, and revoked for good."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest

from gateway_core.identity.bootstrap import Bootstrapped, bootstrap
from gateway_core.identity.peppers import Pepper, Peppers
from gateway_core.records.key_secret import KeySecret
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import ChangeableRecords
from gateway_core.storage.store import Changing, Store
from tests.fakes.sample_records import ACTOR, MOMENT
from tests.fakes.temporary_store import temporary_store
from tests.gateway_core.identity.working_key import working_key

PEPPER = Pepper(b"p" * 32)
PEPPERS = Peppers(PEPPER, (PEPPER,))
OLD, NEW = Secret("the-old-secret-0001"), Secret("the-new-secret-0002")


@dataclass(frozen=True, slots=True)
class Given:
    """A kind of secret that the settings give."""

    setting: str
    start: Callable[[Store, Secret | None], Awaitable[Bootstrapped]]
    records: Callable[[Changing], ChangeableRecords[Any]]


async def start_with_key(store: Store, secret: Secret | None) -> Bootstrapped:
    return await bootstrap(store, PEPPERS, api_key=secret, admin_token=None)


async def start_with_token(store: Store, secret: Secret | None) -> Bootstrapped:
    return await bootstrap(store, PEPPERS, api_key=None, admin_token=secret)


API_KEY = Given("WEIR_BOOTSTRAP_API_KEY", start_with_key, lambda change: change.api_keys)
ADMIN_TOKEN = Given("WEIR_BOOTSTRAP_ADMIN_TOKEN", start_with_token, lambda change: change.admin_tokens)
EVERY_KIND = pytest.mark.parametrize("given", [API_KEY, ADMIN_TOKEN], ids=lambda given: given.setting)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def named(store: Store, given: Given, name: str = "bootstrap") -> list[Versioned[Any]]:
    """Gives the records of a name, deleted ones too."""
    async with store.changing(ACTOR) as change:
        return list(await given.records(change).page(Page(where=(Where("name", "=", name),), deleted=True)))


async def secrets_of(store: Store, owner: str) -> list[KeySecret]:
    async with store.reading() as reading:
        return list((await reading.key_hashes.of([owner])).get(owner, ()))


async def works(store: Store, secret: Secret) -> bool:
    """Says whether an API key opens the gateway."""
    return await working_key(store, PEPPER.hash(secret.reveal())) is not None


@EVERY_KIND
async def test_another_secret_than_last_time_takes_its_place_at_once(store: Store, given: Given) -> None:
    await given.start(store, OLD)
    (before,) = await named(store, given)
    assert await given.start(store, NEW) == Bootstrapped()
    (after,) = await named(store, given)
    assert after == replace(before, revision=2, updated_at=after.updated_at, value=replace(before.value, hint="…0002"))
    newest, oldest = await secrets_of(store, after.uid)
    assert (newest.hash, newest.hint, newest.expires_at) == (PEPPER.hash(NEW.reveal()), "…0002", None)
    assert (oldest.hash, oldest.hint, oldest.expires_at) == (PEPPER.hash(OLD.reveal()), "…0001", after.updated_at)
    async with store.reading() as reading:
        entry = (await reading.audit.page())[0]
    assert (entry.action, entry.uid, entry.actor.uid) == ("rotate", after.uid, "bootstrap")


async def test_only_the_newer_secret_opens_the_gateway(store: Store) -> None:
    await start_with_key(store, OLD)
    await start_with_key(store, NEW)
    assert (await works(store, OLD), await works(store, NEW)) == (False, True)


@EVERY_KIND
async def test_a_secret_of_which_nothing_shows_is_replaced_all_the_same(store: Store, given: Given) -> None:
    await given.start(store, Secret("short-001"))
    await given.start(store, Secret("short-002"))
    (after,) = await named(store, given)
    assert (after.revision, after.value.hint, len(await secrets_of(store, after.uid))) == (2, "…", 2)


@EVERY_KIND
async def test_a_secret_that_was_replaced_stays_so(store: Store, given: Given) -> None:
    for secret in (OLD, NEW):
        await given.start(store, secret)
    async with store.reading() as reading:
        version = reading.version
    await given.start(store, OLD)
    assert await store.version() == version


@EVERY_KIND
async def test_a_secret_that_somebody_has_already_changes_nothing(store: Store, given: Given) -> None:
    await given.start(store, OLD)
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"), uid="usr_1")
        made = await change.api_keys.create(StoredApiKey("usr_1", "laptop", "…"))
        await change.key_hashes.add(made.uid, PEPPER.hash(NEW.reveal()), PEPPER.id, hint="…")
    version = await store.version()
    await given.start(store, NEW)
    assert await store.version() == version


@EVERY_KIND
async def test_a_revoked_record_stays_revoked_and_a_new_secret_makes_another(store: Store, given: Given) -> None:
    await given.start(store, OLD)
    (before,) = await named(store, given)
    async with store.changing(ACTOR) as change:
        revoked = replace(before.value, revoked_at=MOMENT)
        await given.records(change).update(before.uid, revoked, action="revoke")
    version = await store.version()
    await given.start(store, OLD)
    assert await store.version() == version
    await given.start(store, NEW)
    old, made = sorted(await named(store, given), key=lambda record: record.uid)
    assert (old.uid, old.value.revoked_at, old.deleted_at is None) == (before.uid, MOMENT, False)
    assert (made.deleted_at, made.value.revoked_at) == (None, None)
    assert [one.hash for one in await secrets_of(store, made.uid)] == [PEPPER.hash(NEW.reveal())]


@EVERY_KIND
@pytest.mark.parametrize("revoked_at", [None, MOMENT])
async def test_a_new_secret_after_the_record_was_deleted_makes_another(
    store: Store, given: Given, revoked_at: datetime | None
) -> None:
    await given.start(store, OLD)
    (before,) = await named(store, given)
    async with store.changing(ACTOR) as change:
        await given.records(change).update(before.uid, replace(before.value, revoked_at=revoked_at))
        await given.records(change).delete(before.uid)
    await given.start(store, OLD)
    assert len(await named(store, given)) == 1
    await given.start(store, NEW)
    deleted, made = sorted(await named(store, given), key=lambda record: record.created_at)
    assert (deleted.uid, made.deleted_at, made.value.revoked_at) == (before.uid, None, None)
    assert [one.hash for one in await secrets_of(store, made.uid)] == [PEPPER.hash(NEW.reveal())]


@EVERY_KIND
async def test_what_the_first_start_made_is_left_alone(store: Store, given: Given) -> None:
    await given.start(store, None)
    (made,) = await named(store, given, "first")
    await given.start(store, OLD)
    await given.start(store, NEW)
    assert await named(store, given, "first") == [made]
    assert [one.expires_at for one in await secrets_of(store, made.uid)] == [None]


async def test_what_an_administrator_made_of_the_record_is_kept(store: Store) -> None:
    await start_with_key(store, OLD)
    (before,) = await named(store, API_KEY)
    changed = replace(before.value, models=("fast",), disabled=True, expires_at=MOMENT)
    async with store.changing(ACTOR) as change:
        await change.api_keys.update(before.uid, changed)
    await start_with_key(store, NEW)
    (after,) = await named(store, API_KEY)
    assert after.value == replace(changed, hint="…0002")
    assert not await works(store, NEW)
