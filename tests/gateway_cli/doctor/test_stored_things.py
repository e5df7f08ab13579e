"""What lies on disks: data directory, database, master key, keys. Looking at them makes and changes nothing."""

import base64
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway_cli.doctor.case import Case, ClockReading
from gateway_cli.doctor.clock import check_clock
from gateway_cli.doctor.data_directory import check_data_directory
from gateway_cli.doctor.database import check_database, judge_answer
from gateway_cli.doctor.finding import State
from gateway_cli.doctor.in_time import in_time
from gateway_cli.doctor.keys import check_keys
from gateway_cli.doctor.master_key import check_master_key
from gateway_core.identity.api_key_format import show_hint
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.secrets_at_rest.canary import check_master_keys
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.find_master_keys import find_master_keys
from gateway_core.secrets_at_rest.master_key import read_master_keys
from gateway_core.secrets_at_rest.master_key_file import FILE as KEY_FILE
from gateway_core.storage.migrate import Migrations
from gateway_core.storage.open_database import address_of_file, open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.schema import REVISIONS
from gateway_core.storage.sql_store import SqlStore
from tests.fakes.patients import NOW, Said, case_of, said, unread_case
from tests.fakes.sample_records import ACTOR

ONE, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
OK, WARN, FAIL = State.OK, State.WARN, State.FAIL
Change = Callable[[SqlStore], Awaitable[None]]


async def nothing_more(store: SqlStore) -> None:
    """Leaves a store as it is."""
    del store


async def used(address: str, change: Change = nothing_more, keys: str = ONE) -> None:
    """Leaves a database that a gateway has used, sealed with a master key."""
    async with open_store(address) as store:
        await check_master_keys(store, read_master_keys(keys))
        await change(store)


def read(case: Case) -> Case:
    """Lets the check of the database read it; in a thread, as the doctor does, for it runs a loop of its own."""
    in_time(lambda: list(check_database(case)), 20)
    return case


def in_thread(case: Case) -> Said:
    """Gives what is said of the database."""
    found = in_time(lambda: said(check_database, case), 20)
    assert found is not None
    return found


