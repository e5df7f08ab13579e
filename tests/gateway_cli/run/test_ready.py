"""What a gateway says when it is ready: what is shown once, and then one line."""

from msgspec.json import decode

from gateway_cli.run.issued import Issued
from gateway_cli.run.ready import announce, show_issued
from gateway_core.records.secret import Secret

ISSUED = (
    Issued("api_key", Secret("gw_live_a")),
    Issued("admin_token", Secret("wadm_b")),
    Issued("users/alice/apiKeys/laptop", Secret("gw_live_c")),
)
ADDRESSES = {"http": "http://127.0.0.1:8080", "admin": "127.0.0.1:50052"}


def test_for_people_it_is_text() -> None:
    said: list[str] = []
    show_issued(said.append, ISSUED, log_format="text")
    announce(said.append, ADDRESSES, log_format="text")
    assert said == [
        "api key (shown once, keep it): gw_live_a",
        "admin token (shown once, keep it): wadm_b",
        "users/alice/apiKeys/laptop (shown once, keep it): gw_live_c",
        "weir is ready: http http://127.0.0.1:8080, admin 127.0.0.1:50052",
    ]


def test_for_scripts_it_is_json() -> None:
    said: list[str] = []
    show_issued(said.append, ISSUED[2:], log_format="json")
    announce(said.append, ADDRESSES, log_format="json")
    assert [decode(line) for line in said] == [
        {"event": "issued", "credential": "users/alice/apiKeys/laptop", "value": "gw_live_c"},
        {"event": "ready", **ADDRESSES},
    ]
