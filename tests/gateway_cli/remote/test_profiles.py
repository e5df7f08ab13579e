"""The file of profiles: what is read, what is refused, and what is written."""

from pathlib import Path

import msgspec
import pytest
import typer

from gateway_cli.remote.profiles import Profile, ProfileBook, place_of, read_book, write_book
from gateway_core.records.secret import Secret

BOOK = ProfileBook("prod", {"prod": Profile(admin="a:1", token=Secret("wadm_x")), "b": Profile(token_env="T")})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "profiles.yaml"
    write_book(path, BOOK)
    assert read_book(path) == BOOK


def test_a_token_does_not_show_by_accident() -> None:
    assert "wadm_x" not in repr(BOOK)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"])
def test_an_empty_file_holds_no_profiles(tmp_path: Path, text: str) -> None:
    path = tmp_path / "profiles.yaml"
    path.write_text(text)
    assert read_book(path) == read_book(tmp_path / "missing.yaml") == ProfileBook()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"profiles: [", "is no YAML"),
        (b"\xff\xfe", "is no YAML"),
        (b"profiles: {p: {tokn: x}}", "unknown field `tokn`"),
        (b"profiles: {p: {token: 5}}", "a token must be text"),
        (b"current: [1]", "Expected `str`"),
    ],
)
def test_a_file_that_is_wrong_is_told(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "profiles.yaml"
    path.write_bytes(content)
    with pytest.raises(typer.BadParameter, match=sentence):
        read_book(path)


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="cannot be read: Is a directory"):
        read_book(tmp_path)
    with pytest.raises(typer.BadParameter, match="cannot be written: File exists"):
        write_book(Path("/dev/null/profiles.yaml"), BOOK)


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "profiles.yaml"
    path.mkdir()
    (path / "in the way").touch()
    with pytest.raises(typer.BadParameter, match="cannot be written"):
        write_book(path, BOOK)
    assert list(tmp_path.iterdir()) == [path]


def test_the_place_can_be_chosen() -> None:
    assert place_of({"WEIR_PROFILES": "/etc/weir/p.yaml"}) == Path("/etc/weir/p.yaml")
    assert place_of({}).parts[-3:] == (".config", "weir", "profiles.yaml")


def test_only_secrets_are_written_as_text() -> None:
    with pytest.raises(TypeError, match="only secrets"):
        write_book(Path("/dev/null/x"), msgspec.structs.replace(BOOK, current=object()))
