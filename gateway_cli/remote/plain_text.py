"""Makes text from elsewhere fit to be shown on one line of a terminal."""

import re
from typing import Final

NOT_SHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def plain(text: str) -> str:
    """Replaces what would command the terminal, end the line or turn its direction by a blank."""
    return NOT_SHOWN.sub(" ", text)
