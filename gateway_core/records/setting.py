"""A choice that holds for the whole gateway and can be changed while it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """A value by its name, written as JSON."""

    name: str
    value: str
