"""Works out what the simulator answers. The same request has the same answer, always."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import cycle, islice

from msgspec.json import encode

from gateway_core.providers.simulator.choose_tools import chosen_tools, tool_results
from gateway_core.providers.simulator.prompt import Prompt, Tool
from gateway_core.providers.simulator.sample_json import sample
from gateway_core.providers.simulator.script import Script
from gateway_core.providers.simulator.tokens import count_prompt_tokens, cut_tokens

ECHO_LIMIT = 200
TOKENS_PER_MESSAGE = 4
GREETINGS = ("Hello from Weir's simulator!", "Weir's simulator here.", "This is Weir's simulator.")
NO_MODEL = "No model was asked."
FILLER = ("the", "water", "comes", "down", "and", "the", "weir", "lets", "through", "what", "it", "measured")
BIG_SIGN = "x"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call of a tool; what is written to it comes in tokens."""

    id: str
    tool: Tool
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One reply: words or tool calls, and why it ended."""

    tokens: tuple[str, ...]
    calls: tuple[ToolCall, ...]
    finish_reason: str

    def token_count(self) -> int:
        """Counts what was written."""
        return len(self.tokens) + sum(len(call.tokens) for call in self.calls)


@dataclass(frozen=True, slots=True)
class Answer:
    """All of a reply. `top_logprobs` is `None` where no log probabilities are asked for."""

    id: str
    model: str
    alternatives: tuple[Alternative, ...]
    prompt_tokens: int
    top_logprobs: int | None = None

    def completion_tokens(self) -> int:
        """Counts what was written in all alternatives."""
        return sum(alternative.token_count() for alternative in self.alternatives)


def answer(prompt: Prompt, script: Script, model: str, body: bytes) -> Answer:
    """Answers the prompt under the model's name; ids come from the body."""
    fingerprint = blake2b(body, digest_size=12).hexdigest()
    calls = tuple(_call(tool, f"call_{fingerprint}{index}") for index, tool in enumerate(chosen_tools(prompt)))
    if calls:
        whole = [Alternative((), calls, "tool_calls")] * (prompt.n or 1)
    else:
        whole = [Alternative(_words(prompt, script, index), (), "stop") for index in range(prompt.n or 1)]
    return Answer(
        id=f"chatcmpl-{fingerprint}",
        model=model,
        alternatives=tuple(_cut_to_limit(alternative, prompt.token_limit) for alternative in whole),
        prompt_tokens=_prompt_tokens(prompt),
        top_logprobs=min(prompt.top_logprobs or 0, 20) if prompt.logprobs else None,
    )


def _call(tool: Tool, call_id: str) -> ToolCall:
    text = "sample input"
    if tool.function is not None:
        text = encode(sample(tool.function.parameters or {"type": "object"})).decode()
    return ToolCall(call_id, tool, tuple(cut_tokens(text)))


def _words(prompt: Prompt, script: Script, index: int) -> tuple[str, ...]:
    text = _text(prompt, script, index)
    for stop in prompt.stops:
        text = text.partition(stop)[0]
    tokens = cut_tokens(text)
    if script.big:
        tokens.append(BIG_SIGN * script.big)
    return tuple(tokens)


def _text(prompt: Prompt, script: Script, index: int) -> str:
    shape = prompt.response_format
    if shape is not None and shape.json_schema is not None:
        return encode(sample(shape.json_schema.schema)).decode()
    if shape is not None and shape.type == "json_object":
        return encode({"simulator": True, "you_wrote": _shortened(prompt.last_text())}).decode()
    if script.tokens is not None:
        return " ".join(islice(cycle(FILLER), script.tokens))
    return _sentences(prompt, index)


def _sentences(prompt: Prompt, index: int) -> str:
    greeting = GREETINGS[((prompt.seed or 0) + index) % len(GREETINGS)]
    results = tool_results(prompt)
    if results:
        return " ".join([greeting, *(f'The tool says: "{_shortened(result)}".' for result in results)])
    return f'{greeting} {NO_MODEL} You wrote: "{_shortened(prompt.last_text())}".'


def _shortened(text: str) -> str:
    return text if len(text) <= ECHO_LIMIT else f"{text[:ECHO_LIMIT]}…"


def _cut_to_limit(alternative: Alternative, limit: int | None) -> Alternative:
    if limit is None or alternative.token_count() <= limit:
        return alternative
    calls: list[ToolCall] = []
    room = limit
    for call in alternative.calls:
        if room:
            calls.append(replace(call, tokens=call.tokens[:room]))
            room -= len(calls[-1].tokens)
    return Alternative(alternative.tokens[:limit], tuple(calls), "length")


def _prompt_tokens(prompt: Prompt) -> int:
    messages = sum(count_prompt_tokens(message.text()) + TOKENS_PER_MESSAGE for message in prompt.messages)
    return messages + (count_prompt_tokens(encode(prompt.tools).decode()) if prompt.tools else 0)
