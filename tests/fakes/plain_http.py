"""A small HTTP server in a thread that answers every GET alike, and a TCP server that says what it is told."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class PlainHttp:
    """A server that runs, and the requests that it got: path and headers."""

    url: str = ""
    got: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def authority(self) -> str:
        """Gives host and port."""
        return self.url.removeprefix("http://")


@contextmanager
def plain_http(status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Iterator[PlainHttp]:
    """Serves while inside."""
    served = PlainHttp()

    class Answering(BaseHTTPRequestHandler):
        """Answers alike."""

        def do_GET(self) -> None:
            """Keeps the request and answers it."""
            served.got.append((self.path, dict(self.headers)))
            self.send_response_only(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name that is overridden
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@contextmanager
def talker(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serves one connection while inside: whatever comes gets the next answer. Gives the authority, and what came."""
    came: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)

        def converse() -> None:
            connection, _ = listener.accept()
            with connection:
                for answer in answers:
                    came.append(connection.recv(4096))
                    connection.sendall(answer)

        thread = Thread(target=converse)
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}", came
        finally:
            thread.join(10)
