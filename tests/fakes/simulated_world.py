"""The built-in simulator in a time of its own, asked and read as the gateway does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec.json import decode, encode

from gateway_core.providers.dialect import StreamEnd
from gateway_core.providers.openai.dialect import OpenAiDialect
from gateway_core.providers.simulator.upstream import SimulatedUpstream
from gateway_core.providers.upstream import UpstreamRequest
from gateway_core.records.timeouts import Timeouts
from tests.fakes.leaping_time import LeapingTime
from tests.fakes.openai_codec import codec
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import ChatCompletion


def dialect() -> OpenAiDialect:
    """Makes the dialect that the simulator speaks."""
    return OpenAiDialect(codec())


def user(text: object) -> dict[str, object]:
    """Makes a message of the user."""
    return {"role": "user", "content": text}


def body(script: str = "", /, *, stream: bool = False, **fields: object) -> bytes:
    """Makes the body of a request whose model carries a script."""
    model = f"weir-demo:{script}" if script else "weir-demo"
    streamed = {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
    return encode({"model": model, "messages": [user("Hello there")], **streamed, **fields})


@dataclass
class World:
    """A simulator in a time of its own."""

    time: LeapingTime = field(default_factory=LeapingTime)
    timeouts: Timeouts = field(default_factory=Timeouts)
    patience: float = 1000.0

    def request(self, data: bytes, url: str = "simulator://local/chat/completions") -> UpstreamRequest:
        """Asks for the reply to a body."""
        stream = b'"stream":true' in data
        return UpstreamRequest(url, {}, data, stream, self.timeouts, self.time.now + self.patience)

    def upstream(self) -> SimulatedUpstream:
        """Makes the simulator."""
        return SimulatedUpstream(self.time.clock(), self.time.sleep)

    async def whole(self, data: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Gives a reply's status, headers and body."""
        async with self.upstream().send(self.request(data)) as reply:
            return reply.status, reply.headers, await reply.read_all(100_000_000)

    async def completion(self, script: str = "", /, **fields: object) -> ChatCompletion:
        """Gives the reply to a scripted request."""
        status, headers, data = await self.whole(encode({**decode(body(script)), **fields}))
        assert (status, headers["content-type"]) == (200, "application/json")
        return dialect().read_response(data)

    async def streamed(self, script: str = "", /, **fields: object) -> "Streamed":
        """Reads a stream as the gateway does."""
        data = encode({**decode(body(script, stream=True)), **fields})
        stream = dialect().read_stream(codec().read_request(decode(data)))
        chunks: list[ChatCompletionChunk] = []
        moments: list[float] = []
        async with self.upstream().send(self.request(data)) as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            while not stream.ended:
                new = stream.feed(await reply.read())
                if new:
                    reply.progressed()
                moments += [self.time.now - 1000.0] * len(new)
                chunks += new
        return Streamed(chunks, moments, stream.finish())


@dataclass
class Streamed:
    """A stream that was read to its proper end."""

    chunks: list[ChatCompletionChunk]
    moments: list[float]
    end: StreamEnd

    def text(self, index: int = 0) -> str:
        """Gives what one alternative says."""
        choices = [choice for chunk in self.chunks for choice in chunk.choices if choice.index == index]
        return "".join(choice.delta.content for choice in choices)

    def arguments(self) -> dict[int, str]:
        """Gives what is written to each call."""
        found: dict[int, str] = {}
        for chunk in self.chunks:
            for choice in chunk.choices:
                for call in choice.delta.tool_calls:
                    written = call.function.arguments or call.custom.input
                    found[call.index] = found.get(call.index, "") + written
        return found
