"""`weir chat`: a small client to try a gateway with. The answer goes to stdout, everything else to stderr."""

import asyncio
import re
import sys
import time
from collections.abc import Callable
from typing import Annotated, TextIO

import typer

from gateway_cli.chat.client import ChatFailed, Summary, ask
from gateway_cli.chat.messages import Question, Reply

FROM_STDIN = "-"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
USUAL_END = "stop"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("chat")(chat)


def chat(  # noqa: PLR0913 -- each is an option of the command line
    text: Annotated[str | None, typer.Argument(help="What to say; `-` or nothing reads it from stdin.")] = None,
    *,
    url: Annotated[
        str, typer.Option("--url", envvar="WEIR_URL", help="Where the gateway's REST interface is.")
    ] = "http://127.0.0.1:8080",
    key: Annotated[
        str, typer.Option("--key", envvar="WEIR_API_KEY", show_envvar=True, help="The API key to call with.")
    ] = "",
    model: Annotated[str, typer.Option("--model", "-m", help="The model to ask.")] = "weir-demo",
    system: Annotated[str, typer.Option("--system", "-s", help="What the model is told first.")] = "",
    stream: Annotated[bool, typer.Option("--stream/--no-stream", help="Show the answer as it comes.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Write what the gateway sends: one JSON a line.")] = False,
) -> None:
    """Asks a model through a gateway that runs, and shows the answer.

    Example: weir chat "hello" --model weir-demo
    """
    question = Question(url, sendable_key(key), sendable(model), text_to_say(text, sys.stdin), sendable(system), stream)
    answer = Answer(as_json=as_json)
    began = time.monotonic()
    try:
        summary = asyncio.run(ask(question, answer.show))
    except ChatFailed as failed:
        answer.end()
        typer.secho(f"weir chat: {clean(str(failed))}", err=True, fg=typer.colors.RED)
        raise typer.Exit(1) from failed
    except KeyboardInterrupt:
        answer.end()
        raise
    answer.end()
    typer.secho(summary_line(summary, time.monotonic() - began), err=True, dim=True)


class Answer:
    """Writes an answer to stdout as it comes."""

    def __init__(self, *, as_json: bool) -> None:
        """Says whether to write the text of the answer or the JSON around it."""
        self._write: Callable[[str, Reply], str] = (lambda raw, _: f"{raw}\n") if as_json else as_text
        self._last = ""

    def show(self, raw: str, reply: Reply) -> None:
        """Writes one piece."""
        written = self._write(raw, reply)
        if written:
            typer.echo(written, nl=False)
            self._last = written

    def end(self) -> None:
        """Ends the last line."""
        if self._last and not self._last.endswith("\n"):
            typer.echo()


def as_text(_raw: str, reply: Reply) -> str:
    """Gives what is said in a piece."""
    return clean(reply.text)


def clean(text: str) -> str:
    """Takes out what would command the terminal instead of being shown."""
    return CONTROL.sub("", text)


def text_to_say(text: str | None, stdin: TextIO) -> str:
    """Gives the text of the command line, or all of stdin; refuses to wait for somebody to type."""
    if text is None and stdin.isatty():
        raise typer.BadParameter('there is nothing to say; try: weir chat "hello"')
    if text is not None and text != FROM_STDIN:
        return sendable(text)
    return stdin.buffer.read().decode("utf-8", "replace")


def sendable(text: str) -> str:
    """Replaces what no Unicode text can hold; a terminal may hand us such bytes."""
    return text.encode("utf-8", "replace").decode()


def sendable_key(key: str) -> str:
    """Gives the key without the blanks that copying adds; refuses one that cannot stand in a header."""
    stripped = key.strip()
    if not stripped.isascii() or not all(character.isprintable() for character in stripped):
        raise typer.BadParameter("the key holds characters that no key has")
    return stripped


def summary_line(summary: Summary, seconds: float) -> str:
    """Writes model, tokens and time, and the end of an answer if it is not the usual one."""
    parts = [clean(summary.model)]
    if summary.usage:
        parts.append(f"{summary.usage.prompt_tokens} tokens in, {summary.usage.completion_tokens} out")
    parts.append(f"{seconds:.1f} s")
    if summary.finish_reason not in {None, USUAL_END}:
        parts.append(f"ended by {clean(str(summary.finish_reason))}")
    return " | ".join(part for part in parts if part)
