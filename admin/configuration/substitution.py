"""Puts variables into text: `${NAME}`, `${NAME:-default}`, and `$${` for a literal `${`. What is put in is final."""

import re
from collections.abc import Mapping

from admin.configuration.problem import Wrong

REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?::-(?P<default>[^}]*))?\}|(?P<broken>\$\{)")


def names_in(text: str) -> set[str]:
    """Names the variables that a text refers to."""
    return {match["name"] for match in REFERENCE.finditer(text) if match["name"]}


def substitute(text: str, environment: Mapping[str, str]) -> str:
    """Gives the text with its variables filled in; the default also stands in for an empty variable, as in a shell.

    Raises Wrong if a variable without default is not set, or a reference does not end.
    """

    def fill(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        if match["broken"]:
            raise Wrong("holds a `${` that is no `${NAME}` or `${NAME:-default}`; write `$${` for a literal one")
        if name is None:
            return "${"
        if default is not None:
            return environment.get(name) or default
        if name not in environment:
            raise Wrong(f"the variable `{name}` is not set")
        return environment[name]

    return REFERENCE.sub(fill, text)
