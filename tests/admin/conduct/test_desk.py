"""Changes are made in the caller's name, and the reply names the configuration that holds them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from admin.conduct.administrator import ADMINISTRATOR, Administrator, administrator
from admin.conduct.desk import VERSION_HEADER, Desk, caller_as_actor
from gateway_core.errors import AdminTokenInvalid
from gateway_core.identity.vault import open_vault
from gateway_core.interceptors.call_identity import REQUEST_ID
from gateway_core.records.audit_entry import Actor
from gateway_core.records.user import User
from gateway_core.storage.query import Page
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.user_service_pb2 import CreateUserRequest

ADA = Administrator("adminTokens/ada", "adm_1", "owner", "192.0.2.1")
ONE = "11111111-1111-4111-8111-111111111111"
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


class Told:
    """A context that keeps the metadata that is sent."""

    def __init__(self) -> None:
        """Starts with nothing sent."""
        self.sent: list[tuple[tuple[str, str], ...]] = []

    async def send_initial_metadata(self, metadata: tuple[tuple[str, str], ...]) -> None:
        """Keeps it."""
        self.sent.append(metadata)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Gives a desk over a store of its own."""
    async with temporary_store() as (opened, folder):
        yield Desk(opened, await open_vault(opened, master_key=None, data_dir=folder), lambda: MOMENT)


@pytest.fixture
def ada() -> Iterator[None]:
    """Lets Ada make the calls of this test."""
    token = ADMINISTRATOR.set(ADA)
    yield
    ADMINISTRATOR.reset(token)


def test_without_a_credential_nobody_calls() -> None:
    with pytest.raises(AdminTokenInvalid):
        administrator()
    with pytest.raises(AdminTokenInvalid):
        caller_as_actor()


@pytest.mark.usefixtures("ada")
def test_the_actor_is_the_caller_in_this_very_call() -> None:
    assert administrator() == ADA
    assert caller_as_actor() == Actor("adminTokens/ada", "adm_1", "192.0.2.1", "")
    token = REQUEST_ID.set("req-1")
    assert caller_as_actor() == Actor("adminTokens/ada", "adm_1", "192.0.2.1", "req-1")
    REQUEST_ID.reset(token)


async def test_a_change_is_in_the_callers_name_and_tells_its_version(desk: Desk) -> None:
    ADMINISTRATOR.set(ADA)
    context = Told()
    async with desk.changing(context) as change:  # type: ignore[arg-type] # the one method that a desk needs
        await change.users.create(User("alice"))
        assert context.sent == []
    assert context.sent == [((VERSION_HEADER, str(await desk.store.version())),)]
    async with desk.reading() as reading:
        (entry,) = await reading.audit.page(limit=1)
    assert (entry.actor.name, entry.kind) == ("adminTokens/ada", "user")


async def test_a_change_that_fails_tells_nothing(desk: Desk) -> None:
    ADMINISTRATOR.set(ADA)
    context = Told()

    async def fail() -> None:
        async with desk.changing(context) as change:  # type: ignore[arg-type] # the one method that a desk needs
            await change.users.create(User("alice"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert context.sent == []
    async with desk.reading() as reading:
        assert await reading.users.page(Page()) == []


def test_a_desk_reads_request_ids(desk: Desk) -> None:
    read = desk.request(CreateUserRequest(request_id=ONE))
    assert read is not None
    assert read.id == ONE
    assert desk.request(CreateUserRequest()) is None
