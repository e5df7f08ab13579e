"""Works out what the simulator answers. The same request has the same answer, always."""

from dataclasses import dataclass, replace
from hashlib import blake2b

import orjson

from gateway_core.providers.simulator.choose_tools import chosen_tools, tool_results
from gateway_core.providers.simulator.prompt import Prompt, Tool
from gateway_core.providers.simulator.sample_json import sample
from gateway_core.providers.simulator.script import Script
from gateway_core.providers.simulator.tokens import count_prompt_tokens, cut_tokens

ECHO_LIMIT = 200
TOKENS_PER_MESSAGE = 4
GREETINGS = ("Hello from Weir's simulator!", "Weir's simulator here.", "This is Weir's simulator.")
NO_MODEL = "No model was asked."
FILLER = tuple(" The water comes down the river, and the weir lets through what it has measured.".split(" ")[1:])


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


def _words(prompt: Prompt, script: Script, index: int) -> tuple[str, ...]:
    shape = prompt.response_format
    if shape is not None and shape.json_schema is not None:
        text = orjson.dumps(sample(shape.json_schema.schema)).decode()
    elif shape is not None and shape.type == "json_object":
        text = orjson.dumps({"simulator": True, "you_wrote": _shortened(prompt.last_text())}).decode()
    elif script.tokens is not None:
        return tuple(_until_stop("".join(_filler(script.tokens)), _filler(script.tokens), prompt.stops))
    else:
        text = _sentences(prompt, index)
    return ()


def _sentences(prompt: Prompt, index: int) -> str:
    greeting = GREETINGS[((prompt.seed or 0) + index) % len(GREETINGS)]
    results = tool_results(prompt)
    if results:
        return " ".join([greeting, *(f'The tool says: "{_shortened(result)}".' for result in results)])
    return f'{greeting} {NO_MODEL} You wrote: "{_shortened(prompt.last_text())}".'
