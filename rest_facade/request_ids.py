"""Makes ids for requests that come without one."""

from secrets import token_hex
from typing import Final

DIGITS: Final = 32
STOCK: Final = 256


class RequestIds:
    """Gives ids that nobody else has. Randomness is fetched for many at once: each fetch is a system call."""

    def __init__(self) -> None:
        """Starts without a stock, so that processes forked later do not share it."""
        self._stock: list[str] = []

    def new(self) -> str:
        """Makes an id."""
        if not self._stock:
            digits = token_hex(STOCK * DIGITS // 2)
            self._stock = [digits[start : start + DIGITS] for start in range(0, len(digits), DIGITS)]
        return f"req_{self._stock.pop()}"
