"""One HTTP question: what comes back, and every way in which nothing does."""

import socket
from datetime import UTC, datetime

import pytest

from gateway_cli.doctor.http_question import NoAnswer, ask
from tests.fakes.deaf_port import deaf_port
from tests.fakes.plain_http import plain_http, talker

DATE = "Mon, 01 Mar 2027 12:00:00 GMT"


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ({"Date": DATE}, datetime(2027, 3, 1, 12, tzinfo=UTC)),
        ({"Date": "yesterday"}, None),
        ({"Date": "Mon, 01 Mar 2027 12:00:00 -0000"}, None),
        ({}, None),
    ],
)
def test_an_answer_has_a_status_a_body_and_a_date(header: dict[str, str], date: datetime | None) -> None:
    with plain_http(418, b"tea", header) as http:
        answer = ask(f"{http.url}/v1/models", 5, {"X-Mine": "1"})
    assert (answer.status, answer.body, answer.date) == (418, b"tea", date)
    assert answer.seconds > 0
    assert (http.got[0][0], http.got[0][1]["X-Mine"]) == ("/v1/models", "1")


def why(url: str, headers: dict[str, str] | None = None) -> str:
    """Gives the sentence for a question that fails."""
    with pytest.raises(NoAnswer) as failed:
        ask(url, 0.3, headers or {})
    return str(failed.value)


def test_every_failure_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assert why(closed) == "it cannot be reached: Connection refused"
    assert why("http://name.invalid/") == "nobody knows its name"
    with deaf_port() as url:
        assert why(url) == "it does not answer within 0.3 s"
    with talker(b"what?\r\n\r\n") as (authority, _):
        assert why(f"http://{authority}/") == "it does not answer in HTTP"
    with talker(b"what?\r\n\r\n") as (authority, _):
        assert why(f"https://{authority}/").startswith("it does not speak TLS: ")


def test_a_credential_that_cannot_be_sent_is_not_shown() -> None:
    with plain_http() as http:
        sentence = why(http.url, {"Authorization": "Bearer s\necret"})
    assert sentence == "its address or credential holds characters that cannot be sent"
