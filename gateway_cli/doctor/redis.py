"""Checks the Redis that WEIR_REDIS_URL names, with a PING. This version of Weir keeps nothing there."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import SplitResult, unquote, urlsplit

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, doubtful, fine

SUBJECT = "redis"
VARIABLE = "WEIR_REDIS_URL"
USUAL_PORT = 6379
TIMEOUT = 3.0
UNUSED = "this version of Weir does not use it"
ADVICE = "nothing depends on it yet; correct WEIR_REDIS_URL, or take it away"


def check_redis(case: Case) -> Iterator[Finding]:
    """Says nothing where no Redis is named."""
    address = case.environment.get(VARIABLE)
    if not address:
        return
    url = _parsed(address)
    if url is None:
        yield doubtful(SUBJECT, "the address must look like redis://host:port", ADVICE)
        return
    place = f"{url.hostname}:{url.port or USUAL_PORT}"
    try:
        answer = _ping(url)
    except OSError as error:
        yield doubtful(SUBJECT, f"{place} cannot be reached: {error.strerror or error}; {UNUSED}", ADVICE)
        return
    if answer.startswith(b"+PONG"):
        yield fine(SUBJECT, f"{place} answers; {UNUSED}")
    elif answer.startswith((b"-NOAUTH", b"-WRONGPASS", b"-ERR AUTH")):
        yield doubtful(SUBJECT, f"{place} refuses the password; {UNUSED}", ADVICE)
    else:
        yield doubtful(SUBJECT, f"{place} does not answer like Redis; {UNUSED}", ADVICE)


def _parsed(address: str) -> SplitResult | None:
    try:
        url = urlsplit(address)
        usable = url.port != 0 and url.scheme in ("redis", "rediss") and bool(url.hostname)
    except ValueError:
        return None
    return url if usable else None


def _ping(url: SplitResult) -> bytes:
    with closing(socket.create_connection((url.hostname or "", url.port or USUAL_PORT), TIMEOUT)) as plain:
        if url.scheme == "rediss":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=url.hostname) as sealed:
                return _converse(sealed, url)
        return _converse(plain, url)


def _converse(connection: socket.socket, url: SplitResult) -> bytes:
    if url.password:
        words = [b"AUTH", *([unquote(url.username).encode()] if url.username else []), unquote(url.password).encode()]
        refused = _say(connection, *words)
        if not refused.startswith(b"+OK"):
            return refused
    return _say(connection, b"PING")


def _say(connection: socket.socket, *words: bytes) -> bytes:
    connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
    return connection.recv(256)
