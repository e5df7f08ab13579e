"""HTTP that no honest client speaks: sizes out of all proportion, headers that lie, connections that dawdle."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import orjson
import pytest

from tests.end_to_end.test_malformed_requests import HELLO, check_alive, check_refusal
from tests.fakes.gateways import GATEWAYS, Gateway
from tests.fakes.process_figures import peak_bytes, resident_bytes
from tests.fakes.raw_http import RawReply, connected, exchange, head, post, read_reply

MEBIBYTE = 1024 * 1024
HUNDRED_MEGABYTES = 100 * 1000 * 1000
GROWTH = 50 * MEBIBYTE
PIECE = b"a" * MEBIBYTE
BODY = orjson.dumps(HELLO)


@pytest.fixture(params=list(GATEWAYS))
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gateway]:
    """Gives a gateway whose memory nobody has used yet."""
    kind: str = request.param
    with GATEWAYS[kind](tmp_path / "gateway") as running:
        check_alive(running)
        yield running


def send_until_hung_up(connection: socket.socket, pieces: int, *, chunked: bool) -> None:
    """Sends the body for as long as somebody takes it."""
    try:
        for _ in range(pieces):
            connection.sendall(b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
    except ConnectionError:
        return


def test_a_hundred_megabytes_are_refused_without_being_kept(fresh: Gateway) -> None:
    before = resident_bytes(fresh.front.pid)
    for length in (f"content-length: {HUNDRED_MEGABYTES}", "transfer-encoding: chunked"):
        with connected(fresh.authority) as connection:
            connection.sendall(head(f"authorization: Bearer {fresh.key}", "content-type: application/json", length))
            send_until_hung_up(connection, HUNDRED_MEGABYTES // MEBIBYTE, chunked="chunked" in length)
            reply = read_reply(connection)
        assert check_refusal(reply, 413)["code"] == "request_too_large"
        check_alive(fresh)
    growth = peak_bytes(fresh.front.pid) - before
    sys.stdout.write(f"bodies of 100 MB: memory grew by {growth / MEBIBYTE:.0f} MiB at most\n")
    assert growth < GROWTH


def test_a_length_that_is_too_large_is_refused_before_the_body(gateway: Gateway) -> None:
    with connected(gateway.authority) as connection:
        connection.sendall(head(f"authorization: Bearer {gateway.key}", f"content-length: {HUNDRED_MEGABYTES}"))
        reply = read_reply(connection)
    check_refusal(reply, 413)


LARGE_HEADERS = [
    (head("x-padding: " + "a" * 65_536, method="GET", path="/livez"), 431),
    (head(*[f"x-padding-{number}: {'a' * 1000}" for number in range(100)], method="GET", path="/livez"), 431),
    (head(method="GET", path="/" + "a" * 70_000), 431),
    (head("x-padding: " + "a" * 40_000, method="GET", path="/livez"), 200),
]


@pytest.mark.parametrize(("request_", "status"), LARGE_HEADERS, ids=["one", "many", "url", "fits"])
def test_headers_have_a_limit(gateway: Gateway, request_: bytes, status: int) -> None:
    reply = exchange(gateway.authority, request_, "GET")
    if status == 200:
        assert reply.status == 200
    else:
        check_refusal(reply, status)
    check_alive(gateway)


def test_headers_that_never_end_are_cut_off(gateway: Gateway) -> None:
    with connected(gateway.authority) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nhost: gateway\r\nx-endless: ")
        send_until_hung_up(connection, 8, chunked=False)
        check_refusal(read_reply(connection, "GET"), 431)
    check_alive(gateway)


NONSENSE = {
    "control characters in a header": head(b"x-odd: a\x00b", b"content-length: 0"),
    "a control character in a name": head(b"x-\x07odd: a", b"content-length: 0"),
    "a header without a colon": head("nonsense", "content-length: 0"),
    "a header with a blank name": head(": value", "content-length: 0"),
    "two lengths": head("content-length: 2", "content-length: 3") + b"{}x",
    "a length and chunks": head("content-length: 2", "transfer-encoding: chunked") + b"0\r\n\r\n",
    "a length that is no number": head("content-length: two") + b"{}",
    "a negative length": head("content-length: -1") + b"{}",
    "a length beyond all numbers": head("content-length: " + "9" * 40),
    "an unknown transfer encoding": head("transfer-encoding: squeezed") + b"{}",
    "a chunk size that is no number": head("transfer-encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk that is longer than it says": head("transfer-encoding: chunked") + b"2\r\n{}{}{}\r\n0\r\n\r\n",
    "no HTTP at all": b"HELLO THERE\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\nhost: a\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
}


@pytest.mark.parametrize("name", list(NONSENSE))
def test_nonsense_is_refused(gateway: Gateway, name: str) -> None:
    authorization = f"\r\nauthorization: Bearer {gateway.key}\r\n".encode()
    request = NONSENSE[name].replace(b"\r\nhost: gateway\r\n", b"\r\nhost: gateway" + authorization, 1)
    check_refusal(exchange(gateway.authority, request), 400)
    check_alive(gateway)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("content-type: multipart/form-data; boundary=x",), 415),
        (("content-type: application/x-www-form-urlencoded",), 415),
        (("content-encoding: gzip",), 415),
        (("x-request-timeout: soon",), 400),
        (("x-request-timeout: -1",), 400),
        (("x-request-timeout: 0",), 400),
        (("x-request-timeout: 1e9",), 400),
        (("x-request-timeout: 5", "x-request-timeout: 6"), 400),
        (("tracestate: " + "a" * 8000,), 431),
        (("content-type: text/plain",), 200),
        (("x-request-id: " + "a" * 9000,), 200),
        (("x-request-id: \u00e9",), 200),
        (("traceparent: nonsense", "tracestate: a=1", "tracestate: b=2"), 200),
        (("accept-encoding: gzip", "accept: text/html", "cookie: a=b", "connection: close"), 200),
        (("connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQAAP__"), 200),
    ],
    ids=lambda value: repr(value)[:50],
)
def test_headers_that_mean_something(gateway: Gateway, lines: tuple[str, ...], status: int) -> None:
    encoded = [line.encode("latin-1") for line in lines]
    length, kind = f"content-length: {len(BODY)}", "content-type: application/json"
    given = [] if any(line.startswith("content-type") for line in lines) else [kind]
    request = head(*given, length, f"authorization: Bearer {gateway.key}", *encoded) + BODY
    reply = exchange(gateway.authority, request)
    if status == 200:
        assert reply.status == 200, reply.body
    else:
        param = "x-request-timeout" if "x-request-timeout" in lines[0] and len(lines) == 1 else None
        check_refusal(reply, status, param)


def test_a_connection_that_leaves_in_mid_request_hurts_nobody(gateway: Gateway) -> None:
    whole = post(BODY, f"authorization: Bearer {gateway.key}")
    for length in range(1, len(whole), 7):
        with connected(gateway.authority) as connection:
            connection.sendall(whole[:length])
    check_alive(gateway)


def test_a_request_that_comes_byte_by_byte_is_answered(gateway: Gateway) -> None:
    with connected(gateway.authority) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in post(BODY, f"authorization: Bearer {gateway.key}"):
            connection.sendall(bytes([byte]))
        assert read_reply(connection).status == 200


def test_requests_that_come_all_at_once_are_answered_in_order(gateway: Gateway) -> None:
    good = post(BODY, f"authorization: Bearer {gateway.key}", "x-request-id: good")
    bad = post(b"{}", f"authorization: Bearer {gateway.key}", "x-request-id: bad")
    with connected(gateway.authority) as connection, connection.makefile("rb") as stream:
        connection.sendall(good + bad + good)
        replies = [read_in_turn(stream) for _ in range(3)]
    assert [(reply.status, reply.headers["x-request-id"]) for reply in replies] == [
        (200, "good"),
        (400, "bad"),
        (200, "good"),
    ]


def read_in_turn(stream: BinaryIO) -> RawReply:
    """Reads one of several replies."""
    status = int(stream.readline().split()[1])
    headers = {}
    while line := stream.readline().decode("latin-1").strip():
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    return RawReply(status, headers, stream.read(int(headers["content-length"])))


def test_a_client_may_wait_to_be_asked_for_its_body(gateway: Gateway) -> None:
    with connected(gateway.authority) as connection, connection.makefile("rb") as stream:
        expecting = ("expect: 100-continue", f"authorization: Bearer {gateway.key}", f"content-length: {len(BODY)}")
        connection.sendall(head(*expecting))
        assert stream.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert stream.readline() == b"\r\n"
        connection.sendall(BODY)
        assert read_in_turn(stream).status == 200
