"""What is wrong with a configuration, said so that the reader finds the place. A sentence never quotes a value."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or only doubtful. `source` is a file, if it is known, or a variable, which has no line.

    `path` leads to the key (`models.fast.targets[0].price`), and is empty where the sentence is about the whole file.
    """

    source: str
    line: int | None
    path: str
    sentence: str

    def __str__(self) -> str:
        """Writes the problem the way compilers do, so that editors can jump to it."""
        return ": ".join(part for part in (self._place(), self.path, self.sentence) if part)

    def _place(self) -> str:
        if self.line is None:
            return self.source
        return f"{self.source}:{self.line}" if self.source else f"line {self.line}"


class ConfigurationRefused(Exception):
    """The configuration cannot be used; it carries every problem that was found, not just the first."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Takes the problems in the order in which they should be shown."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Wrong(Exception):
    """A value is not what its key needs. It carries the sentence; whoever reads the key knows the place."""


def suggest(word: str, known: Iterable[str]) -> str:
    """Writes the end of a sentence about an unknown word: the nearest known one, if one is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return f", did you mean `{by_lower[near[0]]}`?" if near else ""