async def test_a_data_directory_that_is_not_there_yet_is_left_so(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    ((state, _, sentence),) = said(check_data_directory, case_of(folder))
    assert (state, sentence) == (OK, f"{folder} is not there yet; the first start makes it")
    ((state, _, sentence),) = in_thread(case_of(folder))
    assert state is OK
    assert "the first start makes the schema" in sentence
    assert not folder.parent.exists()


def test_what_is_in_the_way_of_the_data_directory_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ((state, _, sentence),) = said(check_data_directory, case_of(tmp_path / "file" / "below"))
    assert (state, sentence) == (FAIL, f"{tmp_path / 'file'} is no folder")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert said(check_data_directory, case_of(tmp_path))[0][0] is FAIL


def test_files_that_others_may_read_are_told(tmp_path: Path) -> None:
    assert said(check_data_directory, case_of(tmp_path)) == [(OK, "data directory", str(tmp_path))]
    file = tmp_path / KEY_FILE
    file.touch()
    file.chmod(0o640)
    assert said(check_data_directory, case_of(tmp_path)) == [(WARN, "data directory", f"others may read {file}")]


async def test_a_database_that_is_well_says_its_schema_and_how_fast_it_is(tmp_path: Path) -> None:
    await used(address_of_file(tmp_path))
    case = case_of(tmp_path)
    ((state, _, sentence),) = in_thread(case)
    assert state is OK
    assert f"has schema {REVISIONS[-1]} and answers in" in sentence
    assert case.stored is not None
    assert case.clocks == []


@pytest.mark.parametrize(("seconds", "state"), [(0.0004, OK), (0.2, WARN)])
def test_a_slow_database_is_doubtful(seconds: float, state: State) -> None:
    assert judge_answer("/data/weir.sqlite3 has schema 0002", seconds).state is state


async def test_the_clock_of_a_database_on_another_machine_is_read(tmp_path: Path, postgres_database: str) -> None:
    await used(postgres_database)
    case = read(case_of(tmp_path, variables={"WEIR_DATABASE_URL": postgres_database}))
    (reading,) = case.clocks
    assert (reading.whose, reading.ours) == ("the database", NOW)
    assert reading.theirs.tzinfo is not None


async def old(address: str) -> None:
    """Leaves a database with the schema of a release before."""
    engines = open_database(address, migrating=True)
    await Migrations().up(engines, REVISIONS[0])
    await engines.close()


async def test_an_old_schema_is_doubtful_in_a_file_of_ours_and_fails_elsewhere(
    tmp_path: Path, postgres_database: str
) -> None:
    await old(address_of_file(tmp_path))
    assert in_thread(case_of(tmp_path))[0][0] is WARN
    await old(postgres_database)
    case = case_of(tmp_path, variables={"WEIR_DATABASE_URL": postgres_database})
    ((state, _, sentence),) = in_thread(case)
    assert state is FAIL
    assert "run `weir migrate up`" in sentence
    assert not case.is_new


async def test_a_database_that_cannot_be_used_fails_without_showing_the_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = f"postgresql://me:pass1word@127.0.0.1:{port}/weir"
    ((state, _, sentence),) = in_thread(case_of(tmp_path, variables={"WEIR_DATABASE_URL": url}))
    assert state is FAIL
    assert sentence.startswith(f"postgresql://127.0.0.1:{port}/weir: no database listens")
    (tmp_path / "weir.sqlite3").write_bytes(b"no database" * 100)
    assert in_thread(case_of(tmp_path))[0][0] is FAIL


async def test_tables_of_somebody_else_fail(tmp_path: Path) -> None:
    engines = open_database(address_of_file(tmp_path))
    async with engines.writing.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE users (id int)")
    await engines.close()
    ((state, _, sentence),) = in_thread(case_of(tmp_path))
    assert state is FAIL
    assert "tables that are not Weir's" in sentence


async def about_key(folder: Path, given: str | None = ONE) -> tuple[State, str]:
    """Gives what is said of the master key of a gateway that is given one, or none."""
    case = case_of(folder, variables={"WEIR_MASTER_KEY": given} if given else {})
    read(case)
    ((state, _, sentence),) = said(check_master_key, case)
    return state, sentence


async def test_a_master_key_is_tried_on_everything_that_is_sealed(tmp_path: Path) -> None:
    assert (await about_key(tmp_path, None)) == (OK, "there is none yet; the first start makes one")
    assert (await about_key(tmp_path))[1].endswith("there is nothing yet that it should open")
    await used(address_of_file(tmp_path))
    state, sentence = await about_key(tmp_path)
    assert state is OK
    assert "opens everything, the canary too" in sentence
    assert (await about_key(tmp_path, None))[0] is FAIL
    state, sentence = await about_key(tmp_path, OTHER)
    assert state is FAIL
    assert ONE not in sentence
    assert (await about_key(tmp_path, "x" * 43))[0] is FAIL
    assert (await about_key(tmp_path, f"{OTHER},{ONE}")) == (WARN, "1 secrets are under an older key still")


async def test_a_database_without_a_canary_is_opened_too(tmp_path: Path) -> None:
    async with open_store(address_of_file(tmp_path)) as store:
        await nothing_more(store)
    assert (await about_key(tmp_path))[0] is OK


async def test_a_secret_that_was_tampered_with_is_found(tmp_path: Path) -> None:
    async def tamper(store: SqlStore) -> None:
        key = read_master_keys(ONE).current
        sealed = seal(key, b"sk-1", owner="crd_1", purpose="provider-key")
        async with store.changing(ACTOR) as change:
            await change.secrets.put(replace(sealed, owner="crd_2"))

    await used(address_of_file(tmp_path), tamper)
    assert await about_key(tmp_path) == (FAIL, "sealed secrets do not open: crd_2")


async def test_a_master_key_in_the_data_directory_is_found(tmp_path: Path) -> None:
    async with open_store(address_of_file(tmp_path)) as store:
        await find_master_keys(store, None, tmp_path / KEY_FILE)
    assert (await about_key(tmp_path, None))[0] is OK


def test_a_master_key_that_could_not_be_tried_says_so(tmp_path: Path) -> None:
    case = case_of(tmp_path, variables={"WEIR_MASTER_KEY": ONE})
    assert "not tried" in said(check_master_key, case)[0][2]
    assert said(check_master_key, case_of(tmp_path))[0][0] is WARN


def keeping(keys: list[tuple[StoredApiKey, str]], tokens: list[AdminToken]) -> Change:
    """Puts keys, each with who looks after it, and tokens into a store."""

    async def change_it(store: SqlStore) -> None:
        async with store.changing(ACTOR) as change:
            owner = await change.users.create(User("alice"))
            for key, managed_by in keys:
                await change.api_keys.create(replace(key, user_uid=owner.uid), managed_by=managed_by)
            for token in tokens:
                await change.admin_tokens.create(token)

    return change_it


async def test_keys_that_end_soon_are_named_and_the_dead_are_counted(tmp_path: Path) -> None:
    keys = [
        (StoredApiKey("", "soon", "…soon", expires_at=NOW + timedelta(days=3)), "api"),
        (StoredApiKey("", "later", "…late", expires_at=NOW + timedelta(days=30)), "api"),
        (StoredApiKey("", "over", "…over", expires_at=NOW - timedelta(days=1)), "api"),
        (StoredApiKey("", "gone", "…gone", revoked_at=NOW), "api"),
    ]
    await used(address_of_file(tmp_path), keeping(keys, [AdminToken("root", "…root", "owner", revoked_at=NOW)]))
    assert said(check_keys, read(case_of(tmp_path))) == [
        (WARN, "api keys", "soon (…soon) expires on 2027-03-04 at 12:00 UTC"),
        (OK, "api keys", "2 in force, 2 revoked or expired"),
        (WARN, "admin tokens", "none is in force: nobody can administer the gateway"),
    ]


async def test_tokens_that_end_soon_and_a_gateway_without_keys_are_told(tmp_path: Path) -> None:
    token = AdminToken("ci", "…ci", "viewer", expires_at=NOW + timedelta(hours=1))
    await used(address_of_file(tmp_path), keeping([], [token]))
    assert [(state, subject) for state, subject, _ in said(check_keys, read(case_of(tmp_path)))] == [
        (WARN, "api keys"),
        (WARN, "admin tokens"),
        (OK, "admin tokens"),
    ]


@pytest.mark.parametrize("revoked", [True, False])
async def test_a_bootstrap_key_that_was_revoked_is_told(tmp_path: Path, revoked: bool) -> None:  # noqa: FBT001 -- a table
    secret = "bootstrap-key-of-a-test"
    key = StoredApiKey("", "bootstrap", show_hint(secret), revoked_at=NOW if revoked else None)
    await used(address_of_file(tmp_path), keeping([(key, "bootstrap")], []))
    case = read(case_of(tmp_path, variables={"WEIR_BOOTSTRAP_API_KEY": secret}))
    told = (WARN, "api keys", "the one of WEIR_BOOTSTRAP_API_KEY is revoked")
    assert (told in said(check_keys, case)) is revoked


async def test_a_new_gateway_has_no_keys_yet(tmp_path: Path) -> None:
    assert said(check_keys, read(case_of(tmp_path)))[0][0] is OK


def test_without_what_came_before_nothing_is_said() -> None:
    for check in (check_data_directory, check_database, check_master_key, check_keys):
        assert said(check, unread_case()) == []


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        ([], (OK, "there is no other clock to compare it with")),
        ([0, 4, -4], (OK, "agrees with 0, 1, 2")),
        ([1, 6], (WARN, "6 s ahead of 1")),
        ([-3600], (WARN, "3600 s behind 0")),
    ],
)
def test_clocks_are_compared(seconds: list[int], found: tuple[State, str]) -> None:
    case = unread_case()
    case.clocks = [
        ClockReading(str(number), NOW - timedelta(seconds=ahead), NOW) for number, ahead in enumerate(seconds)
    ]
    ((state, _, sentence),) = said(check_clock, case)
    assert (state, sentence) == found
