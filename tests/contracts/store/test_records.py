"""Records of every kind: made, found, changed, deleted, brought back, and what is refused on the way."""

from dataclasses import replace

import pytest

from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.query import Page, Where
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import AlreadyThere, NotThere, RevisionConflict
from tests.fakes.sample_records import ACTOR, SAMPLES, Sample, make_parents

EVERY_SAMPLE = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)


@pytest.fixture
async def world(store: SqlStore) -> SqlStore:
    """Gives a store with a user and a provider that others may belong to."""
    async with store.changing(ACTOR) as change:
        await make_parents(change)
    return store


@EVERY_SAMPLE
async def test_what_was_made_is_read_as_it_was(world: SqlStore, sample: Sample) -> None:
    async with world.changing(ACTOR) as change:
        plain = await sample.change(change).create(sample.value)
        await sample.change(change).delete(plain.uid)
        rich = await sample.change(change).create(sample.other, managed_by="file")
    assert (rich.revision, rich.deleted_at, rich.managed_by, rich.value) == (1, None, "file", sample.other)
    assert rich.created_at == rich.updated_at
    async with world.reading() as reading:
        assert await sample.read(reading).get(rich.uid) == rich
        assert (await sample.read(reading).get(plain.uid, deleted=True)).value == sample.value


@EVERY_SAMPLE
async def test_each_change_is_a_new_revision(world: SqlStore, sample: Sample) -> None:
    async with world.changing(ACTOR) as change:
        made = await sample.change(change).create(sample.value)
    async with world.changing(ACTOR) as change:
        updated = await sample.change(change).update(made.uid, sample.other, expected=1)
    assert updated == replace(made, revision=2, updated_at=updated.updated_at, value=sample.other)
    assert updated.updated_at > made.created_at
    async with world.changing(ACTOR) as change:
        deleted = await sample.change(change).delete(made.uid, expected=2)
        assert deleted == replace(updated, revision=3, updated_at=deleted.updated_at, deleted_at=deleted.updated_at)
        assert await sample.change(change).undelete(made.uid, expected=3) == replace(
            updated, revision=4, updated_at=deleted.updated_at
        )
    async with world.reading() as reading:
        assert (await sample.read(reading).get(made.uid)).revision == 4


@EVERY_SAMPLE
async def test_a_deleted_record_is_found_only_by_who_asks_for_deleted_ones(world: SqlStore, sample: Sample) -> None:
    async with world.changing(ACTOR) as change:
        made = await sample.change(change).create(sample.value)
        deleted = await sample.change(change).delete(made.uid)
        with pytest.raises(NotThere, match=f"no {sample.name} {made.uid}"):
            await sample.change(change).get(made.uid)
        with pytest.raises(NotThere):
            await sample.change(change).delete(made.uid)
        assert await sample.change(change).get(made.uid, deleted=True) == deleted
        assert made.uid not in [record.uid for record in await sample.change(change).page(Page())]
        assert deleted in await sample.change(change).page(Page(deleted=True))
        assert await sample.change(change).find(Where("uid", "=", made.uid)) is None


@EVERY_SAMPLE
async def test_a_deleted_record_can_change_and_stays_deleted(world: SqlStore, sample: Sample) -> None:
    async with world.changing(ACTOR) as change:
        made = await sample.change(change).create(sample.value)
        deleted = await sample.change(change).delete(made.uid)
        changed = await sample.change(change).update(made.uid, sample.value, touch=True)
        assert (changed.revision, changed.deleted_at) == (deleted.revision + 1, deleted.deleted_at)


@EVERY_SAMPLE
async def test_a_name_is_taken_until_its_record_is_deleted(world: SqlStore, sample: Sample) -> None:
    async with world.changing(ACTOR) as change:
        first = await sample.change(change).create(sample.value)
    with pytest.raises(AlreadyThere) as taken:
        async with world.changing(ACTOR) as change:
            await sample.change(change).create(sample.other)
    assert taken.value.kind == sample.name
    assert taken.value.what
    async with world.changing(ACTOR) as change:
        await sample.change(change).delete(first.uid)
        second = await sample.change(change).create(sample.other)
    with pytest.raises(AlreadyThere):
        async with world.changing(ACTOR) as change:
            await sample.change(change).undelete(first.uid)
    async with world.reading() as reading:
        assert (await sample.read(reading).get(second.uid)).revision == 1


