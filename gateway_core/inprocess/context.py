"""The servicer context of an in-process call: what a handler may ask and say. Refuses what grpc.aio's own refuses."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn, cast

import grpc

from gateway_core.inprocess.exchange import Exchange, Request, Response
from gateway_core.inprocess.limit import refusal
from gateway_core.inprocess.metadata import Metadatum, carry, check_trailing
from gateway_core.inprocess.outcome import SUCCESS, Outcome, known_code

logger = logging.getLogger(__name__)

PEER = "inprocess:"
CALLER_IS_GONE = "The caller is gone."
INVALID_METADATA = Outcome(grpc.StatusCode.INTERNAL, "Invalid metadata")

Pairs = grpc.aio.Metadata | Sequence[tuple[str, str | bytes]]
DoneCallback = Callable[[grpc.aio.ServicerContext[Request, Response]], None]


class InProcessContext(grpc.aio.ServicerContext[Request, Response]):
    """The handler's end of a call. The methods after `done` are for whoever runs the handler."""

    def __init__(self, exchange: Exchange[Request, Response]) -> None:
        self._exchange = exchange
        self._serializer: Callable[[Response], bytes] | None = None
        self._code: grpc.StatusCode | None = None
        self._details = ""
        self._trailing: Sequence[tuple[str, str | bytes]] = ()
        self._metadata_sent = False
        self._status_sent = False
        self._abort_error: grpc.aio.AbortError | None = None
        self._callbacks: list[DoneCallback[Request, Response]] = []

    async def read(self) -> Request:
        """Reads the next request of a stream; gives grpc.aio.EOF after the last."""
        self.check()
        message = await self._exchange.receive()
        self.check()
        return cast("Request", message)

    async def write(self, message: Response) -> None:
        """Writes a reply, as soon as the caller has read enough of those before."""
        self.check()
        if not self._exchange.method.streams_replies:
            raise grpc.aio.UsageError("The method has one reply: return it.")
        while not self.offer(message):
            await self._exchange.replies.room()

    async def send_initial_metadata(self, initial_metadata: Pairs) -> None:
        """Sends the initial metadata; once, and before the first reply."""
        self.check()
        if self._metadata_sent:
            raise grpc.aio.UsageError("Send initial metadata failed: already sent")
        if self._exchange.over:
            raise grpc.aio.InternalError(CALLER_IS_GONE)
        try:
            carried = carry(initial_metadata)
        except grpc.aio.InternalError:
            self._exchange.finish(INVALID_METADATA)
            raise
        self._metadata_sent = True
        self._exchange.send_initial(carried)

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Pairs = ()) -> NoReturn:
        """Ends the call at once and raises; swallowing what is raised does not undo it."""
        if self._abort_error is not None:
            raise grpc.aio.UsageError("Abort already called!")
        if not isinstance(trailing_metadata, tuple):
            kind = type(trailing_metadata).__name__
            raise TypeError(f"Argument 'trailing_metadata' has incorrect type (expected tuple, got {kind})")
        self._abort_error = grpc.aio.AbortError("Locally aborted.")
        if trailing_metadata or not self._trailing:
            check_trailing(trailing_metadata)
            self._trailing = trailing_metadata
        self._details = details or self._details
        self._code = code
        gone = self._exchange.over
        self._send_status(grpc.StatusCode.UNKNOWN if self._succeeds() else known_code(code), self._details)
        if gone:
            raise grpc.aio.InternalError(CALLER_IS_GONE)
        raise self._abort_error

    async def abort_with_status(self, status: grpc.Status) -> NoReturn:
        """Ends the call as the status says."""
        await self.abort(status.code, status.details, status.trailing_metadata)

    def set_trailing_metadata(self, trailing_metadata: Pairs) -> None:
        """Sets what goes along with the status."""
        check_trailing(trailing_metadata)
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> grpc.aio.Metadata:
        """Gives what was set: pairs, as in the library, whose type stubs promise more."""
        return cast("grpc.aio.Metadata", self._trailing)

    def invocation_metadata(self) -> grpc.aio.Metadata:
        """Gives what the caller sent: pairs, as in the library, whose type stubs promise more."""
        return cast("grpc.aio.Metadata", self._exchange.metadata)

    def set_code(self, code: grpc.StatusCode) -> None:
        """Sets the code for the normal end of the handler."""
        self._code = code

    def code(self) -> grpc.StatusCode:
        """Gives the code that was set: none at first, as in the library."""
        return cast("grpc.StatusCode", self._code)

    def set_details(self, details: str) -> None:
        """Sets the details for the normal end of the handler."""
        self._details = details

    def details(self) -> str:
        """Gives the details that were set."""
        return self._details

    def set_compression(self, compression: grpc.Compression) -> None:
        """Changes nothing: there are no bytes to compress."""
        del compression
        if self._metadata_sent:
            raise RuntimeError("Compression setting must be specified before sending initial metadata")

    def disable_next_message_compression(self) -> None:
        """Changes nothing: there are no bytes to compress."""

    def peer(self) -> str:
        """Names the transport; there is no address to name."""
        return PEER

    def peer_identities(self) -> Iterable[bytes] | None:
        """Gives nothing: the peer is this process."""
        return None

    def peer_identity_key(self) -> str | None:
        """Gives nothing: the peer is this process."""
        return None

    def auth_context(self) -> Mapping[str, Iterable[bytes]]:
        """Names the transport."""
        return {"transport_security_type": [b"inprocess"]}

    def time_remaining(self) -> float:
        """Gives the seconds until the deadline; none without one, as in the library."""
        return cast("float", self._exchange.time_remaining())

    def add_done_callback(self, callback: DoneCallback[Request, Response]) -> None:
        """Has a function called with this context when the handler has ended, however it does."""
        self._callbacks.append(callback)

    def cancelled(self) -> bool:
        """Tells whether the handler set the code CANCELLED: the library means no more by it."""
        return self._code is grpc.StatusCode.CANCELLED

    def done(self) -> bool:
        """Tells whether this end has sent its status."""
        return self._status_sent

    def serialize_with(self, serializer: Callable[[Response], bytes] | None) -> None:
        """Takes the handler's serializer, which is asked only to refuse a reply that is none."""
        self._serializer = serializer

    def check(self) -> None:
        """Raises if this end has sent its status."""
        if self._abort_error is not None:
            raise self._abort_error
        if self._status_sent:
            raise grpc.aio.UsageError("RPC already finished.")

    def offer(self, message: Response) -> bool:
        """Writes a reply of a stream if there is room; tells whether there was."""
        exchange = self._exchange
        if exchange.over:
            self.check()
            raise grpc.aio.InternalError(CALLER_IS_GONE)
        if not exchange.replies.has_room():
            return False
        if not self._metadata_sent:
            self._metadata_sent = True
            exchange.send_initial(())
        refused = self._refusal(message)
        if refused is None:
            exchange.replies.push(message)
        else:
            exchange.break_off(refused)
        return True

    def complete(self, reply: Response) -> None:
        """Ends a call that has one reply."""
        self.check()
        if self._succeeds():
            refused = self._refusal(reply)
            if refused is not None:
                self._exchange.finish(refused)
            self._exchange.reply = reply
        self.complete_stream()

    def complete_stream(self) -> None:
        """Ends a call whose replies were written, or that has none."""
        self.check()
        self._send_status(grpc.StatusCode.OK if self._code is None else known_code(self._code), self._details)

    def refuse(self, code: grpc.StatusCode, details: str) -> None:
        """Ends a call that no handler ends."""
        self._exchange.finish(Outcome(code, details))

    def fail(self, error: BaseException) -> None:
        """Ends a call whose handler raised."""
        cause = error
        if isinstance(error, grpc.aio.AbortError):
            if error is self._abort_error:
                return
            cause = AssertionError("Abort error has been replaced!")
        if self._exchange.over and isinstance(error, grpc.aio.InternalError):
            return
        logger.error("Unexpected [%s] raised by %s", type(cause).__name__, self._exchange.method.name, exc_info=error)
        code = grpc.StatusCode.UNKNOWN if self._succeeds() else known_code(self._code)
        self._send_status(code, f"Unexpected {type(cause)}: {cause}")

    def conclude(self) -> None:
        """Lets go of what holds the handler's frames, and runs the callbacks, after the handler's end."""
        self._abort_error = None
        for callback in self._callbacks:
            callback(self)

    def _succeeds(self) -> bool:
        return self._code is None or known_code(self._code) is grpc.StatusCode.OK

    def _refusal(self, reply: Response) -> Outcome | None:
        if reply is None and self._serializer is not None:
            self._serializer(reply)
        return refusal("CLIENT", reply, self._exchange.maximum)

    def _send_status(self, code: grpc.StatusCode, details: str) -> None:
        self._status_sent = True
        succeeds = code is grpc.StatusCode.OK
        if succeeds and not self._trailing:
            self._exchange.finish(SUCCESS)
            return
        try:
            trailing: tuple[Metadatum, ...] = carry(self._trailing)
        except (grpc.aio.InternalError, TypeError):
            self._exchange.finish(INVALID_METADATA)
            return
        self._exchange.finish(Outcome(code, "" if succeeds else details, trailing))
