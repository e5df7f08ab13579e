"""Metadata as the network would carry it: what it refuses is refused here, what it turns into text is text here."""

import re
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

import grpc

MetadataLike: TypeAlias = grpc.aio.Metadata | Iterable[tuple[str, str | bytes]]

KEY = re.compile(r"[0-9a-z_.\-]+")

KEPT_BY_TRANSPORT = frozenset(
    {
        "content-type",
        "grpc-accept-encoding",
        "grpc-encoding",
        "grpc-internal-encoding-request",
        "grpc-message",
        "grpc-status",
        "grpc-timeout",
        "te",
        "user-agent",
    }
)


class Metadatum(NamedTuple):
    """One pair, as handlers see it."""

    key: str
    value: str | bytes


USER_AGENT = Metadatum("user-agent", f"grpc-python-asyncio/{grpc.__version__} (inprocess)")


def carry(metadata: MetadataLike) -> tuple[Metadatum, ...]:
    """Gives the metadata that arrives at the other end.

    Raises grpc.aio.InternalError for a key or value that HTTP/2 cannot carry, and TypeError for the wrong type.
    """
    return tuple([Metadatum(*_carry_pair(key, value)) for key, value in metadata])


def carry_request(metadata: MetadataLike | None) -> tuple[Metadatum, ...]:
    """Gives what a handler sees of the metadata that a caller sends: the user agent first, equal keys together."""
    if not metadata:
        return (USER_AGENT,)
    pairs = [pair for pair in carry(metadata) if pair.key not in KEPT_BY_TRANSPORT]
    if len({pair.key for pair in pairs}) < len(pairs):
        pairs = [Metadatum(*pair) for pair in grpc.aio.Metadata(*pairs)]
    return (USER_AGENT, *pairs)


def check_trailing(metadata: object) -> None:
    """Raises TypeError for trailing metadata that are no pairs, in the words of the library."""
    if not isinstance(metadata, Iterable) or not all(_is_pair(item) for item in metadata):
        raise TypeError(
            f"Invalid trailing metadata type, expected Tuple[Tuple[str, Union[str, bytes]]...]: {metadata!r}"
        )


def _is_pair(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], str | bytes)  # noqa: PLR2004 # a pair


def _carry_pair(key: str | bytes, value: str | bytes) -> tuple[str, str | bytes]:
    name = key if isinstance(key, str) else key.decode("latin-1")
    if KEY.fullmatch(name) is None:
        raise grpc.aio.InternalError(f"Illegal metadata key {name!r}")
    if name.endswith("-bin"):
        if not isinstance(value, bytes):
            raise TypeError(f'Binary metadata key="{name}" expected bytes, got {type(value)}')
        return name, value
    if not isinstance(value, str | bytes):
        raise TypeError(f"Expected str, not {type(value)}")
    text = value if isinstance(value, str) else value.decode("latin-1")
    if not (text.isascii() and text.isprintable()):
        raise grpc.aio.InternalError(f"Illegal value for metadata key {name!r}")
    return name, text
