"""How large files and functions may be, how files are named and how they begin."""

import ast
from collections.abc import Iterator

from tests.house_rules.sources import Source
from tests.house_rules.violation import Violation, at

MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 50
MAX_DOCSTRING_LINES = 5
BANNED_WORDS = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "handler", "handlers"}


def large_files(source: Source) -> Iterator[Violation]:
    """Finds files that nobody reads in one sitting."""
    length = len(source.lines)
    if length > MAX_FILE_LINES:
        yield at(source, MAX_FILE_LINES, f"{length} lines, {MAX_FILE_LINES} are the limit")


def large_functions(source: Source) -> Iterator[Violation]:
    """Finds functions that do more than one thing. Decorators and docstrings count."""
    for node in source.nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            length = (node.end_lineno or start) - start + 1
            if length > MAX_FUNCTION_LINES:
                yield at(source, node, f"{node.name}: {length} lines, {MAX_FUNCTION_LINES} are the limit")


def busy_package_files(source: Source) -> Iterator[Violation]:
    """Finds packages whose `__init__.py` is more than the sign on the door."""
    if source.name == "__init__.py":
        docstring, *more = source.tree().body or [ast.Pass()]
        if not is_docstring(docstring):
            yield at(source, 1, "holds no docstring: what this room is, who may enter")
        for node in more:
            yield at(source, node, "holds more than a docstring")


def is_docstring(node: ast.stmt) -> bool:
    """Says whether a statement is nothing but a text."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def missing_docstrings(source: Source) -> Iterator[Violation]:
    """Finds modules that do not say what their one job is."""
    if ast.get_docstring(source.tree()) is None:
        yield at(source, 1, "the module does not open with a docstring")


def long_docstrings(source: Source) -> Iterator[Violation]:
    """Finds modules that need a page to say what their one job is."""
    length = len((ast.get_docstring(source.tree()) or "").splitlines())
    if length > MAX_DOCSTRING_LINES:
        yield at(source, 1, f"the module's docstring has {length} lines, {MAX_DOCSTRING_LINES} are the limit")


def vague_names(source: Source) -> Iterator[Violation]:
    """Finds files and folders whose name fits anything."""
    words = {word for part in source.path.removesuffix(".py").split("/") for word in part.split("_")}
    for word in sorted(words & BANNED_WORDS):
        yield at(source, 1, f"`{word}` says nothing: name the file for its one job")
