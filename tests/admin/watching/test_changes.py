"""Changes are read in pieces that never cut a version in two."""

from admin.watching.changes import read_changes
from gateway_core.records.user import User
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store


async def change(store: Store, *names: str) -> None:
    """Makes one version that holds these users."""
    async with store.changing(ACTOR) as changing:
        for name in names:
            await changing.users.create(User(name))


async def test_everything_up_to_the_newest_version_is_read() -> None:
    async with temporary_store() as (store, _):
        await change(store, "a", "b")
        await change(store, "c")
        batch = await read_changes(store, 0)
        nothing = await read_changes(store, 2)
    assert ([one.version for one in batch.changes], batch.reaches) == ([1, 1, 2], 2)
    assert {one.kind for one in batch.changes} == {"user"}
    assert (list(nothing.changes), nothing.reaches) == ([], 2)


async def test_a_piece_ends_with_a_whole_version() -> None:
    async with temporary_store() as (store, _):
        for names in ("ab", "cd", "ef"):
            await change(store, *names)
        batch = await read_changes(store, 0, limit=3)
        assert ([one.version for one in batch.changes], batch.reaches) == ([1, 1], 1)
        batch = await read_changes(store, 1, limit=4)
        assert ([one.version for one in batch.changes], batch.reaches) == ([2, 2], 2)
        batch = await read_changes(store, 1, limit=5)
        assert ([one.version for one in batch.changes], batch.reaches) == ([2, 2, 3, 3], 3)


async def test_a_version_larger_than_a_piece_is_read_whole() -> None:
    async with temporary_store() as (store, _):
        await change(store, *"abcdefgh")
        await change(store, "i")
        batch = await read_changes(store, 0, limit=2)
    assert ([one.version for one in batch.changes], batch.reaches) == ([1] * 8 + [2], 2)
