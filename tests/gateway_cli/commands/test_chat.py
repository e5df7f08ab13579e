"""`weir chat` against real sockets: what it sends, what it shows, and how it ends."""

import io
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

import aiohttp
import msgspec
import pytest
import typer
from typer.testing import CliRunner, Result

from gateway_cli.__main__ import build
from gateway_cli.chat.client import ChatFailed, ask
from gateway_cli.chat.messages import Question
from gateway_cli.commands.chat import text_to_say
from tests.fakes.scripted_http import ScriptedHttp, event_stream, response, scripted_http

HELLO = '{"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}'
THERE = '{"choices":[{"index":0,"delta":{"content":"lo\\u2028\\u001b[31m"},"finish_reason":"stop"}]}'
USAGE = '{"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}'
BROKEN = '{"error":{"message":"the provider broke","type":"upstream_error","code":"UPSTREAM_ERROR"}}'
STREAM = event_stream(HELLO, THERE, USAGE, "[DONE]")
WHOLE = b'{"model":"m","choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"length"}]}'
NOT_ACCEPTED = "the gateway does not accept the key: give one with --key or WEIR_API_KEY"
CUT = "the answer is incomplete: the stream ended before its end mark"
NO_GATEWAY = "the answer cannot be read: is this a gateway?"

FAILURES = [
    (event_stream(HELLO), "Hel\n", CUT),
    (event_stream(), "", CUT),
    (response(b"data: {}", kind="text/event-stream", length=99), "", CUT),
    (b"", "", CUT),
    (event_stream(HELLO, BROKEN), "Hel\n", "the provider broke"),
    (event_stream(HELLO, '{"error":{}}', "[DONE]"), "Hel\n", "the gateway reports an error without a message"),
    (event_stream(HELLO, "{oops", "[DONE]"), "Hel\n", NO_GATEWAY),
    (event_stream("x" * (33 * 1024 * 1024)), "", NO_GATEWAY),
    (response(b"<html>", kind="text/html"), "", NO_GATEWAY),
    (response(b'{"choices":[]}'), "", NO_GATEWAY),
    (response(b"\xff\xff"), "", NO_GATEWAY),
    (response(WHOLE, length=500), "", CUT),
    (response(BROKEN.encode()), "", "the provider broke"),
    (response(b"", status="401 Unauthorized"), "", NOT_ACCEPTED),
    (response(BROKEN.encode(), status="401 Unauthorized"), "", f"{NOT_ACCEPTED} (the provider broke)"),
    (response(BROKEN.encode(), status="404 Not Found"), "", "the provider broke"),
    (response(b"gone", status="502 Bad Gateway"), "", "the gateway answers with status 502"),
]


class Terminal(io.StringIO):
    """A standard input at which somebody sits."""

    def isatty(self) -> bool:
        """Says so."""
        return True


def run(
    arguments: Sequence[str], *, stdin: str | bytes | None = None, variables: Mapping[str, str | None] | None = None
) -> Result:
    """Runs `weir chat` in this process, with no variables but these."""
    without = {"WEIR_URL": None, "WEIR_API_KEY": None}
    return CliRunner().invoke(build(["chat"]), ["chat", *arguments], input=stdin, env={**without, **(variables or {})})


def sent(server: ScriptedHttp) -> dict[str, object]:
    """Gives the one body that came."""
    (body,) = server.bodies
    return msgspec.json.decode(body, type=dict[str, object])


