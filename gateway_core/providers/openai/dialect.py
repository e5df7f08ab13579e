"""The OpenAI dialect as one object: what the registry hands out."""

from collections.abc import Mapping

from gateway_core.errors import GatewayError
from gateway_core.providers.dialect import StreamReader, WrittenRequest
from gateway_core.providers.openai.read_error import read_error
from gateway_core.providers.openai.read_response import read_response
from gateway_core.providers.openai.read_stream import OpenAiStreamReader
from gateway_core.providers.openai.write_request import write_request
from openai_json.codec import OpenAiJson
from weir.v1.chat_completion_pb2 import ChatCompletion
from weir.v1.chat_request_pb2 import ChatRequest


class OpenAiDialect:
    """A ChatDialect for OpenAI and everybody who speaks like it."""

    def __init__(self, json: OpenAiJson) -> None:
        """Takes the codec between JSON and messages."""
        self._json = json

    def headers(self, secret: str, /) -> Mapping[str, str]:
        """Gives the headers of every request. Servers without keys get no credential."""
        content_type = {"Content-Type": "application/json"}
        return {"Authorization": f"Bearer {secret}", **content_type} if secret else content_type

    def write_request(self, request: ChatRequest, model: str, /, *, stream: bool) -> WrittenRequest:
        """Writes the request for the provider's model; raises InvalidRequest if it holds JSON text that is none."""
        return write_request(self._json, request, model, stream=stream)

    def read_response(self, body: bytes, /) -> ChatCompletion:
        """Reads a whole reply."""
        return read_response(self._json, body)

    def read_stream(self, request: ChatRequest, /) -> StreamReader:
        """Makes the reader for the streamed reply to this request."""
        return OpenAiStreamReader(self._json, request)

    def read_error(self, status: int, headers: Mapping[str, str], body: bytes, /) -> GatewayError:
        """Turns a reply with an error status into one of our errors."""
        return read_error(status, headers, body)
