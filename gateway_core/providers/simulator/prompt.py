"""What the simulator reads of a request: the OpenAI fields that change its answer. All others are ignored."""

from typing import Literal

from msgspec import DecodeError, Struct, ValidationError, field
from msgspec.json import decode

SCRIPT_KEY = "weir_simulator"
ALTERNATIVES_LIMIT = 128


class Problem(Exception):
    """A request that an OpenAI server would refuse with status 400."""

    def __init__(self, message: str, *, param: str | None, code: str | None) -> None:
        """Takes what goes into the error's body."""
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code


class Part(Struct, frozen=True):
    """A part of a message. Only text is read."""

    type: str
    text: str = ""


class Message(Struct, frozen=True):
    """A turn of the conversation."""

    role: str
    content: str | list[Part] | None = None

    def text(self) -> str:
        """Gives what is said, without images, sounds and files."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.text)
        return self.content or ""


class Definition(Struct, frozen=True):
    """A tool's name, and the schema of its arguments if it is a function."""

    name: str
    parameters: dict[str, object] | None = None


class Tool(Struct, frozen=True):
    """A tool of either type, or a reference to one by its name."""

    type: str
    function: Definition | None = None
    custom: Definition | None = None

    @property
    def definition(self) -> Definition | None:
        """Gives the definition; there is none in tools of a type that nobody knows."""
        return self.function or self.custom

    @property
    def kind(self) -> str:
        """Gives the type that fits the definition, whatever `type` says."""
        return "custom" if self.function is None else "function"


class AllowedTools(Struct, frozen=True):
    """A choice among some of the tools."""

    mode: str
    tools: list[Tool]


class Choice(Struct, frozen=True):
    """A choice of a certain tool, or among some."""

    type: str
    function: Definition | None = None
    custom: Definition | None = None
    allowed_tools: AllowedTools | None = None


class Schema(Struct, frozen=True):
    """A named schema."""

    name: str
    schema: dict[str, object] = field(default_factory=dict)


class ResponseFormat(Struct, frozen=True):
    """The shape that is asked for."""

    type: str
    json_schema: Schema | None = None


class StreamOptions(Struct, frozen=True):
    """What is asked of a stream."""

    include_usage: bool | None = None


class Prompt(Struct, frozen=True):
    """A request."""

    model: str
    messages: list[Message]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    stop: str | list[str] | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    seed: int | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    response_format: ResponseFormat | None = None
    tools: list[Tool] | None = None
    tool_choice: Literal["none", "auto", "required"] | Choice | None = None
    parallel_tool_calls: bool | None = None
    metadata: dict[str, str] | None = None

    @property
    def token_limit(self) -> int | None:
        """Gives how many tokens an alternative may have."""
        return self.max_tokens if self.max_completion_tokens is None else self.max_completion_tokens

    @property
    def stops(self) -> list[str]:
        """Gives the texts that end an alternative."""
        found = [self.stop] if isinstance(self.stop, str) else self.stop or []
        return [text for text in found if text]

    def last_text(self) -> str:
        """Gives what the user said last."""
        return next((message.text() for message in reversed(self.messages) if message.role == "user"), "")


def read_prompt(body: bytes) -> Prompt:
    """Reads a request as strictly as an OpenAI server does; raises Problem."""
    try:
        prompt = decode(body, type=Prompt)
    except ValidationError as error:
        raise Problem(str(error), param=None, code="invalid_type") from error
    except (DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("the body is no JSON", param=None, code=None) from error
    if not prompt.messages:
        raise Problem("expected at least one message", param="messages", code="empty_array")
    if prompt.n is not None and not 1 <= prompt.n <= ALTERNATIVES_LIMIT:
        raise Problem(f"expected 1 to {ALTERNATIVES_LIMIT}", param="n", code="invalid_value")
    for name, limit in (("max_tokens", prompt.max_tokens), ("max_completion_tokens", prompt.max_completion_tokens)):
        if limit is not None and limit < 1:
            raise Problem("expected at least 1", param=name, code="integer_below_min_value")
    return prompt
