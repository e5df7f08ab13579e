"""Who imports whom, read from the syntax: imports for type checkers count like all others."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tests.house_rules.sources import Source


def import_graph(sources: Iterable[Source]) -> dict[str, set[str]]:
    """Gives for each module those of the given modules that it imports."""
    by_module = {source.module: source for source in sources}
    return {
        module: {name for name in imported_names(source) if name in by_module and name != module}
        for module, source in by_module.items()
    }


def imported_names(source: Source) -> Iterator[str]:
    """Gives every name a file imports that may be a module."""
    for node in source.nodes():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = origin_of(source, node)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def origin_of(source: Source, node: ast.ImportFrom) -> str:
    """Gives the absolute name of what stands behind `from`."""
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    kept = package[: len(package) - node.level + (source.name == "__init__.py")]
    return ".".join([*kept, *([node.module] if node.module else [])])


def find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Gives the modules of a cycle, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []
