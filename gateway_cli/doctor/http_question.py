"""Asks one HTTP question and tells what came back, or why nothing did. It follows nothing and repeats nothing."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import gaierror
from time import monotonic
from types import MappingProxyType
from urllib.parse import urlsplit

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
ENOUGH = 1024 * 1024


class NoAnswer(Exception):
    """Nothing came back; the sentence says why, and quotes no header."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: at most a mebibyte of it, after how many seconds, and the time on the server's clock."""

    status: int
    body: bytes
    seconds: float
    date: datetime | None


def ask(url: str, timeout: float, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """Sends a GET. Raises NoAnswer."""
    began = monotonic()
    try:
        connection = _connection(url, timeout)
        try:
            parts = urlsplit(url)
            connection.request("GET", parts.path or "/", headers={"Accept": "*/*", **headers})
            reply = connection.getresponse()
            return Answer(reply.status, reply.read(ENOUGH), monotonic() - began, _date(reply.getheader("date")))
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(_why(error, timeout)) from error


def _connection(url: str, timeout: float) -> HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        return HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=timeout)


def _why(error: Exception, timeout: float) -> str:
    sentences: tuple[tuple[type[Exception], str], ...] = (
        (ssl.SSLCertVerificationError, f"its certificate is not trusted: {getattr(error, 'verify_message', '')}"),
        (ssl.SSLError, f"it does not speak TLS: {getattr(error, 'reason', '')}"),
        (TimeoutError, f"it does not answer within {timeout:g} s"),
        (gaierror, "nobody knows its name"),
        (OSError, f"it cannot be reached: {getattr(error, 'strerror', None) or 'the connection broke'}"),
        (HTTPException, "it does not answer in HTTP"),
        (ValueError, "its address or credential holds characters that cannot be sent"),
    )
    return next(sentence for kind, sentence in sentences if isinstance(error, kind))


def _date(header: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return date if date.tzinfo else None
