"""A secret value that cannot be printed, logged, formatted or pickled by accident."""

from typing import NoReturn, final

MASK = "***"


@final
class Secret:
    """Holds a secret; only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        """Takes the value to hide."""
        self._value = value

    def reveal(self) -> str:
        """Gives the value to the one place that must send it."""
        return self._value

    def __repr__(self) -> str:
        """Shows nothing."""
        return MASK

    def __eq__(self, other: object) -> bool:
        """Compares by value, so that settings that hold secrets can be compared."""
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        """Hashes by value."""
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        """Refuses to be pickled or copied out."""
        raise TypeError("a secret cannot be pickled")
