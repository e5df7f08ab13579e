"""What is said on the wire, as far as a small client cares: the question it writes, the parts of answers it reads."""

import msgspec
import orjson


class Question(msgspec.Struct, frozen=True):
    """What to ask, of whom. `key` is empty where none is sent."""

    url: str
    key: str
    model: str
    text: str
    system: str = ""
    stream: bool = True


class Said(msgspec.Struct, frozen=True):
    """A message, or a piece of one."""

    content: str | None = None
    refusal: str | None = None


class Choice(msgspec.Struct, frozen=True):
    """An answer, or a piece of one."""

    message: Said | None = None
    delta: Said | None = None
    finish_reason: str | None = None


class Usage(msgspec.Struct, frozen=True):
    """How many tokens were read and written."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class Failure(msgspec.Struct, frozen=True):
    """Why there is no answer."""

    message: str = ""


class Reply(msgspec.Struct, frozen=True):
    """A whole reply, one chunk of a stream, or the body of an error."""

    model: str = ""
    choices: tuple[Choice, ...] = ()
    usage: Usage | None = None
    error: Failure | None = None

    @property
    def text(self) -> str:
        """Gives what is said here."""
        said = [part for choice in self.choices[:1] for part in (choice.message, choice.delta) if part]
        return "".join((part.content or "") + (part.refusal or "") for part in said)

    @property
    def finish_reason(self) -> str | None:
        """Says why the answer ended, if it did."""
        return self.choices[0].finish_reason if self.choices else None


def write_question(question: Question) -> bytes:
    """Writes the body of the request."""
    messages = [{"role": "user", "content": question.text}]
    if question.system:
        messages.insert(0, {"role": "system", "content": question.system})
    body: dict[str, object] = {"model": question.model, "messages": messages}
    if question.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return orjson.dumps(body)


def read_reply(text: str | bytes) -> Reply | None:
    """Reads a reply, a chunk or an error; gives nothing if it is none of them."""
    try:
        return msgspec.json.decode(text, type=Reply)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
