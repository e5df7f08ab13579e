"""Which store a gateway opens, and that a start brings its own file up to date but nobody else's database."""

from pathlib import Path

import pytest

from gateway_cli.run.opened_store import opened_store, store_kind
from gateway_core.records.secret import Secret
from gateway_core.records.user import User
from gateway_core.settings import CoreSettings
from gateway_core.storage.migrate import Migrations
from gateway_core.storage.open_database import address_of_file, open_database
from gateway_core.storage.schema import REVISIONS
from gateway_core.storage.storage_error import SchemaBehind
from tests.fakes.sample_records import ACTOR


def settings(data_dir: Path, database: str | None = None) -> CoreSettings:
    url = None if database is None else Secret(database)
    return CoreSettings(data_dir=data_dir, database_url=url)


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def make_old(address: str) -> None:
    """Leaves a database with the schema of a release before."""
    engines = open_database(address, migrating=True)
    await Migrations().up(engines, REVISIONS[0])
    await engines.close()


async def version_of(chosen: CoreSettings) -> int:
    async with opened_store(chosen) as store, store.reading() as reading:
        return reading.version


async def change_something(chosen: CoreSettings) -> None:
    async with opened_store(chosen) as store, store.changing(ACTOR) as change:
        await change.users.create(User("alice"))


async def test_without_a_database_records_are_in_a_file_of_the_data_directory(tmp_path: Path) -> None:
    await change_something(settings(tmp_path))
    assert await version_of(settings(tmp_path)) == 1
    assert names_in(tmp_path) == {"weir.sqlite3"}


async def test_a_file_of_a_release_before_is_brought_up_to_date(tmp_path: Path) -> None:
    await make_old(address_of_file(tmp_path))
    assert await version_of(settings(tmp_path)) == 0
    await change_something(settings(tmp_path))


async def test_a_database_is_used_where_one_is_named(tmp_path: Path, postgres_database: str) -> None:
    await change_something(settings(tmp_path, postgres_database))
    assert await version_of(settings(tmp_path, postgres_database)) == 1
    assert names_in(tmp_path) == set()


async def test_a_database_of_a_release_before_is_left_to_the_operator(tmp_path: Path, postgres_database: str) -> None:
    await make_old(postgres_database)
    with pytest.raises(SchemaBehind, match="weir migrate up"):
        await version_of(settings(tmp_path, postgres_database))


@pytest.mark.parametrize(
    ("database", "kind"),
    [
        (None, "sqlite"),
        ("sqlite:////var/lib/weir.sqlite3", "sqlite"),
        ("postgresql://weir@db/weir", "postgresql"),
        ("postgres://weir@db/weir", "postgresql"),
    ],
)
def test_the_kind_of_store_is_known_by_its_address(tmp_path: Path, database: str | None, kind: str) -> None:
    assert store_kind(settings(tmp_path, database)) == kind
