"""Reads a whole OpenAI reply, and refuses what is none."""

from msgspec.json import decode

from gateway_core.errors import UpstreamError
from gateway_core.providers.openai.error_body import UNPARSABLE
from gateway_core.providers.openai.read_error import read_error_within
from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from weir.v1.chat_completion_pb2 import ChatCompletion


def read_response(json: OpenAiJson, body: bytes) -> ChatCompletion:
    """Reads the body; an answer without an alternative is no answer."""
    try:
        data: object = decode(body)
        if isinstance(data, dict) and data.get("error"):
            raise read_error_within(data)
        completion = json.read_completion(data)
    except UNPARSABLE as error:
        raise UpstreamError("the provider's reply is no JSON") from error
    except FieldProblem as problem:
        raise UpstreamError("the provider's reply is no JSON object that can be read") from problem
    if not completion.choices:
        raise UpstreamError("the provider's reply holds no choices")
    return completion
