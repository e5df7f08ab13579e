"""Addresses of databases: which are understood, and that a bad one is never repeated."""

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway_core.storage.failures import told
from gateway_core.storage.open_database import address_of_file, open_database
from gateway_core.storage.statements import transaction
from gateway_core.storage.storage_error import StorageError, StoreUnavailable


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
async def test_a_postgresql_database_may_be_named_in_several_ways(postgres: str, scheme: str) -> None:
    engines = open_database(postgres.replace("postgresql://", f"{scheme}://"))
    async with engines.reading.connect() as connection:
        assert (await connection.exec_driver_sql("SHOW transaction_read_only")).scalar() == "on"
    await engines.close()


@pytest.mark.parametrize(("mode", "refusal"), [("disable", None), ("prefer", None), ("what", "ssl")])
async def test_the_address_says_whether_to_encrypt(postgres: str, mode: str, refusal: str | None) -> None:
    engines = open_database(f"{postgres}&sslmode={mode}")

    async def connect() -> None:
        with told():
            async with engines.reading.connect():
                pass

    if refusal is None:
        await connect()
    else:
        with pytest.raises(StorageError, match=refusal):
            await connect()
    await engines.close()


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ("127.0.0.1:65536/weir", "a port that there is not: it must be 1 to 65535"),
        ("127.0.0.1:-1/weir", "a port that there is not"),
        ("/weir?host=127.0.0.1&port=65536", "a port that there is not"),
        ("a..b/weir", "a host or a port that there cannot be"),
        (f"{'a' * 64}/weir", "a host or a port that there cannot be"),
    ],
)
async def test_a_place_that_there_cannot_be_is_told_without_the_password(place: str, sentence: str) -> None:
    address = f"postgresql://weir:pass1word@{place}"
    engines = open_database(address)

    async def begin(engine: AsyncEngine) -> object:
        async with transaction(engine):
            return None

    for asked in (begin(engines.reading), begin(engines.writing), engines.asking.version()):
        with pytest.raises(StorageError, match=sentence) as refused:
            await asked
        assert "WEIR_DATABASE_URL" in str(refused.value)
        assert not isinstance(refused.value, StoreUnavailable)
        assert "pass1word" not in str(refused.value)
    await engines.close()


async def test_engines_show_neither_password_nor_values(caplog: pytest.LogCaptureFixture) -> None:
    engines = open_database("postgresql://weir:secret@db.example:5433/weir")
    assert "secret" not in repr([engines, engines.writing.url])
    await engines.close()
    assert "secret" not in caplog.text


async def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    assert address_of_file(tmp_path) == f"sqlite:///{tmp_path}/weir.sqlite3"
    engines = open_database(address_of_file(tmp_path))
    assert engines.writing.url.database == str(tmp_path / "weir.sqlite3")
    await engines.close()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "secret",
        "mysql://weir:secret@db/weir",
        "postgresql://weir:secret@db",
        "postgresql://weir:secret@db:port/weir",
        "sqlite://",
        "sqlite:///",
        "sqlite://secret/x",
    ],
)
def test_an_address_that_names_no_database_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(StorageError, match="must look like postgresql://") as refused:
        open_database(address)
    assert "secret" not in str(refused.value)
