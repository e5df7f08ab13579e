"""What no Python file of the house does."""

import ast
import re
from collections.abc import Iterator

from tests.house_rules.sources import Source
from tests.house_rules.violation import Violation, at

ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
EVERYTHING = {"Exception", "BaseException"}
SILENCED = re.compile(
    r"#\s*(noqa|type:\s*ignore|pragma:\s*no\s+cover)(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*|\[[a-z, -]*\])?"
)
MIN_WORDS = 2


def buried_imports(source: Source) -> Iterator[Violation]:
    """Finds imports inside functions: what a file depends on stands at its top."""
    for function in source.nodes():
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield at(source, node, "import inside a function")


def global_statements(source: Source) -> Iterator[Violation]:
    """Finds functions that change their module."""
    for node in source.nodes():
        if isinstance(node, ast.Global):
            yield at(source, node, f"global {', '.join(node.names)}")


def catch_all(source: Source) -> Iterator[Violation]:
    """Finds handlers that hide faults: only a listed boundary may catch everything."""
    for node in source.nodes():
        if isinstance(node, ast.ExceptHandler) and catches_everything(node.type):
            yield at(source, node, "catches everything")


def catches_everything(caught: ast.expr | None) -> bool:
    """Says whether a handler is for any exception."""
    if caught is None:
        return True
    if isinstance(caught, ast.Tuple):
        return any(catches_everything(one) for one in caught.elts)
    return isinstance(caught, ast.Name) and caught.id in EVERYTHING


def environment_reads(source: Source) -> Iterator[Violation]:
    """Finds reads of the environment: settings are read once, by gateway_cli."""
    for node in source.nodes():
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names = [node.attr] if node.value.id == "os" else []
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in sorted(ENVIRONMENT & set(names)):
            yield at(source, node, f"reads os.{name}")


def unexplained_silence(source: Source) -> Iterator[Violation]:
    """Finds warnings that are switched off without a reason on the line."""
    for number, line in enumerate(source.lines, 1):
        found = SILENCED.search(line)
        if found and len(re.findall(r"[A-Za-z]{1,}", line[found.end() :])) < MIN_WORDS:
            yield at(source, number, f"`{found[0]}` without a reason behind it")
