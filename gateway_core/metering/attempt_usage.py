"""Says what an attempt used: what the provider reports where that can be believed, an estimate otherwise."""

from gateway_core.metering.estimated_usage import estimate_usage
from gateway_core.metering.usage_classes import split_usage
from weir.v1.call_summary_pb2 import TokenUsage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.usage_pb2 import Usage


def final_usage(reported: Usage | None, request: ChatRequest, emitted_bytes: int) -> TokenUsage:
    """Gives the usage of a reply that came whole."""
    split = split_usage(reported, replied=emitted_bytes > 0) if reported is not None else None
    return split.tokens if split is not None else estimate_usage(request, emitted_bytes)
