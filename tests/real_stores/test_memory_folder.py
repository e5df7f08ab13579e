"""Files of tests lie in memory where there is room, and where they always did everywhere else."""

from pathlib import Path

from tests.real_stores.memory_folder import memory_folder


def test_a_folder_with_room_is_used(tmp_path: Path) -> None:
    assert memory_folder(tmp_path, room=1) == str(tmp_path)


def test_a_folder_without_room_is_not(tmp_path: Path) -> None:
    assert memory_folder(tmp_path, room=10**18) is None


def test_a_folder_that_is_not_there_is_not(tmp_path: Path) -> None:
    assert memory_folder(tmp_path / "none", room=1) is None