async def test_a_name_cannot_be_changed_to_one_that_is_taken(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"))
        bob = await change.users.create(User("bob"))
    with pytest.raises(AlreadyThere) as taken:
        async with store.changing(ACTOR) as change:
            await change.users.update(bob.uid, User("alice"))
    assert (taken.value.kind, taken.value.what) == ("user", "alice")


async def test_a_uid_is_taken_for_ever(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"), uid="usr_1")
        await change.users.delete("usr_1")
    with pytest.raises(AlreadyThere):
        async with store.changing(ACTOR) as change:
            await change.users.create(User("bob"), uid="usr_1")


@pytest.mark.parametrize("action", ["update", "delete", "undelete"])
async def test_a_change_made_for_another_revision_is_refused(store: SqlStore, action: str) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        await change.users.update(made.uid, User("alice", "Alice"))
    arguments = (User("alice", "Bob"),) if action == "update" else ()
    with pytest.raises(RevisionConflict) as conflict:
        async with store.changing(ACTOR) as change:
            await getattr(change.users, action)(made.uid, *arguments, expected=1)
    assert (conflict.value.uid, conflict.value.expected, conflict.value.actual) == (made.uid, 1, 2)


async def test_a_record_that_never_was_cannot_be_changed(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        with pytest.raises(NotThere):
            await change.users.update("usr_x", User("x"))
        with pytest.raises(NotThere):
            await change.users.delete("usr_x")
        with pytest.raises(NotThere):
            await change.users.undelete("usr_x")


async def test_to_undelete_what_is_not_deleted_changes_nothing(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        assert await change.users.undelete(made.uid) == made


async def test_an_update_to_the_same_value_changes_nothing(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
    async with store.changing(ACTOR) as change:
        assert await change.users.update(made.uid, User("alice")) == made
        assert await change.users.update(made.uid, User("alice"), managed_by="api") == made
    async with store.reading() as reading:
        assert reading.version == 1
        assert len(await reading.audit.page()) == 1


async def test_an_update_may_be_called_otherwise_in_the_audit_log(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        await change.users.update(made.uid, User("alice", balance_nano=5), action="adjust")
        await change.users.update(made.uid, User("alice", balance_nano=5), action="revoke")
    async with store.reading() as reading:
        assert [entry.action for entry in await reading.audit.page()] == ["adjust", "create"]


async def test_a_touch_is_a_new_revision_of_the_same_value(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
    async with store.changing(ACTOR) as change:
        touched = await change.users.update(made.uid, User("alice"), expected=1, action="rotate", touch=True)
    assert touched == replace(made, revision=2, updated_at=change.now)
    async with store.reading() as reading:
        assert await reading.users.get(made.uid) == touched
        newest, creation = await reading.audit.page()
        assert (newest.action, newest.before, newest.after) == ("rotate", creation.after, creation.after)
        assert reading.version == 2


async def test_a_record_can_change_hands(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        taken = await change.users.update(made.uid, User("alice"), managed_by="file")
        kept = await change.users.update(made.uid, User("alice", "A"))
    assert (taken.managed_by, taken.revision) == ("file", 2)
    assert kept.managed_by == "file"


async def test_the_same_name_serves_for_keys_of_several_users(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for name in ("alice", "bob"):
            user = await change.users.create(User(name))
            await change.api_keys.create(StoredApiKey(user.uid, "laptop", "h"))
        assert len(await change.api_keys.page(Page(where=(Where("name", "=", "laptop"),)))) == 2


async def test_a_record_must_belong_to_one_that_is_there(store: SqlStore) -> None:
    with pytest.raises(NotThere, match="laptop"):
        async with store.changing(ACTOR) as change:
            await change.api_keys.create(StoredApiKey("usr_nobody", "laptop", "h"))


async def test_text_is_kept_as_it_is(store: SqlStore) -> None:
    name = "ü—日本 \U0001f600 '\"\\ %_ \t\n;--"
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User(name))
    async with store.reading() as reading:
        assert await reading.users.find(Where("name", "=", name)) == made
        assert (await reading.audit.verify()).broken is None
