"""Asks a gateway for streams and reads every line of them: comments, events, and how they end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import msgspec

from tests.fakes.gateways import Gateway


@dataclass(frozen=True, slots=True)
class ReadStream:
    """A stream that was read to its end."""

    status: int
    comments: int
    events: list[dict[str, Any]]
    done: bool
    code: str | None

    @property
    def text(self) -> str:
        """What the model wrote."""
        deltas = [choice["delta"] for event in self.events for choice in event.get("choices", ())]
        return "".join(delta.get("content") or "" for delta in deltas)


def read_lines(status: int, body: str) -> ReadStream:
    """Reads a body; one that is no stream counts as a single error."""
    lines = [line for line in body.split("\n") if line]
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    if not data:
        return ReadStream(status, 0, [], done=False, code=msgspec.json.decode(body)["error"]["code"])
    events: list[dict[str, Any]] = [msgspec.json.decode(event) for event in data if event != "[DONE]"]
    code = events[-1]["error"]["code"] if "error" in events[-1] else None
    comments = sum(line.startswith(":") for line in lines)
    return ReadStream(status, comments, events, done=data[-1] == "[DONE]", code=code)


async def ask(gateway: Gateway, request: dict[str, object], *, notice: tuple[str, Callable[[], None]]) -> ReadStream:
    """Asks for a stream and reads all of it; calls back when the text of the notice has arrived."""
    headers = {"authorization": f"Bearer {gateway.key}"}
    asked = {"messages": [{"role": "user", "content": "hello"}], "stream": True, **request}
    awaited, arrived = notice
    body = ""
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=20) as http,
        http.stream("POST", f"{gateway.http}/v1/chat/completions", json=asked, headers=headers) as reply,
    ):
        async for text in reply.aiter_text():
            body += text
            if awaited in body:
                arrived()
    return read_lines(reply.status_code, body)