def test_a_stream_is_shown_as_text_and_summed_up_on_stderr() -> None:
    with scripted_http(STREAM) as server:
        result = run(["hello", "--url", server.url])
    assert result.exit_code == 0
    assert result.stdout == "Hello\u2028[31m\n"
    assert result.stderr.startswith("m | 5 tokens in, 2 out | ")
    assert result.stderr.endswith(" s\n")
    assert sent(server) == {
        "model": "weir-demo",
        "messages": [{"role": "user", "content": "hello"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert b"POST /v1/chat/completions" in server.heads[0]
    assert b"authorization" not in server.heads[0].lower()


def test_model_system_and_key_are_sent() -> None:
    with scripted_http(STREAM) as server:
        run(["hi", "--url", f"{server.url}/v1/", "--model", "fast", "--system", "be brief", "--key", " gw_key\n"])
    assert sent(server)["model"] == "fast"
    assert sent(server)["messages"] == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "hi"},
    ]
    assert b"authorization: bearer gw_key\n" in server.heads[0].lower()
    assert b"POST /v1/chat/completions" in server.heads[0]


def test_address_and_key_come_from_variables_too() -> None:
    with scripted_http(STREAM) as server:
        result = run(["hi"], variables={"WEIR_URL": server.url, "WEIR_API_KEY": "gw_env"})
    assert result.exit_code == 0
    assert b"authorization: bearer gw_env\n" in server.heads[0].lower()


def test_a_whole_reply_is_shown_and_an_unusual_end_is_named() -> None:
    with scripted_http(response(WHOLE)) as server:
        result = run(["hi", "--url", server.url, "--no-stream"])
    assert result.stdout == "Hello\n"
    assert result.stderr.startswith("m | ")
    assert result.stderr.endswith(" s | ended by length\n")
    assert "stream" not in sent(server)


def test_a_server_that_does_not_stream_is_understood() -> None:
    with scripted_http(response(WHOLE)) as server:
        assert run(["hi", "--url", server.url]).stdout == "Hello\n"


def test_a_refusal_of_the_model_is_shown_as_its_answer() -> None:
    chunk = '{"choices":[{"delta":{"refusal":"No."}},{"delta":{"content":"second"}}]}'
    with scripted_http(event_stream(chunk, "", "[DONE]")) as server:
        assert run(["hi", "--url", server.url]).stdout == "No.\n"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(STREAM, [HELLO, THERE, USAGE]), (response(WHOLE), [WHOLE.decode()])],
)
def test_json_is_written_as_it_came(answer: bytes, expected: list[str]) -> None:
    with scripted_http(answer) as server:
        assert run(["hi", "--url", server.url, "--json"]).stdout.splitlines() == expected


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_without_a_text_stdin_is_read(arguments: list[str]) -> None:
    with scripted_http(STREAM) as server:
        result = run([*arguments, "--url", server.url], stdin=b"from\nstdin \xff")
    assert result.exit_code == 0
    assert sent(server)["messages"] == [{"role": "user", "content": "from\nstdin \ufffd"}]


def test_text_that_is_no_unicode_is_sent_as_far_as_it_is() -> None:
    with scripted_http(STREAM) as server:
        run(["a\udcffb", "--url", server.url])
    assert sent(server)["messages"] == [{"role": "user", "content": "a?b"}]


@pytest.mark.parametrize(("answer", "shown", "sentence"), FAILURES)
def test_what_is_not_an_answer_ends_in_status_one_and_says_why(answer: bytes, shown: str, sentence: str) -> None:
    with scripted_http(answer) as server:
        result = run(["hi", "--url", server.url])
    assert (result.exit_code, result.stdout, result.stderr) == (1, shown, f"weir chat: {sentence}\n")


def test_nobody_there_says_how_to_start_a_gateway() -> None:
    with scripted_http(b"") as server:
        url = server.url
    result = run(["hi", "--url", url])
    assert result.exit_code == 1
    assert result.stderr == f"weir chat: no gateway answers at {url}; start one with `weir up`\n"


@pytest.mark.parametrize("url", ["nonsense", "http://[::1", "ftp://localhost"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    result = run(["hi", "--url", url])
    assert result.exit_code == 1
    assert result.stderr == f"weir chat: {url} is no address of a gateway\n"


@pytest.mark.parametrize("key", ["k\ney", "k\u00e4y"])
def test_a_key_that_cannot_be_sent_is_refused_without_repeating_it(key: str) -> None:
    result = run(["hi", "--key", key])
    assert result.exit_code == 2
    assert "the key holds characters that no key has" in result.stderr
    assert "ey" not in result.stderr.replace("key", "").replace("they", "")


def test_a_terminal_is_not_waited_for() -> None:
    with pytest.raises(typer.BadParameter, match="there is nothing to say"):
        text_to_say(None, Terminal())


async def test_a_gateway_that_is_silent_for_too_long_is_given_up() -> None:
    with scripted_http(event_stream(HELLO), hold=True) as server:
        question = Question(url=server.url, key="", model="m", text="hi")
        with pytest.raises(ChatFailed, match="silent for too long"):
            await ask(question, lambda _raw, _reply: None, aiohttp.ClientTimeout(sock_read=0.05))


def test_ctrl_c_ends_the_line_and_the_process_with_status_130() -> None:
    with scripted_http(event_stream(HELLO), hold=True) as server:
        command = [sys.executable, "-m", "gateway_cli", "chat", "hi", "--url", server.url]
        pipe = subprocess.PIPE
        with subprocess.Popen(command, stdout=pipe, stderr=pipe) as process:  # noqa: S603 -- this very program
            assert process.stdout is not None
            assert process.stdout.read(3) == b"Hel"
            process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=20)
    assert (process.returncode, rest, errors) == (130, b"\n", b"")
