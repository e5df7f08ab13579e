"""The file of the master key: made once, for the owner only, whole or not at all."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway_core.secrets_at_rest.master_key_file import make_master_key_file, read_master_key_file
from gateway_core.secrets_at_rest.secrets_error import BadMasterKey, SecretsError


def test_a_file_that_was_made_is_read_and_is_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "master.key"
    made = make_master_key_file(path, secrets.token_bytes)
    read = read_master_key_file(path)
    assert read is not None
    assert read.current.key_id == made.current.key_id
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]


def test_there_may_be_no_file(tmp_path: Path) -> None:
    assert read_master_key_file(tmp_path / "master.key") is None


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    first = make_master_key_file(path, secrets.token_bytes)
    assert make_master_key_file(path, secrets.token_bytes).current.key_id == first.current.key_id


def test_of_many_who_make_it_at_once_all_get_the_same_key(tmp_path: Path) -> None:
    def make(_: int) -> str:
        return make_master_key_file(tmp_path / "master.key", secrets.token_bytes).current.key_id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(32)))) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_several_keys_may_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.write_text(f"{'0a' * 32}\n{'0b' * 32}\n")
    keys = read_master_key_file(path)
    assert keys is not None
    assert [key.reveal() for key in (keys.current, *keys.older)] == [b"\x0a" * 32, b"\x0b" * 32]


@pytest.mark.parametrize("content", [b"", b"half", b"\xff\xfe", b"secret " * 9])
def test_a_damaged_file_is_refused_by_its_name_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    with pytest.raises(BadMasterKey, match=r"master\.key is damaged") as refused:
        read_master_key_file(path)
    assert "secret " not in str(refused.value)


def test_a_place_that_cannot_be_used_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SecretsError, match="cannot keep the master key: File exists"):
        make_master_key_file(tmp_path / "file" / "master.key", secrets.token_bytes)
    (tmp_path / "folder").mkdir()
    with pytest.raises(SecretsError, match="cannot read the master key: Is a directory"):
        read_master_key_file(tmp_path / "folder")


def test_a_file_that_disappears_while_it_is_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "master.key").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SecretsError, match="was taken away"):
        make_master_key_file(tmp_path / "master.key", secrets.token_bytes)
