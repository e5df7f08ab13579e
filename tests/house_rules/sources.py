"""The files of the project as the house rules see them. It knows where files are and no rule."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("admin", "gateway_core", "rest_facade", "gateway_cli", "openai_json")
PYTHON_FOLDERS = (*PACKAGES, "scripts", "tests")


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its path from the root of the project, and its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """Gives the file's own name."""
        return self.path.rpartition("/")[2]

    @property
    def lines(self) -> list[str]:
        """Gives the text line by line."""
        return self.text.splitlines()

    @property
    def module(self) -> str:
        """Gives the name under which a Python file is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def tree(self) -> ast.Module:
        """Gives the syntax tree of a Python file."""
        return parsed(self)

    def nodes(self) -> tuple[ast.AST, ...]:
        """Gives every piece of the syntax of a Python file."""
        return walked(self)

    def is_in(self, *folders: str) -> bool:
        """Says whether the file lies in one of these top folders."""
        return self.path.partition("/")[0] in folders

    def is_python(self) -> bool:
        """Says whether the file is Python that was written by hand."""
        return self.path.endswith(".py") and self.is_in(*PYTHON_FOLDERS)


@cache
def parsed(source: Source) -> ast.Module:
    """Parses a file once, however many rules look at it."""
    return ast.parse(source.text, source.path)


@cache
def walked(source: Source) -> tuple[ast.AST, ...]:
    """Goes through a file once, however many rules look at it."""
    return tuple(ast.walk(parsed(source)))


def ignored_names() -> list[str]:
    """Gives what never belongs to the project, as .gitignore lists it."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return [".git", *(line.strip("/") for line in lines if line and not line.startswith("#"))]


def files_below(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """Finds files, passing over what is ignored."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, name) for name in ignored):
            continue
        if path.is_dir():
            yield from files_below(path, ignored)
        else:
            yield path


@cache
def every_source() -> tuple[Source, ...]:
    """Reads every text file of the project."""
    sources = []
    for path in files_below(ROOT, ignored_names()):
        try:
            sources.append(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return tuple(sources)


def sources_in(*folders: str) -> list[Source]:
    """Gives the hand-written Python files of some top folders."""
    return [source for source in every_source() if source.is_python() and source.is_in(*folders)]
