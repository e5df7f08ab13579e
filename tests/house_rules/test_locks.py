"""Locks pin what was asked for, with hashes and nothing else. Whether there are newer versions is no matter."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.house_rules.sources import ROOT

REQUIREMENTS = ROOT / "requirements"
SETS = sorted(path.stem for path in REQUIREMENTS.glob("*.in"))
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
PIN = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[^\s;\\]+)(?P<rest>.*)", re.DOTALL)
HASH = "--hash=sha256:"


def normalized(name: str) -> str:
    """Writes a name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(set_name: str) -> set[str]:
    """Gives the names that a .in file asks for, those it includes among them."""
    names: set[str] = set()
    for line in (REQUIREMENTS / f"{set_name}.in").read_text().splitlines():
        if line.startswith("-r "):
            names |= asked_for(line.removeprefix("-r ").removesuffix(".in"))
        elif found := NAME.match(line):
            names.add(normalized(found[0]))
    return names


def entries(set_name: str) -> Iterator[str]:
    """Gives the entries of a lock, each with its continuation lines and without comments."""
    text = (REQUIREMENTS / f"{set_name}.txt").read_text()
    bare = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    yield from (entry.strip() for entry in bare.replace("\\\n", " ").splitlines() if entry.strip())


def pins(set_name: str) -> dict[str, set[str]]:
    """Gives the versions that a lock pins; markers may make it more than one."""
    found: dict[str, set[str]] = {}
    for entry in entries(set_name):
        if pin := PIN.match(entry):
            found.setdefault(normalized(pin["name"]), set()).add(pin["version"])
    return found


def test_there_are_the_four_sets() -> None:
    assert SETS == ["bootstrap", "build", "dev", "runtime"]


@pytest.mark.parametrize("set_name", SETS)
def test_a_lock_pins_everything_that_is_asked_for(set_name: str) -> None:
    missing = asked_for(set_name) - pins(set_name).keys()
    assert not missing, f"requirements/{set_name}.txt lacks {sorted(missing)}: run `make lock`"


@pytest.mark.parametrize("set_name", SETS)
def test_a_lock_holds_nothing_but_pins_with_hashes(set_name: str) -> None:
    assert [entry for entry in entries(set_name) if not PIN.match(entry) or HASH not in entry] == []


@pytest.mark.parametrize("set_name", ["runtime", "build"])
def test_developers_test_the_versions_that_users_run(set_name: str) -> None:
    developed = pins("dev")
    differing = {name for name, versions in pins(set_name).items() if developed.get(name) != versions}
    assert not differing, "run `make lock`"


def test_the_distribution_asks_for_what_the_runtime_set_asks_for() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    assert {normalized(NAME.match(line)[0]) for line in dependencies} == asked_for("runtime")  # type: ignore[index] # each has a name
