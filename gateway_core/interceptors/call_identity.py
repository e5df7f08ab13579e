"""What the interceptors know of the call that runs in this context, for the services below them.

gRPC gives interceptors no other way to hand something on; nothing but the interceptors sets these.
"""

from contextvars import ContextVar

from gateway_core.records.api_key import ApiKey

REQUEST_ID: ContextVar[str] = ContextVar("weir_request_id")
TRACE_ID: ContextVar[str] = ContextVar("weir_trace_id", default="")
CALLER: ContextVar[ApiKey | None] = ContextVar("weir_caller", default=None)
