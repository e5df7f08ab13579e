"""The environment is trusted only while it is what its stamp says, and uv is told what pip was told."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.environment import Stamp, answers, digest_of_locks, files_in, is_ready, pip_settings, uv_settings

TAG = sys.implementation.cache_tag or ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Makes something that looks like a finished environment."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for path in (tmp_path / "bin" / "weir", packages / "grpc" / "__init__.py", packages / "__pycache__" / "x.pyc"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    Stamp(str(tmp_path), TAG, digest_of_locks(), "runtime", files_in(tmp_path)).write(tmp_path)
    return tmp_path


def stamp_of(folder: Path) -> Stamp:
    stamp = Stamp.read(folder)
    assert stamp is not None
    return stamp


def test_a_finished_environment_is_ready(folder: Path) -> None:
    assert is_ready(folder, "runtime")


def test_a_runtime_environment_is_not_ready_for_developing_but_the_other_way_round_it_is(folder: Path) -> None:
    assert not is_ready(folder, "dev")
    replace(stamp_of(folder), level="dev").write(folder)
    assert is_ready(folder, "runtime")
    assert is_ready(folder, "dev")


@pytest.mark.parametrize("content", [None, "", "only\nthree\nlines"])
def test_a_half_made_environment_has_no_stamp(folder: Path, content: str | None) -> None:
    (folder / "weir-environment").unlink()
    if content is not None:
        (folder / "weir-environment").write_text(content)
    assert Stamp.read(folder) is None
    assert not is_ready(folder, "runtime")


@pytest.mark.parametrize("change", [{"root": "/elsewhere"}, {"python": "cpython-39"}, {"locks": "other"}])
def test_an_environment_made_elsewhere_or_from_something_else_is_not_ready(
    folder: Path, change: dict[str, str]
) -> None:
    replace(stamp_of(folder), **change).write(folder)  # type: ignore[arg-type] # rows of a table
    assert not is_ready(folder, "runtime")


@pytest.mark.parametrize("lost", ["bin/weir", "lib/python3.11/site-packages/grpc/__init__.py"])
def test_what_somebody_removed_is_missed(folder: Path, lost: str) -> None:
    path = folder / lost
    path.unlink()
    if path.parent.name == "grpc":
        path.parent.rmdir()
    assert not is_ready(folder, "runtime")


def test_what_somebody_added_and_what_the_interpreter_caches_do_not_matter(folder: Path) -> None:
    packages = folder / "lib" / "python3.11" / "site-packages"
    (packages / "debugger.py").touch()
    (packages / "__pycache__" / "x.pyc").unlink()
    (packages / "__pycache__").rmdir()
    assert is_ready(folder, "runtime")


def test_pips_environment_wins_over_its_section_for_installing_and_that_over_the_global_one() -> None:
    listing = """
:env:.timeout='3'
global.cert='/etc/ssl/own.pem'
global.index-url='https://one.example'
global.timeout='1'
install.index-url='https://two.example'
install.timeout='2'
freeze.index-url='https://never.example'
"""
    expected = {"timeout": "3", "cert": "/etc/ssl/own.pem", "index-url": "https://two.example"}
    assert pip_settings(listing) == expected


def test_uv_is_told_what_pip_was_told(tmp_path: Path) -> None:
    told = {
        "index-url": "https://one.example",
        "extra-index-url": "\nhttps://two.example\nhttps://three.example",
        "find-links": f"{tmp_path} /nowhere/at/all https://four.example",
        "disable-pip-version-check": "1",
    }
    assert uv_settings(told) == {
        "UV_DEFAULT_INDEX": "https://one.example",
        "UV_INDEX": "https://two.example https://three.example",
        "UV_FIND_LINKS": f"{tmp_path},https://four.example",
    }


def test_folders_that_are_not_there_are_not_searched() -> None:
    assert uv_settings({"find-links": "/nowhere/at/all"}) == {}


@pytest.mark.parametrize(("code", "works"), [("pass", True), ("raise SystemExit(1)", False)])
def test_a_program_counts_only_if_it_works(code: str, *, works: bool) -> None:
    assert answers([sys.executable, "-c", code]) is works
    assert not answers([Path("/nowhere/at/all")])
