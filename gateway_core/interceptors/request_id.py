"""Gives every rpc an id: the caller's if it is well formed, else a new one. It comes back in the trailing metadata."""

import re
import uuid
from types import TracebackType

from gateway_core.interceptors.around import Around, Context, Pairs, metadata_of
from gateway_core.interceptors.call_identity import REQUEST_ID, TRACE_ID

HEADER = "x-request-id"
TRACE_HEADER = "traceparent"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
TRACE_PARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)


class RequestIds(Around):
    """The first interceptor: whatever happens later can name the request."""

    def around(self, method: str, context: Context) -> "IdentifiedRpc":
        """Identifies one rpc."""
        del method
        return IdentifiedRpc(context)


class IdentifiedRpc:
    """One rpc with its id. Nothing is left to do when it ends."""

    __slots__ = ("_context",)

    def __init__(self, context: Context) -> None:
        """Takes the rpc to identify."""
        self._context = context

    async def __aenter__(self) -> None:
        """Sets the ids for this context and tells the caller."""
        request_id, trace_id = ids_of(metadata_of(self._context))
        REQUEST_ID.set(request_id)
        TRACE_ID.set(trace_id)
        self._context.set_trailing_metadata(((HEADER, request_id),))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the ids in place: the context ends with the rpc."""


def ids_of(metadata: Pairs) -> tuple[str, str]:
    """Reads request id and trace id; makes up the first if it is missing or not well formed."""
    request_id = trace_id = ""
    for key, value in metadata:
        if isinstance(value, bytes):
            continue
        if key == HEADER and WELL_FORMED.fullmatch(value):
            request_id = value
        elif key == TRACE_HEADER and (parent := TRACE_PARENT.fullmatch(value)):
            trace_id = parent[1]
    return request_id or f"req_{uuid.uuid4().hex}", trace_id
