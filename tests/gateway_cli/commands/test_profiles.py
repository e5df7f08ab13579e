"""`weir profiles`: what is kept, what is shown, and which profile a command then uses."""

import stat
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import Result

from tests.fakes.answering_admin import TOKEN, answering_admin, told, weir

SECRET = "wadm_kept_in_the_file"


class Desk:
    """A folder with a file of profiles, and `weir` that uses it."""

    def __init__(self, folder: Path) -> None:
        """Takes an empty folder."""
        self.folder = folder
        self.file = folder / "weir" / "profiles.yaml"

    def run(self, *arguments: str, stdin: str = "", **variables: str) -> Result:
        """Runs `weir`."""
        return weir(*arguments, stdin=stdin, variables={"WEIR_PROFILES": str(self.file), **variables})

    def profiles(self, *arguments: str, stdin: str = "", **variables: str) -> Result:
        """Runs `weir profiles`, which goes well."""
        result = self.run("profiles", *arguments, stdin=stdin, **variables)
        assert result.exit_code == 0, result.output
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Makes a desk without profiles."""
    return Desk(tmp_path)


def test_the_first_profile_is_in_use_at_once_and_only_its_owner_reads_the_file(desk: Desk) -> None:
    told = desk.profiles("set", "prod", "--admin", "https://weir.example.com:443", "--token-env", "PROD_TOKEN")
    assert told.stdout == f"profile prod kept in {desk.file}\n"
    desk.profiles("set", "local", "--admin", "127.0.0.1:50052")
    assert desk.profiles("list").stdout.splitlines() == [
        "PROFILE  IN USE  ADDRESS",
        "local    -       127.0.0.1:50052",
        "prod     yes     https://weir.example.com:443",
    ]
    assert stat.S_IMODE(desk.file.stat().st_mode) == 0o600
    assert [path.name for path in desk.file.parent.iterdir()] == ["profiles.yaml"]


def test_a_profile_that_is_changed_keeps_the_rest(desk: Desk) -> None:
    desk.profiles("set", "prod", "--admin", "a:1", "--token-stdin", stdin=f"{SECRET}\n")
    desk.profiles("set", "prod", "--admin", "b:2", "--ca-file", "ca.pem")
    assert yaml.safe_load(desk.file.read_text()) == {
        "current": "prod",
        "profiles": {"prod": {"admin": "b:2", "token": SECRET, "ca_file": str(Path("ca.pem").resolve())}},
    }


def test_a_token_is_in_one_place(desk: Desk) -> None:
    desk.profiles("set", "prod", "--token-stdin", stdin=SECRET)
    desk.profiles("set", "prod", "--token-file", "token.txt")
    assert SECRET not in desk.file.read_text()
    both = desk.run("profiles", "set", "prod", "--token-env", "A", "--token-file", "b")
    assert both.exit_code == 2
    assert "the token is in one place" in told(both)


@pytest.mark.parametrize("arguments", [["show", "prod"], ["show"], ["show", "-o", "json"], ["list", "-o", "yaml"]])
def test_a_token_is_never_shown(desk: Desk, arguments: list[str]) -> None:
    desk.profiles("set", "prod", "--admin", "a:1", "--token-stdin", stdin=SECRET)
    shown = desk.profiles(*arguments).output
    assert "a:1" in shown
    assert "***" in shown
    assert SECRET not in shown


def test_what_a_profile_does_not_say_is_not_shown_to_people(desk: Desk) -> None:
    desk.profiles("set", "prod", "--admin", "a:1")
    assert desk.profiles("show").stdout.splitlines() == ["FIELD  VALUE", "name   prod", "admin  a:1"]


def test_another_profile_can_be_used_and_removed(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.profiles("set", name, "--admin", f"{name}:1")
    assert desk.profiles("use", "two").stdout == "profile two is in use\n"
    assert msgspec.json.decode(desk.profiles("show", "-o", "json").stdout)["name"] == "two"
    assert desk.profiles("remove", "two").stdout == "profile two removed\n"
    assert yaml.safe_load(desk.file.read_text()) == {"profiles": {"one": {"admin": "one:1"}}}
    nothing = desk.run("profiles", "show")
    assert nothing.exit_code == 2
    assert "no profile is in use" in told(nothing)


def test_removing_a_profile_leaves_the_one_in_use(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.profiles("set", name, "--admin", f"{name}:1")
    desk.profiles("remove", "two")
    assert yaml.safe_load(desk.file.read_text())["current"] == "one"


def test_the_variable_says_which_profile_is_in_use(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.profiles("set", name, "--admin", f"{name}:1")
    assert "two:1" in desk.profiles("show", WEIR_PROFILE="two").stdout
    assert msgspec.json.decode(desk.profiles("list", "-o", "json", WEIR_PROFILE="two").stdout)[1]["current"] is True


@pytest.mark.parametrize("arguments", [["use", "prdo"], ["remove", "prdo"], ["show", "prdo"]])
def test_a_profile_that_is_not_there_is_told_with_those_that_are(desk: Desk, arguments: list[str]) -> None:
    desk.profiles("set", "prod", "--admin", "a:1")
    result = desk.run("profiles", *arguments)
    assert result.exit_code == 2
    assert "there is no profile prdo: there are prod" in told(result)


def test_commands_use_the_profile(desk: Desk) -> None:
    with answering_admin({}) as admin:
        desk.profiles("set", "here", "--admin", admin.address, "--token-stdin", stdin=SECRET)
        assert desk.run("settings", "get").exit_code == 0
        assert desk.run("settings", "get", WEIR_ADMIN_TOKEN=TOKEN).exit_code == 0
        assert desk.run("settings", "get", "--profile", "here", WEIR_ADMIN_TOKEN=TOKEN).exit_code == 0
    assert admin.tokens == [f"Bearer {SECRET}", f"Bearer {TOKEN}", f"Bearer {SECRET}"]
