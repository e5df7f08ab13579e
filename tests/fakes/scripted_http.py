"""A tiny HTTP server in a thread of its own: it answers every request with the same bytes, and keeps what came."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(slots=True)
class ScriptedHttp:
    """What the server sends, where it is, and the requests it got. Without `hold` it closes after its last byte."""

    answer: bytes
    hold: bool = False
    url: str = ""
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)


def response(
    body: bytes, *, status: str = "200 OK", kind: str = "application/json", length: int | None = None
) -> bytes:
    """Writes an answer whose length is told, truly or not."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body) if length is None else length}\r\n"
    return head.encode() + b"\r\n" + body


def event_stream(*events: str) -> bytes:
    """Writes a stream of events that ends when the connection does."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n"
    return head + b"".join(f"data: {event}\n\n".encode() for event in events)


@contextmanager
def scripted_http(answer: bytes, *, hold: bool = False) -> Iterator[ScriptedHttp]:
    """Serves until the block ends. With `hold` connections stay open until `release` is set."""
    script = ScriptedHttp(answer, hold)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            head = b""
            while line := self.rfile.readline().strip():
                head += line + b"\n"
            found = LENGTH.search(head)
            script.heads.append(head)
            script.bodies.append(self.rfile.read(int(found[1]) if found else 0))
            self.wfile.write(script.answer)
            self.wfile.flush()
            if script.hold:
                script.release.wait(30)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        script.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield script
        finally:
            script.release.set()
            server.shutdown()
            thread.join()
