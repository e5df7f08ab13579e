"""The database of a configuration: its name for people never holds a password."""

from pathlib import Path

import pytest

from gateway_cli.database.named_database import NamedDatabase, named_database
from gateway_core.storage.storage_error import StorageError
from tests.fakes.patients import case_of


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:////data/weir.sqlite3", "/data/weir.sqlite3"),
        ("postgresql://me:pass@db.example:5433/weir?password=pass", "postgresql://db.example:5433/weir"),
        ("postgresql:///weir?host=/run", "postgresql:///weir"),
        ("postgresql://db.example", "postgresql://db.example"),
        ("postgresql://me:pa/ss@db.example/weir", "an address that names no database"),
        ("postgresql://me:pass@h:no/weir", "an address that names no database"),
        ("pass", "an address that names no database"),
    ],
)
def test_a_database_is_named_without_its_password(address: str, shown: str) -> None:
    assert NamedDatabase(address, is_ours=False).shown == shown


def test_the_settings_name_a_database_or_a_file_of_the_data_directory(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    assert case.configuration is not None
    file = named_database(case.configuration.core)
    assert (file.file, file.is_ours, file.is_missing) == (tmp_path / "weir.sqlite3", True, True)
    case = case_of(tmp_path, variables={"WEIR_DATABASE_URL": "postgresql://h/weir"})
    assert case.configuration is not None
    server = named_database(case.configuration.core)
    assert (server.file, server.is_ours, server.is_missing) == (None, False, False)


async def test_a_port_that_there_is_not_is_a_sentence() -> None:
    with pytest.raises(StorageError, match="1 to 65535"):
        await NamedDatabase("postgresql://127.0.0.1:70000/weir", is_ours=False).status()
