"""What a house rule finds, and what a rule is."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.house_rules.sources import Source


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """A place where a rule does not hold."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Shows the place so that editors find it."""
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that each file keeps or breaks by itself, and which files it is about."""

    applies: Callable[[Source], bool]
    find: Callable[[Source], Iterable[Violation]]

    def broken_by(self, source: Source) -> Iterator[Violation]:
        """Gives the violations of a file."""
        if self.applies(source):
            yield from self.find(source)


def at(source: Source, place: int | ast.AST, what: str) -> Violation:
    """Names a line of a file, or the line of a piece of its syntax."""
    line = place if isinstance(place, int) else getattr(place, "lineno", 1)
    return Violation(source.path, line, what)
