"""The four kinds of call: each is a way to send and a way to receive."""

import grpc

from gateway_core.inprocess.exchange import Exchange, Request, Response
from gateway_core.inprocess.reply import StreamedReply, UnaryReply
from gateway_core.inprocess.request import Requests, StreamedRequest


class UnaryUnaryCall(UnaryReply[Request, Response], grpc.aio.UnaryUnaryCall[Request, Response]):
    """One request, one reply."""


class UnaryStreamCall(StreamedReply[Request, Response], grpc.aio.UnaryStreamCall[Request, Response]):
    """One request, a stream of replies."""


class StreamUnaryCall(
    StreamedRequest[Request, Response], UnaryReply[Request, Response], grpc.aio.StreamUnaryCall[Request, Response]
):
    """A stream of requests, one reply."""

    def __init__(self, exchange: Exchange[Request, Response], requests: Requests[Request] | None) -> None:
        super().__init__(exchange, requests)
        self.ends_when_dropped = requests is None

    def __del__(self) -> None:
        """Cancels a call to which nobody can send any more."""
        if self._written:
            self._cancel_dropped()


class StreamStreamCall(
    StreamedRequest[Request, Response], StreamedReply[Request, Response], grpc.aio.StreamStreamCall[Request, Response]
):
    """A stream of requests, a stream of replies."""
