"""Modules form no cycle, not even for type checkers."""

import pytest

from tests.house_rules.import_graph import find_cycle, import_graph
from tests.house_rules.sources import PACKAGES, Source, sources_in


def test_no_modules_import_each_other() -> None:
    cycle = find_cycle(import_graph(sources_in(*PACKAGES)))
    assert not cycle, " -> ".join(cycle)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("room/a.py", "from room import b"),
        ("room/a.py", "from room.b import thing"),
        ("room/a.py", "import room.b"),
        ("room/a.py", "from . import b"),
        ("room/a.py", "from .b import thing"),
        ("room/a.py", "if TYPE_CHECKING:\n    from room.b import thing"),
        ("room/__init__.py", "from .b import thing"),
    ],
)
def test_every_way_to_import_closes_a_cycle(path: str, text: str) -> None:
    first = Source(path, text)
    second = Source("room/b.py", f"import {first.module}")
    assert set(find_cycle(import_graph([first, second]))) == {first.module, "room.b"}


def test_a_tree_has_no_cycle() -> None:
    sources = [
        Source("room/a.py", "from room import b, c"),
        Source("room/b.py", "import room.c"),
        Source("room/c.py", ""),
    ]
    assert find_cycle(import_graph(sources)) == []
