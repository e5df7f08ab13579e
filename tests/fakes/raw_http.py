"""An HTTP client that sends any bytes at all and reads what comes back, without judging either."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

import msgspec

LIMIT = 20.0
CHAT = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Reads the body."""
        return msgspec.json.decode(self.body, type=dict[str, Any])


@contextmanager
def connected(authority: tuple[str, int]) -> Iterator[socket.socket]:
    """Opens a connection that gives up after a while."""
    with socket.create_connection(authority, timeout=LIMIT) as connection:
        yield connection


def read_reply(connection: socket.socket, method: str = "POST") -> RawReply:
    """Reads one reply."""
    with HTTPResponse(connection, method=method) as response:
        response.begin()
        body = response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return RawReply(response.status, headers, body)


def exchange(authority: tuple[str, int], request: bytes, method: str = "POST") -> RawReply:
    """Sends the bytes and reads one reply."""
    with connected(authority) as connection:
        connection.sendall(request)
        return read_reply(connection, method)


def head(*lines: str | bytes, method: str = "POST", path: str = CHAT) -> bytes:
    """Writes the head of a request, with these header lines and no other but `host`."""
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    return b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), b"host: gateway", *encoded, b"", b""])


def post(body: bytes, *lines: str | bytes, path: str = CHAT) -> bytes:
    """Writes a POST with a JSON body."""
    return head("content-type: application/json", f"content-length: {len(body)}", *lines, path=path) + body
