"""Writes a chat request as the body of an OpenAI call. It knows no address and no credential."""

import msgspec
import orjson

from gateway_core.errors import InvalidRequest
from gateway_core.providers.dialect import WrittenRequest
from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from weir.v1.chat_request_pb2 import ChatRequest

PATH = "/chat/completions"


def write_request(json: OpenAiJson, request: ChatRequest, model: str, *, stream: bool) -> WrittenRequest:
    """Writes the request for the provider's model. A stream always asks for the usage: it is what is paid for."""
    try:
        data = json.write_request(request)
    except FieldProblem as problem:
        raise InvalidRequest.at(f"chat.{problem.path}", problem.message) from problem
    data["model"] = model
    if stream:
        options = data.get("stream_options")
        data["stream"] = True
        data["stream_options"] = {**(options if isinstance(options, dict) else {}), "include_usage": True}
    else:
        data.pop("stream", None)
        data.pop("stream_options", None)
    return WrittenRequest(PATH, _encode(data))


def _encode(data: dict[str, object]) -> bytes:
    try:
        return orjson.dumps(data)
    except orjson.JSONEncodeError:
        # Integers of more than 64 bits, which a caller may well have put into a field that nobody knows.
        return msgspec.json.encode(data)
