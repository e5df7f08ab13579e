"""Redis, which this version does not use: it is greeted, and never the cause of a failure."""

import socket
from collections.abc import Sequence

import pytest

from gateway_cli.doctor.finding import State
from gateway_cli.doctor.redis import check_redis
from tests.fakes.patients import Said, said, unread_case
from tests.fakes.plain_http import talker

PING = b"*1\r\n$4\r\nPING\r\n"


def about(address: str) -> Said:
    """Gives what is said of a Redis."""
    case = unread_case()
    case.environment = {"WEIR_REDIS_URL": address}
    return said(check_redis, case)


@pytest.mark.parametrize(
    ("login", "answers", "sent", "state", "sentence"),
    [
        ("", [b"+PONG\r\n"], [PING], State.OK, "answers"),
        ("", [b"-NOAUTH Authentication required.\r\n"], [PING], State.WARN, "refuses the password"),
        ("", [b"HTTP/1.1 400\r\n"], [PING], State.WARN, "does not answer like Redis"),
        (":p%40ss@", [b"+OK\r\n", b"+PONG\r\n"], [b"*2\r\n$4\r\nAUTH\r\n$4\r\np@ss\r\n", PING], State.OK, "answers"),
        ("me:pass@", [b"-WRONGPASS\r\n"], [b"*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$4\r\npass\r\n"], State.WARN, "refuses"),
    ],
    ids=["open", "password wanted", "no redis", "password", "wrong password"],
)
def test_redis_is_greeted(
    login: str, answers: Sequence[bytes], sent: Sequence[bytes], state: State, sentence: str
) -> None:
    with talker(*answers) as (authority, came):
        ((found, _, said_of_it),) = about(f"redis://{login}{authority}/0")
    assert (found, came) == (state, sent)
    assert sentence in said_of_it
    assert said_of_it.endswith("this version of Weir does not use it")
    assert "pass" not in said_of_it.replace("password", "")


def test_a_redis_that_is_away_or_speaks_no_tls_is_only_doubtful() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert about(f"redis://127.0.0.1:{port}")[0][0] is State.WARN
    with talker(b"-ERR\r\n") as (authority, _):
        ((state, _, sentence),) = about(f"rediss://{authority}")
    assert state is State.WARN
    assert "cannot be reached" in sentence


@pytest.mark.parametrize("address", ["http://127.0.0.1", "redis://", "redis://a:b:c", "redis://h:99999", "redis://h:0"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    ((state, _, sentence),) = about(address)
    assert (state, sentence) == (State.WARN, "the address must look like redis://host:port")


def test_without_an_address_nothing_is_said() -> None:
    assert said(check_redis, unread_case()) == []
