"""The files of the SQLite store: who may read them, and what happens when they are not as they should be."""

import multiprocessing
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway_core.records.api_key import ApiKey
from gateway_core.storage.migrations import MIGRATIONS
from gateway_core.storage.sqlite import open_key_store
from gateway_core.storage.storage_error import StorageError
from tests.gateway_core.storage.first_start import start

KEY = ApiKey(id="k", account_id="a", name="n", hint="h", created_at=datetime(2026, 1, 1, tzinfo=UTC))
OWNER_ONLY = 0o600
AT_ONCE = 3


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def make_store(data_dir: Path) -> bytes:
    """Leaves a store with one key behind and gives its pepper."""
    with open_key_store(data_dir) as store:
        store.add_api_key(b"hash", KEY)
        return store.pepper


def change(data_dir: Path, statement: str) -> None:
    with closing(sqlite3.connect(data_dir / "weir.sqlite3", isolation_level=None)) as connection:
        connection.execute(statement)


def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    data_dir = tmp_path / "some" / "where"
    with open_key_store(data_dir) as store:
        store.add_api_key(b"hash", KEY)
        assert mode_of(data_dir) == 0o700
        assert {path.name: mode_of(path) for path in data_dir.iterdir()} == {
            "pepper": OWNER_ONLY,
            "weir.sqlite3": OWNER_ONLY,
            "weir.sqlite3-wal": OWNER_ONLY,
            "weir.sqlite3-shm": OWNER_ONLY,
        }


def test_a_directory_that_is_there_already_is_left_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_store(tmp_path)
    assert mode_of(tmp_path) == 0o755
    assert mode_of(tmp_path / "weir.sqlite3") == OWNER_ONLY


def test_the_database_is_written_ahead_and_to_the_disk(tmp_path: Path) -> None:
    make_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "weir.sqlite3")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(1,)]


def test_a_database_that_another_process_keeps_locked_is_told_of(tmp_path: Path) -> None:
    make_store(tmp_path)
    with closing(sqlite3.connect(tmp_path / "weir.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked"), open_key_store(tmp_path, lock_timeout=0.05):
            pass


def test_each_store_has_a_pepper_of_its_own(tmp_path: Path) -> None:
    assert make_store(tmp_path / "a") != make_store(tmp_path / "b")


def test_the_pepper_is_in_no_other_file(tmp_path: Path) -> None:
    pepper = make_store(tmp_path)
    assert (tmp_path / "pepper").read_bytes() == pepper
    assert pepper not in (tmp_path / "weir.sqlite3").read_bytes()


def test_a_database_without_its_pepper_is_refused(tmp_path: Path) -> None:
    make_store(tmp_path)
    (tmp_path / "pepper").unlink()
    with pytest.raises(StorageError, match="pepper is missing: without it no key"), open_key_store(tmp_path):
        pass
    assert not (tmp_path / "pepper").exists()


def test_the_pepper_of_another_database_is_refused(tmp_path: Path) -> None:
    make_store(tmp_path)
    (tmp_path / "pepper").write_bytes(b"x" * 32)
    with pytest.raises(StorageError, match="belongs to another database"), open_key_store(tmp_path):
        pass


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_pepper_of_the_wrong_length_is_refused(tmp_path: Path, length: int) -> None:
    make_store(tmp_path)
    (tmp_path / "pepper").write_bytes(b"x" * length)
    with pytest.raises(StorageError, match="pepper is damaged: it must hold 32 bytes"), open_key_store(tmp_path):
        pass


def test_a_first_start_that_died_after_writing_the_pepper_goes_on_with_it(tmp_path: Path) -> None:
    (tmp_path / "pepper").write_bytes(b"x" * 32)
    (tmp_path / "pepper.new").write_bytes(b"half")
    (tmp_path / "weir.sqlite3").touch()
    assert make_store(tmp_path) == b"x" * 32


def test_a_first_start_that_died_while_writing_the_pepper_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "pepper.new").write_bytes(b"half")
    pepper = make_store(tmp_path)
    assert len(pepper) == 32
    assert not (tmp_path / "pepper.new").exists()


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    make_store(tmp_path)
    newer = len(MIGRATIONS) + 1
    change(tmp_path, "INSERT INTO schema_version SELECT max(version) + 1 FROM schema_version")
    with pytest.raises(StorageError, match=f"has schema {newer}, .* start the newer version"), open_key_store(tmp_path):
        pass


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "weir.sqlite3").write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError, match="sqlite3 is damaged or no database"), open_key_store(tmp_path):
        pass
    assert (tmp_path / "weir.sqlite3").read_bytes() == b"no database " * 1000


def test_a_database_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    make_store(tmp_path)
    whole = (tmp_path / "weir.sqlite3").read_bytes()
    (tmp_path / "weir.sqlite3").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageError, match="damaged or no database"), open_key_store(tmp_path) as store:
        store.api_keys()


def test_a_database_without_our_tables_is_refused_in_a_sentence(tmp_path: Path) -> None:
    make_store(tmp_path)
    change(tmp_path, "DROP TABLE api_keys")
    with open_key_store(tmp_path) as store, pytest.raises(StorageError, match=r"cannot use the database .*api_keys"):
        store.api_keys()


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    for data_dir in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(StorageError, match=f"cannot use the data directory {data_dir}: "), open_key_store(data_dir):
            pass


def test_a_directory_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a" / "weir.sqlite3").mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot use the database"), open_key_store(tmp_path / "a"):
        pass
    (tmp_path / "b" / "pepper").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"cannot use the data directory .*pepper"), open_key_store(tmp_path / "b"):
        pass


def test_of_processes_that_start_at_once_one_makes_the_secrets(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    line = spawning.Barrier(AT_ONCE)
    starts = [spawning.Process(target=start, args=(tmp_path, line)) for _ in range(AT_ONCE)]
    for process in starts:
        process.start()
    for process in starts:
        process.join(timeout=30)
    assert [process.exitcode for process in starts] == [0] * AT_ONCE
    assert len(list(tmp_path.glob("gw_live_*"))) == 1
    with open_key_store(tmp_path) as store:
        assert (len(store.api_keys()), len(store.admin_tokens())) == (1, 1)
