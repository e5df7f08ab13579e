"""Kinds of values that are words: text, names, choices, truth values, whole numbers, secrets, lists of such."""

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from admin.conduct.names import ID_RULE, MODEL_RULE, is_id, is_model_id
from admin.configuration.key import Kind, read_or
from admin.configuration.problem import Wrong, suggest
from admin.configuration.value import Value
from admin.translation.references import LONGEST_PROVIDER_MODEL
from gateway_core.records.secret import Secret

T = TypeVar("T")

LONGEST_PATTERN = 256
LONGEST_DISPLAY_NAME = 200
LONGEST_NETWORK = 64
NO_NETWORK = "must be a network without host bits, such as `10.0.0.0/8` or `2001:db8::/32`"
PRINTABLE = re.compile(r"[!-~]+")
WHOLE = re.compile(r"-?[0-9]{1,19}")
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def _quoted_text(value: Value) -> str:
    """Gives a text; what YAML would take for a number or a truth value needs quotes."""
    if value.is_bare_word:
        raise Wrong("must be text: put it in quotes")
    return value.text()


def _read_id(value: Value) -> str:
    name = _quoted_text(value)
    if not is_id(name):
        raise Wrong(ID_RULE)
    return name


def _read_model_name(value: Value) -> str:
    name = _quoted_text(value)
    if not is_model_id(name):
        raise Wrong(MODEL_RULE)
    return name


def _text(words: str, longest: int, is_good: Callable[[str], bool]) -> Kind[str]:
    """Makes the kind for printable text of 1 to so many characters that passes one more test."""

    def read(value: Value) -> str:
        text = _quoted_text(value)
        if not 1 <= len(text) <= longest or not text.isprintable() or not is_good(text):
            raise Wrong(f"must be {words} of 1 to {longest} characters")
        return text

    return Kind(words, read)


def _read_display_name(value: Value) -> str:
    text = value.text()
    if len(text) > LONGEST_DISPLAY_NAME or not text.isprintable():
        raise Wrong(f"must have at most {LONGEST_DISPLAY_NAME} characters, all of them printable")
    return text


def _read_network(value: Value) -> str:
    text = value.text()
    if len(text) > LONGEST_NETWORK or "%" in text:
        raise Wrong(NO_NETWORK)
    try:
        return str(ipaddress.ip_network(text))
    except ValueError as error:
        raise Wrong(NO_NETWORK) from error


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


def _read_file(value: Value) -> Path:
    text = value.text()
    if not text or "\0" in text:
        raise Wrong("must be the path of a file")
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


def list_of(kind: Kind[T], *, least: int = 0, most: int | None = None) -> Kind[tuple[T, ...]]:
    """Makes the kind for lists, with bounds for their length. Items that are wrong are noted one by one."""

    def read(value: Value) -> tuple[T, ...]:
        count = len(value.items())
        if count < least or (most is not None and count > most):
            raise Wrong(f"must have {least} to {most} entries" if most else "must have at least one entry")
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


ID = Kind("name", _read_id)
MODEL_NAME = Kind("name of a model", _read_model_name)
PROVIDER_MODEL = _text("text without spaces", LONGEST_PROVIDER_MODEL, lambda text: " " not in text)
PATTERN = _text("text", LONGEST_PATTERN, bool)
DISPLAY_NAME = Kind("text", _read_display_name)
NETWORK = Kind("networks", _read_network)
FOLDER = Kind("path", _read_folder)
FILE = Kind("path", _read_file)
TRUTH_VALUE = Kind("`true` or `false`", _read_truth)
PROVIDER_SECRET = secret_of(1, 8192)
