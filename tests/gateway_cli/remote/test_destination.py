"""Where a command goes: options, variables, profiles and defaults, in this order."""

from collections.abc import Mapping
from pathlib import Path

import pytest
import typer

from gateway_cli.remote.destination import Tls, find_destination
from gateway_cli.remote.profiles import Profile, ProfileBook
from gateway_core.records.secret import Secret

NOTHING = Profile()
BOOK = ProfileBook("prod", {"prod": Profile(admin="prod:1", token=Secret("of-prod")), "test": Profile(admin="test:1")})
VARIABLES = {"WEIR_ADMIN_ADDRESS": "variable:1", "WEIR_ADMIN_TOKEN": "of-variable"}

ORDER: list[tuple[Profile, str | None, Mapping[str, str], ProfileBook, str, str | None]] = [
    (NOTHING, None, {}, ProfileBook(), "127.0.0.1:50052", None),
    (NOTHING, None, {}, BOOK, "prod:1", "of-prod"),
    (NOTHING, None, {"WEIR_PROFILE": "test"}, BOOK, "test:1", None),
    (NOTHING, None, VARIABLES, BOOK, "variable:1", "of-variable"),
    (NOTHING, None, {"WEIR_ADMIN_ADDRESS": "variable:1"}, BOOK, "variable:1", "of-prod"),
    (NOTHING, None, {**VARIABLES, "WEIR_PROFILE": "test"}, BOOK, "variable:1", "of-variable"),
    (NOTHING, "prod", VARIABLES, BOOK, "prod:1", "of-prod"),
    (NOTHING, "test", VARIABLES, BOOK, "test:1", "of-variable"),
    (Profile(admin="option:1"), "prod", VARIABLES, BOOK, "option:1", "of-prod"),
    (Profile(admin="option:1", token=Secret("of-option")), None, VARIABLES, BOOK, "option:1", "of-option"),
]


@pytest.mark.parametrize(("options", "named", "variables", "book", "address", "token"), ORDER)
def test_each_setting_is_taken_from_the_first_that_gives_it(
    options: Profile,
    named: str | None,
    variables: Mapping[str, str],
    book: ProfileBook,
    address: str,
    token: str | None,
) -> None:
    destination = find_destination(options, named, variables, book)
    assert (destination.address, destination.target, destination.tls) == (address, address, None)
    assert destination.token == (None if token is None else Secret(token))


@pytest.mark.parametrize(
    ("address", "target", "is_safe", "is_at_home"),
    [
        ("127.0.0.1:50052", "127.0.0.1:50052", False, True),
        ("localhost:1", "localhost:1", False, True),
        ("[::1]:1", "[::1]:1", False, True),
        ("unix:/run/weir.sock", "unix:/run/weir.sock", False, True),
        ("dns:///weir-admin:50052", "dns:///weir-admin:50052", False, False),
        ("http://weir:50052/", "weir:50052", False, False),
        ("https://weir.example.com:8443", "weir.example.com:8443", True, False),
        ("https://weir.example.com", "weir.example.com:443", True, False),
    ],
)
def test_an_address_says_what_to_dial_and_how(address: str, target: str, *, is_safe: bool, is_at_home: bool) -> None:
    destination = find_destination(Profile(admin=address), None, {}, ProfileBook())
    assert (destination.target, destination.tls is not None, destination.is_at_home) == (target, is_safe, is_at_home)


@pytest.mark.parametrize(
    "address", ["weir", "weir:", "weir:99999", "ftp://weir:1", "http://weir", "https://dns:///x:1", "https://", "a b:1"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no address of an admin service"):
        find_destination(Profile(admin=address), None, {}, ProfileBook())


def test_tokens_come_from_files_and_variables_too(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(" of-file\n")
    of_file = find_destination(Profile(token_file=str(file)), None, VARIABLES, BOOK)
    assert of_file.token == Secret("of-file")
    book = ProfileBook("p", {"p": Profile(token_env="MY_TOKEN")})
    assert find_destination(NOTHING, None, {"MY_TOKEN": "mine"}, book).token == Secret("mine")


@pytest.mark.parametrize("text", ["", "  ", "two words", "ümlaut", "line\nbreak"])
def test_what_cannot_be_a_token_is_refused_and_not_shown(text: str, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(typer.BadParameter) as caught:
        find_destination(Profile(token_file=str(file)), None, {}, ProfileBook())
    assert "holds no admin token" in str(caught.value)
    assert not text.strip() or text not in str(caught.value)


def test_a_variable_that_a_profile_names_must_be_set() -> None:
    book = ProfileBook("p", {"p": Profile(token_env="MY_TOKEN")})
    with pytest.raises(typer.BadParameter, match="MY_TOKEN holds no admin token: it is empty"):
        find_destination(NOTHING, None, {}, book)


def test_a_profile_that_is_not_there_is_told() -> None:
    with pytest.raises(typer.BadParameter, match="there is no profile other: there are prod, test"):
        find_destination(NOTHING, "other", {}, BOOK)
    with pytest.raises(typer.BadParameter, match="there is no profile other: there are none"):
        find_destination(NOTHING, None, {"WEIR_PROFILE": "other"}, ProfileBook())


def test_files_for_tls_are_read_and_a_pair_comes_from_one_place(tmp_path: Path) -> None:
    for name in ("ca", "cert", "key"):
        (tmp_path / name).write_text(name)
    book = ProfileBook("p", {"p": Profile(cert_file=str(tmp_path / "cert"), key_file=str(tmp_path / "key"))})
    destination = find_destination(NOTHING, None, {"WEIR_ADMIN_CA": str(tmp_path / "ca")}, book)
    assert destination.tls == Tls(b"ca", b"cert", b"key")
    assert "b'key'" not in repr(destination)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Profile(cert_file="c"), "a certificate and its key go together"),
        (Profile(key_file="k"), "a certificate and its key go together"),
        (Profile(ca_file="/does/not/exist"), "the CA file /does/not/exist cannot be read: No such file"),
        (Profile(admin="http://weir:1", ca_file="ca"), "is without TLS"),
        (Profile(token_file="/does/not/exist"), "the token file /does/not/exist cannot be read"),
    ],
)
def test_files_that_do_not_fit_are_told(options: Profile, sentence: str) -> None:
    with pytest.raises(typer.BadParameter, match=sentence):
        find_destination(options, None, {}, ProfileBook())
