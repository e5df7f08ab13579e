"""`weir migrate`: what it says and does, on both kinds of databases and with data in them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import make_url
from typer.testing import Result

from gateway_core.records.user import User
from gateway_core.storage.migrate import Migrations
from gateway_core.storage.open_database import address_of_file, open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.query import Page
from gateway_core.storage.schema import REVISIONS
from tests.fakes.answering_admin import weir
from tests.fakes.sample_records import ACTOR
from tests.real_stores.fresh_database import execute

FIRST, NEWEST = REVISIONS[0], REVISIONS[-1]
MORE = Path(__file__).parents[2] / "gateway_core" / "storage" / "more_migrations"
Variables = Mapping[str, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def variables(request: pytest.FixtureRequest, tmp_path: Path) -> Variables:
    """Gives the variables of a gateway on an empty database of each kind."""
    where = {"WEIR_DATA_DIR": str(tmp_path / "data"), "OPENAI_API_KEY": ""}
    if request.param == "sqlite":
        return where
    return {**where, "WEIR_DATABASE_URL": request.getfixturevalue("postgres_database")}


def address_in(variables: Variables) -> str:
    """Gives the address of the database."""
    return variables.get("WEIR_DATABASE_URL") or address_of_file(Path(variables["WEIR_DATA_DIR"]))


def has_folder(variables: Variables) -> bool:
    """Says whether the data directory was made."""
    return Path(variables["WEIR_DATA_DIR"]).exists()


async def migrate(*arguments: str, variables: Variables) -> Result:
    """Runs the command in a thread, as it runs a loop of its own."""
    given = ("migrate", *arguments, "-f", "/dev/null")
    return await asyncio.to_thread(weir, *given, variables=variables)


async def status(variables: Variables) -> dict[str, object]:
    """Gives the status as a program sees it."""
    result = await migrate("status", "-o", "json", variables=variables)
    assert result.exit_code == 0, result.output
    return msgspec.json.decode(result.stdout, type=dict[str, object])


async def names_of_users(address: str) -> list[str]:
    """Reads the users, for which the schema must be the newest."""
    async with open_store(address) as store, store.reading() as reading:
        return [user.value.name for user in await reading.users.page(Page())]


async def test_up_and_down_move_a_database_with_its_data(variables: Variables) -> None:
    result = await migrate("up", variables=variables)
    assert (result.exit_code, result.stdout) == (0, f"migrated up: {', '.join(REVISIONS)}\n")
    async with open_store(address_in(variables)) as store, store.changing(ACTOR) as change:
        await change.users.create(User("alice"))
    undone = ", ".join(reversed(REVISIONS[1:]))
    result = await migrate("down", FIRST, variables=variables)
    assert (result.exit_code, result.stdout) == (0, f"migrated down, undone: {undone}\n")
    assert (await status(variables))["current"] == FIRST
    assert (await migrate("up", variables=variables)).exit_code == 0
    assert await names_of_users(address_in(variables)) == ["alice"]


async def test_what_is_done_already_is_no_failure(variables: Variables) -> None:
    await migrate("up", variables=variables)
    result = await migrate("up", variables=variables)
    assert result.exit_code == 0
    assert "nothing to do" in result.stdout
    result = await migrate("down", NEWEST, variables=variables)
    assert (result.exit_code, result.stdout) == (0, f"nothing to do: {NEWEST} is not below\n")


async def test_the_status_changes_nothing_and_says_what_up_would_do(variables: Variables) -> None:
    before = await status(variables)
    assert (before["current"], before["newest"], before["serves"]) == ("", NEWEST, True)
    assert before["pending"] == list(REVISIONS)
    assert not has_folder(variables)
    await migrate("up", FIRST, variables=variables)
    after = await status(variables)
    is_ours = "WEIR_DATABASE_URL" not in variables
    assert (after["current"], after["pending"], after["serves"]) == (FIRST, list(REVISIONS[1:]), is_ours)
    await migrate("up", variables=variables)
    assert (await status(variables))["sentence"] == "the schema is the one that this version makes"


async def test_the_status_for_people_has_a_line_for_each_fact(variables: Variables) -> None:
    result = await migrate("status", variables=variables)
    lines = [line.split()[0] for line in result.stdout.splitlines()]
    assert lines == ["database", "schema", "newest", "up", "can"]
    assert "none" in result.stdout


async def test_everything_is_dropped_only_when_it_is_said_twice(variables: Variables) -> None:
    await migrate("up", variables=variables)
    refused = await migrate("down", "base", variables=variables)
    assert refused.exit_code == 2
    assert "drops every record" in " ".join(refused.stderr.replace("│", " ").split())
    assert (await status(variables))["current"] == NEWEST
    assert (await migrate("down", "base", "--yes", variables=variables)).exit_code == 0
    assert (await status(variables))["current"] == ""


async def test_a_revision_that_there_is_not_is_told(variables: Variables) -> None:
    for direction in ("up", "down"):
        result = await migrate(direction, "7", variables=variables)
        assert result.exit_code == 1
        assert result.stderr.startswith("weir migrate: there is no schema 7; this version knows 0001")


async def test_the_schema_of_a_newer_version_is_left_alone(variables: Variables) -> None:
    engines = open_database(address_in(variables), migrating=True)
    await Migrations(MORE).up(engines)
    newer = Migrations(MORE).revisions[-1]
    await engines.close()
    for direction in (["up"], ["down", FIRST]):
        result = await migrate(*direction, variables=variables)
        assert result.exit_code == 1
        assert f"the database has schema {newer}, which only a newer version of Weir can migrate" in result.stderr
    found = await status(variables)
    assert (found["current"], found["pending"], found["serves"]) == (newer, [], False)


async def test_a_newer_schema_that_still_serves_this_version_is_good_to_work_with(variables: Variables) -> None:
    engines = open_database(address_in(variables), migrating=True)
    await Migrations(MORE).up(engines, Migrations(MORE).revisions[-2])
    await engines.close()
    assert (await status(variables))["sentence"] == "a newer version made the schema, and it still serves this one"


def used_port() -> int:
    """Gives a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://me:pass1word@host/weir", "must look like postgresql://user@host/database or sqlite:///path"),
        ("postgresql://me:pass1word@127.0.0.1:{port}/weir", "no database listens"),
        ("postgresql://me:pass1word@127.0.0.1:99999/weir", "a port that there is not"),
        ("sqlite:////dev/null/weir", "cannot use the data directory"),
    ],
    ids=["wrong kind", "unreachable", "wrong port", "no folder"],
)
async def test_a_database_that_cannot_be_had_is_one_sentence_without_the_password(url: str, sentence: str) -> None:
    result = await migrate("up", variables={"WEIR_DATABASE_URL": url.format(port=used_port()), "OPENAI_API_KEY": ""})
    assert result.exit_code == 1
    assert result.stderr.startswith("weir migrate: ")
    assert sentence in result.stderr
    assert "pass1word" not in result.output
    assert len(result.stderr.splitlines()) == 1


@pytest.fixture
async def without_rights(postgres_database: str) -> AsyncIterator[str]:
    """Gives the address of a database for a role that may not make tables there."""
    role = f"weir_guest_{uuid4().hex}"
    await execute(postgres_database, f"CREATE ROLE {role} LOGIN PASSWORD 'guest'")
    await execute(postgres_database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    yield make_url(postgres_database).set(username=role, password="guest").render_as_string(hide_password=False)
    await execute(postgres_database, f"DROP ROLE {role}")


async def test_a_role_without_rights_is_told_which_it_needs(without_rights: str) -> None:
    result = await migrate("up", variables={"WEIR_DATABASE_URL": without_rights, "OPENAI_API_KEY": ""})
    assert result.exit_code == 1
    assert "permission denied" in result.stderr
    assert "GRANT CREATE" in result.stderr
