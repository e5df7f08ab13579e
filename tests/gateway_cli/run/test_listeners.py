"""Where a process listens, in the order in which people look for it."""

from pathlib import Path

from admin.process_facts import Listening
from admin.settings import AdminTls
from gateway_cli.run.listeners import Listeners

TLS = AdminTls(Path("server.crt"), Path("server.key"))
MUTUAL = AdminTls(Path("server.crt"), Path("server.key"), Path("clients.pem"))


def test_addresses_are_listed_in_one_order_whenever_they_become_known() -> None:
    listeners = Listeners()
    assert listeners.known() == []
    listeners.add("metrics", "127.0.0.1:9464")
    listeners.add("admin", "127.0.0.1:50052")
    listeners.add("channelz", None)
    listeners.add("grpc", "unix:/run/weir.sock")
    listeners.add("http", "127.0.0.1:8080")
    assert [listening.name for listening in listeners.known()] == ["http", "grpc", "admin", "metrics"]
    assert list(listeners.links().items()) == [
        ("http", "http://127.0.0.1:8080"),
        ("grpc", "unix:/run/weir.sock"),
        ("admin", "127.0.0.1:50052"),
        ("metrics", "http://127.0.0.1:9464/metrics"),
    ]


def test_tls_is_told_and_whether_clients_need_a_certificate() -> None:
    listeners = Listeners()
    listeners.add("http", "127.0.0.1:8080")
    listeners.add("admin", "127.0.0.1:1", TLS)
    assert listeners.known()[1] == Listening("admin", "127.0.0.1:1", tls=True)
    listeners.add("admin", "127.0.0.1:1", MUTUAL)
    assert listeners.known()[1] == Listening("admin", "127.0.0.1:1", tls=True, mutual_tls=True)
