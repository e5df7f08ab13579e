"""Estimates tokens from bytes, for replies whose provider reports no usage. It knows no tokenizer and no model.

The rule errs upwards: a quarter of the UTF-8 bytes and a tenth more, fixed bounds for what is not text.
"""

from weir.v1.call_summary_pb2 import USAGE_SOURCE_ESTIMATED, TokenUsage
from weir.v1.chat_message_pb2 import ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.content_part_pb2 import ContentPart
from weir.v1.tool_pb2 import FunctionDefinition, Tool, ToolCall

TOKENS_PER_MESSAGE = 3
TOKENS_PER_REPLY = 3
TOKENS_PER_IMAGE = 1600
TOKENS_PER_SMALL_IMAGE = 85
TOKENS_PER_DISTANT_FILE = 1600
BYTES_PER_SOUND_TOKEN = 200
BYTES_PER_FILE_TOKEN = 40


def estimate_usage(request: ChatRequest, emitted_bytes: int) -> TokenUsage:
    """Estimates a whole attempt from the request and from the size of what came back."""
    return TokenUsage(
        source=USAGE_SOURCE_ESTIMATED, input=estimate_input(request), output=estimate_output(emitted_bytes)
    )


def estimate_input(request: ChatRequest) -> int:
    """Estimates the prompt: texts, tool schemas, the reply's schema, and bounds for images, sounds and files."""
    size = _size_of_schemas(request)
    tokens = TOKENS_PER_REPLY
    for message in request.messages:
        size += _size_of_message(message)
        tokens += TOKENS_PER_MESSAGE
        if message.HasField("content_parts"):
            tokens += sum([_tokens_beside_text(part) for part in message.content_parts.parts])
    return tokens + estimate_output(size)


def estimate_output(emitted_bytes: int) -> int:
    """Estimates text from its UTF-8 bytes: a quarter of them and a tenth more, rounded up."""
    return (emitted_bytes * 11 + 39) // 40


def _size(*texts: str) -> int:
    return sum([len(text) if text.isascii() else len(text.encode()) for text in texts])


def _size_of_message(message: ChatMessage) -> int:
    size = _size(
        message.content, message.name, message.refusal, message.reasoning, message.reasoning_content, message.extra_json
    )
    if message.HasField("content_parts"):
        size += sum([_size(part.text, part.refusal) for part in message.content_parts.parts])
    if message.tool_calls:
        size += sum([_size_of_call(call) for call in message.tool_calls])
    if message.HasField("function_call"):
        size += _size(message.function_call.name, message.function_call.arguments)
    if message.HasField("audio"):
        size += _size(message.audio.transcript)
    return size


def _size_of_call(call: ToolCall) -> int:
    function, custom = call.function, call.custom
    return _size(function.name, function.arguments, custom.name, custom.input, call.extra_json)


def _size_of_schemas(request: ChatRequest) -> int:
    size = 0
    if request.tools:
        size += sum([_size_of_tool(tool) for tool in request.tools])
    if request.functions:
        size += sum([_size_of_function(function) for function in request.functions])
    if request.HasField("response_format"):
        schema = request.response_format.json_schema
        size += _size(schema.name, schema.description, schema.schema_json)
    return size


def _size_of_tool(tool: Tool) -> int:
    custom = tool.custom
    size = _size_of_function(tool.function)
    return size + _size(custom.name, custom.description, custom.format_json, tool.extra_json)


def _size_of_function(function: FunctionDefinition) -> int:
    return _size(function.name, function.description, function.parameters_json, function.extra_json)


def _tokens_beside_text(part: ContentPart) -> int:
    """Bounds what is no text; a part of a kind we do not know is taken for an image at most."""
    match part.WhichOneof("kind"):
        case "image_url":
            return TOKENS_PER_SMALL_IMAGE if part.image_url.detail == "low" else TOKENS_PER_IMAGE
        case "input_audio":
            return _round_up(len(part.input_audio.data), BYTES_PER_SOUND_TOKEN)
        case "file":
            held = _round_up(len(part.file.file_data), BYTES_PER_FILE_TOKEN)
            return held or TOKENS_PER_DISTANT_FILE
        case None:
            return min(estimate_output(_size(part.extra_json)), TOKENS_PER_IMAGE)
        case _:
            return 0


def _round_up(amount: int, unit: int) -> int:
    return -(-amount // unit)
