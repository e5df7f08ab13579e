"""Which users a plan reads: those that are named, those of a file, those with keys of a file, and nobody else."""

from admin.configuration.live_users import AT_ONCE, read_users
from gateway_core.records.limit import Limit
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from tests.fakes.declared_world import DeclaredWorld, declared_world

FILE = "version: 1\nusers: {filed: {keys: [{name: laptop}]}}\n"


async def names(world: DeclaredWorld, wanted: set[str] | None) -> dict[str, list[str]]:
    async with world.store.reading() as reading:
        return {
            user.value.name: sorted(key.value.name for key in keys) for user, keys in await read_users(reading, wanted)
        }


async def test_a_plan_reads_the_users_that_it_can_concern() -> None:
    async with declared_world() as world:
        await world.apply(FILE)
        async with world.changing() as change:
            for name in ("named", "stranger", "adopted"):
                user = await change.users.create(User(name))
                await change.api_keys.create(StoredApiKey(user.uid, f"key-of-{name}", "…"))
                if name == "adopted":
                    await change.api_keys.create(StoredApiKey(user.uid, "filed", "…"), managed_by="file")
        assert await names(world, {"named", "nobody"}) == {
            "filed": ["laptop"],
            "named": ["key-of-named"],
            "adopted": ["filed", "key-of-adopted"],
        }
        assert set(await names(world, None)) >= {"filed", "named", "adopted", "stranger"}


async def test_many_named_users_are_read_in_parts() -> None:
    wanted = {f"user-{number}" for number in range(AT_ONCE + 1)}
    async with declared_world() as world:
        async with world.changing() as change:
            for name in wanted:
                await change.users.create(User(name))
        assert set(await names(world, wanted)) == wanted


async def test_limits_of_users_that_a_plan_does_not_concern_stay() -> None:
    async with declared_world() as world:
        await world.apply(FILE)
        async with world.changing() as change:
            user = await change.users.create(User("stranger"))
            await change.limits.create(Limit("user", user.uid, "requests", "day", 7))
        assert (await world.plan(FILE)).changes == ()
        await world.apply("version: 1\nproviders: {p: {kind: simulator}}\n")
        async with world.store.reading() as reading:
            assert await reading.limits.find(Where("scope_id", "=", user.uid)) is not None
        assert await world.user("filed") is None
