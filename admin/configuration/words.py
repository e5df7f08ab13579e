"""Kinds of values that are words: text, names, choices, truth values, whole numbers, secrets, lists of such."""

import re
from pathlib import Path
from typing import TypeVar

from gateway_cli.configuration.key import Kind, read_or
from gateway_cli.configuration.problem import Wrong, suggest
from gateway_cli.configuration.value import Value
from gateway_core.records.secret import Secret

T = TypeVar("T")

LONGEST_NAME = 200
PRINTABLE = re.compile(r"[!-~]+")
WHOLE = re.compile(r"-?[0-9]{1,18}")
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _read_name(value: Value) -> str:
    if value.is_bare_word:
        raise Wrong("must be text: put it in quotes")
    name = value.text()
    problem = name_problem(name)
    if problem:
        raise Wrong(problem)
    return name


def name_problem(name: str) -> str:
    """Says what is wrong with a name, or nothing. Names travel in headers and metrics, so they are plain ASCII."""
    if not name:
        return "must not be empty"
    if not PRINTABLE.fullmatch(name):
        return "must be printable ASCII without spaces"
    return f"must have at most {LONGEST_NAME} characters" if len(name) > LONGEST_NAME else ""


def _read_truth(value: Value) -> bool:
    truth = TRUTH.get(value.text().lower())
    if truth is None:
        raise Wrong("must be `true` or `false`")
    return truth


def _read_folder(value: Value) -> Path:
    text = value.text()
    if not text or "\0" in text:
        raise Wrong("must be the path of a folder")
    return Path(text)


def one_of(*words: str) -> Kind[str]:
    """Makes the kind for a choice of words, in any case."""
    spelled = ", ".join(f"`{word}`" for word in words)

    def read(value: Value) -> str:
        word = value.text().lower()
        if word not in words:
            raise Wrong(f"must be one of {spelled}{suggest(word, words)}")
        return word

    return Kind(spelled, read)


def whole_number(least: int, most: int) -> Kind[int]:
    """Makes the kind for whole numbers within bounds."""

    def read(value: Value) -> int:
        text = value.text()
        if not WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise Wrong(f"must be a whole number from {least} to {most}")
        return int(text)

    return Kind(f"whole number from {least}", read)


def secret_of(least: int, most: int) -> Kind[Secret]:
    """Makes the kind for secrets, with bounds for their length. They are sent in headers."""

    def read(value: Value) -> Secret:
        text = value.text()
        if not text:
            raise Wrong("is empty")
        if not PRINTABLE.fullmatch(text):
            raise Wrong("must be printable ASCII without spaces or line ends")
        if not least <= len(text) <= most:
            raise Wrong(f"must have {least} to {most} characters")
        return Secret(text)

    return Kind("secret", read)


def list_of(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """Makes the kind for lists. Items that are wrong are noted one by one."""

    def read(value: Value) -> tuple[T, ...]:
        items = [read_or(found, kind, None) for found in value.items()]
        return tuple(item for item in items if item is not None)

    return Kind(f"list of {kind.words}", read)


def comma_list_of(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """Makes the kind for lists that may also be one text with commas, because a variable cannot hold a list."""
    plain = list_of(kind)

    def read(value: Value) -> tuple[T, ...]:
        if value.is_list:
            return plain.read(value)
        parts = [part.strip() for part in value.text().split(",")]
        return tuple(kind.read(value.with_text(part)) for part in parts if part)

    return Kind(f"{plain.words}, or one text with commas", read)


NAME = Kind("text without spaces", _read_name)
FOLDER = Kind("path", _read_folder)
TRUTH_VALUE = Kind("`true` or `false`", _read_truth)
PROVIDER_SECRET = secret_of(1, 8192)
