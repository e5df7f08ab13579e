"""Collects everything that is wrong with a request, so that it is said at once."""

from collections.abc import Sequence

from gateway_core.errors import FieldViolation, InvalidRequest

MOST_SHOWN = 20


class Violations:
    """What is wrong so far. Translators note, services raise."""

    def __init__(self) -> None:
        """Starts with nothing wrong."""
        self._found: list[FieldViolation] = []

    def note(self, field: str, description: str) -> None:
        """Adds what is wrong with a field."""
        self._found.append(FieldViolation(field, description))

    def check_text(self, field: str, text: str, *, longest: int, required: bool = False) -> str:
        """Notes a text that is too long, or holds what no database and no terminal takes; gives it back."""
        if required and not text:
            self.note(field, "is required")
        elif len(text) > longest:
            self.note(field, f"must have at most {longest} characters")
        elif not text.isprintable():
            self.note(field, "must hold printable characters only")
        return text

    def check_range(self, field: str, number: int, least: int, most: int) -> int:
        """Notes a number that is out of bounds; gives it back."""
        if not least <= number <= most:
            self.note(field, f"must be {least} to {most}")
        return number

    @property
    def found(self) -> Sequence[FieldViolation]:
        """Gives what is wrong."""
        return self._found

    def refuse(self) -> None:
        """Raises InvalidRequest if anything is wrong."""
        if self._found:
            first = self._found[0]
            more = len(self._found) - 1
            sentence = f"{first.field}: {first.description}" + (f" (and {more} more)" if more else "")
            raise InvalidRequest(sentence, violations=tuple(self._found[:MOST_SHOWN]))
