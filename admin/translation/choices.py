"""Enums of the contract, read into the words that records hold."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from admin.conduct.violations import Violations

C = TypeVar("C", bound=int)


def turned(choices: Mapping[str, C]) -> Mapping[C, str]:
    """Gives the words by the values of an enum."""
    return MappingProxyType({value: word for word, value in choices.items()})


def named(choices: Mapping[str, C]) -> Mapping[str, str]:
    """Gives the words by the names that filters know them by: those of the contract, without the enum's own."""
    return MappingProxyType({word.upper(): word for word in choices})


def read_choice(field: str, given: C, words: Mapping[C, str], usual: str, violations: Violations) -> str:
    """Gives the word for a value of an enum, and `usual` for the one that says nothing."""
    word = words.get(given)
    if word is None and given:
        violations.note(field, "is not a value that is known here")
    return usual if word is None else word
