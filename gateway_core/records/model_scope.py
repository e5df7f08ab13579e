"""Which models a key may ask for: names and patterns, made ready for quick answers. It knows no models."""

from collections.abc import Sequence
from dataclasses import dataclass

ANY_RUN = "*"
SHOWN_PATTERNS = 10
SHOWN_LENGTH = 80


class ModelScope:
    """Patterns in which `*` stands for any run of characters, slashes included. A pattern must fit the whole name.

    No regular expressions: what callers ask for must not be able to make the answer slow.
    """

    __slots__ = ("_names", "_patterns", "patterns")

    def __init__(self, patterns: Sequence[str]) -> None:
        """Takes names and patterns as administrators write them."""
        self.patterns = tuple(patterns)
        self._names = frozenset(pattern for pattern in patterns if ANY_RUN not in pattern)
        self._patterns = tuple(_Pattern.read(pattern) for pattern in patterns if ANY_RUN in pattern)

    def allows(self, name: str) -> bool:
        """Says whether a model of this name is in the scope."""
        return name in self._names or any(pattern.fits(name) for pattern in self._patterns)

    def describe(self) -> str:
        """Lists the patterns for people, the first of them if there are many."""
        shown = [
            one if len(one) <= SHOWN_LENGTH else f"{one[:SHOWN_LENGTH]}…" for one in self.patterns[:SHOWN_PATTERNS]
        ]
        more = len(self.patterns) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What a name must begin and end with, and what must come between, in this order."""

    head: str
    between: tuple[str, ...]
    tail: str

    @classmethod
    def read(cls, text: str) -> "_Pattern":
        """Takes a pattern with at least one `*` apart."""
        head, *between, tail = text.split(ANY_RUN)
        return cls(head, tuple(part for part in between if part), tail)

    def fits(self, name: str) -> bool:
        """Says whether the whole name fits. The leftmost place for each part is as good as any other."""
        end = len(name) - len(self.tail)
        at = len(self.head)
        if at > end or not name.startswith(self.head) or not name.endswith(self.tail):
            return False
        for part in self.between:
            found = name.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return True
