"""ListApiKeys over a real connection: of one user or of all, page by page, filtered, with what lies beside keys."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import chain

import pytest
from grpc import StatusCode

from tests.fakes.admin_calls import ahead, refused
from tests.fakes.key_world import KeyWorld, running_key_world
from weir.admin.v1 import api_key_service_pb2 as messages


@pytest.fixture
async def world() -> AsyncIterator[KeyWorld]:
    """Runs an admin service."""
    async with running_key_world() as running:
        yield running


async def pages(world: KeyWorld, size: int, **fields: object) -> list[list[str]]:
    """Goes through all pages of everybody's keys."""
    found: list[list[str]] = []
    token = ""
    while True:
        request = messages.ListApiKeysRequest(parent="users/-", page_size=size, page_token=token, **fields)  # type: ignore[arg-type] # fields of tests
        page = await world.stub.ListApiKeys(request)
        found.append([key.name for key in page.api_keys])
        token = page.next_page_token
        if not token:
            return found


async def test_keys_are_listed_of_one_user_or_of_all(world: KeyWorld) -> None:
    assert await world.names() == []
    a, b, c = await world.make("a"), await world.make("b"), await world.make("c", "bob")
    assert await world.names() == [a.name, b.name]
    assert await world.names("users/bob") == [c.name]
    assert await world.names("users/-") == [a.name, b.name, c.name]


async def test_a_list_shows_keys_as_they_are_shown_one_by_one(world: KeyWorld) -> None:
    made = [await world.make(), await world.make(user="bob"), await world.make("other", disabled=True)]
    used = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    await world.admin.store.note_key_uses({made[0].uid: used})
    shown = (await world.stub.ListApiKeys(messages.ListApiKeysRequest(parent="users/-"))).api_keys
    assert {key.uid for key in shown} == {key.uid for key in made}
    for key in shown:
        assert key == await world.get(key.name)
        assert len(key.secrets) == 1
    (seen,) = (key for key in shown if key.uid == made[0].uid)
    assert seen.last_use_time.ToDatetime(UTC) == used
    assert seen.etag == made[0].etag


async def test_pages_go_on_until_the_end(world: KeyWorld) -> None:
    made = [(await world.make(f"key-{number}")).name for number in range(5)]
    found = await pages(world, 2)
    assert [len(page) for page in found] == [2, 2, 1]
    assert sorted(chain.from_iterable(found)) == made


async def test_keys_of_deleted_users_are_left_out_unless_they_are_asked_for(world: KeyWorld) -> None:
    gone = [(await world.make(f"gone-{number}")).name for number in range(3)]
    left = [(await world.make(f"left-{number}", "bob")).name for number in range(3)]
    await world.delete_user()
    for size in (1, 2, 3, 4, 100):
        found = await pages(world, size)
        assert sorted(chain.from_iterable(found)) == left
        assert all(len(page) == size for page in found[:-1])
    assert sorted(chain.from_iterable(await pages(world, 2, show_deleted=True))) == sorted(gone + left)
    assert await world.names("users/alice") == []
    assert await world.names("users/alice", show_deleted=True) == gone


async def test_deleted_keys_are_listed_where_they_are_asked_for(world: KeyWorld) -> None:
    key = await world.make()
    await world.delete()
    assert await world.names() == []
    assert await world.names(show_deleted=True) == [key.name]


async def test_keys_are_filtered(world: KeyWorld) -> None:
    plain = await world.make("team-a")
    off = await world.make("team-b", disabled=True)
    ends = await world.make("other", expire_time=ahead(hours=1))
    await world.revoke(off.name)
    soon = ahead(hours=2).ToJsonString()
    for written, names in {
        'id = "team-*"': [plain.name, off.name],
        f'hint = "{plain.hint}"': [plain.name],
        "revoked = true": [off.name],
        "revoked = false AND disabled = false": [plain.name, ends.name],
        "disabled = true": [off.name],
        "managed_by = API AND id != other": [plain.name, off.name],
        "managed_by = FILE": [],
        f'expire_time < "{soon}"': [ends.name],
        f'revoke_time <= "{soon}"': [off.name],
        'create_time < "2020-01-01T00:00:00Z"': [],
        'update_time >= "2020-01-01T00:00:00Z"': [plain.name, off.name, ends.name],
    }.items():
        assert await world.names(filter=written) == sorted(names), written


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (messages.ListApiKeysRequest(), "parent"),
        (messages.ListApiKeysRequest(parent="-"), "parent"),
        (messages.ListApiKeysRequest(parent="users/-", page_size=-1), "page_size"),
        (messages.ListApiKeysRequest(parent="users/-", page_token="x"), "page_token"),
        (messages.ListApiKeysRequest(parent="users/-", filter="state = ACTIVE"), "filter"),
    ],
)
async def test_a_bad_list_is_refused(world: KeyWorld, request_: messages.ListApiKeysRequest, field: str) -> None:
    status = await refused(world.stub.ListApiKeys(request_))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", (field,))


async def test_the_keys_of_nobody_cannot_be_listed(world: KeyWorld) -> None:
    status = await refused(world.names("users/nobody"))
    assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")


async def test_a_token_does_not_lead_on_in_the_list_of_another_user(world: KeyWorld) -> None:
    await world.make("a")
    await world.make("b")
    page = await world.stub.ListApiKeys(messages.ListApiKeysRequest(parent="users/alice", page_size=1))
    request = messages.ListApiKeysRequest(parent="users/bob", page_size=1, page_token=page.next_page_token)
    assert (await refused(world.stub.ListApiKeys(request))).fields == ("page_token",)
