"""The codec between OpenAI's chat JSON and weir.v1: decoded JSON on one side, messages on the other. Reads no bytes."""

from typing import Any, TypeVar

from google.protobuf.message import Message

from openai_json.problem import FieldProblem, wrong_type
from openai_json.reader import ObjectReader, ReaderCompiler
from openai_json.surrogates import lone_surrogate, mend_object
from openai_json.writer import Json, WriterCompiler
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import ChatCompletion
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.usage_pb2 import Usage

M = TypeVar("M", bound=Message)


class OpenAiJson:
    """Reads and writes requests, completions and chunks. Making one compiles its tables: make one and keep it.

    A lenient read that fails all the same (see `FieldProblem`) got no object, or one that nests too deeply. A write
    fails only where the JSON text in a message, which another program may have put there, is none.
    """

    def __init__(self) -> None:
        """Compiles the tables."""
        strict = ReaderCompiler(strict=True)
        lenient = ReaderCompiler(strict=False)
        writers = WriterCompiler()
        self._read_request = strict.compile(ChatRequest.DESCRIPTOR)
        self._read_completion = lenient.compile(ChatCompletion.DESCRIPTOR)
        self._read_chunk = lenient.compile(ChatCompletionChunk.DESCRIPTOR)
        self._write_request = writers.compile(ChatRequest.DESCRIPTOR)
        self._write_completion = writers.compile(ChatCompletion.DESCRIPTOR)
        self._write_chunk = writers.compile(ChatCompletionChunk.DESCRIPTOR)
        self._write_usage = writers.compile(Usage.DESCRIPTOR)

    def read_request(self, data: object) -> ChatRequest:
        """Reads a request strictly: raises FieldProblem at the first value of a wrong shape."""
        try:
            return build(ChatRequest, self._read_request, data)
        except UnicodeEncodeError as error:
            raise lone_surrogate(data) from error

    def write_request(self, request: ChatRequest) -> Json:
        """Writes a request."""
        return self._write_request(request)

    def read_completion(self, data: object) -> ChatCompletion:
        """Reads a reply leniently: what does not fit is kept in `extra_json`."""
        return build_mended(ChatCompletion, self._read_completion, data)

    def write_completion(self, completion: ChatCompletion) -> Json:
        """Writes a reply."""
        return self._write_completion(completion)

    def read_chunk(self, data: object) -> ChatCompletionChunk:
        """Reads a piece of a reply leniently: what does not fit is kept in `extra_json`."""
        return build_mended(ChatCompletionChunk, self._read_chunk, data)

    def write_chunk(self, chunk: ChatCompletionChunk) -> Json:
        """Writes a piece of a reply."""
        return self._write_chunk(chunk)

    def write_usage(self, usage: Usage) -> Json:
        """Writes the counts of tokens alone."""
        return self._write_usage(usage)


def build(message_class: type[M], read: ObjectReader, data: object) -> M:
    """Makes a message of decoded JSON."""
    if not isinstance(data, dict):
        raise wrong_type("an object", data)
    try:
        arguments: dict[str, Any] = read(data)
        return message_class(**arguments)
    except RecursionError as error:
        raise FieldProblem("", "expected values that nest less deeply", "invalid_value") from error


def build_mended(message_class: type[M], read: ObjectReader, data: object) -> M:
    """Makes a message of decoded JSON whose texts need not be Unicode."""
    try:
        return build(message_class, read, data)
    except UnicodeEncodeError:
        return build(message_class, lambda given: read(mend_object(given)), data)
