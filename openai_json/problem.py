"""The one failure of this package: a value that does not fit its field. Knows no status codes and no error bodies."""

from typing import Literal

ProblemCode = Literal["invalid_type", "invalid_value", "missing_required_parameter"]

# A name a caller made up (a key of `metadata`) may be as long as the body.
LONGEST_STEP = 64

JSON_TYPE_NAMES = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a decimal number",
    list: "an array",
    dict: "an object",
    type(None): "null",
}


class FieldProblem(Exception):
    """Says which field is wrong (`path`), what is wrong with it (`message`) and how clients may tell (`code`)."""

    def __init__(self, path: str, message: str, code: ProblemCode) -> None:
        """Takes the path as far as it is known where the problem is seen; it is empty for the value itself."""
        super().__init__(message)
        self.path = path
        self.message = message
        self.code: ProblemCode = code

    def rise(self, step: str) -> None:
        """Puts a step (`messages`, `[2]`) in front of the path, as the problem rises out of a field or an array."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        self.path = f"{step[:LONGEST_STEP]}{joint}{self.path}"

    def __str__(self) -> str:
        """Reads as a sentence that names the field."""
        return f"{self.path}: {self.message}" if self.path else self.message


def wrong_type(expected: str, value: object) -> FieldProblem:
    """Makes the problem of a value whose JSON type is not the one expected (`a string`)."""
    got = JSON_TYPE_NAMES.get(type(value), "something that is no JSON")
    return FieldProblem("", f"expected {expected}, got {got}", "invalid_type")
