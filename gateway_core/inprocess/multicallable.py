"""What a stub calls: one object a method, which begins a call each time. Compression and waiting mean nothing here."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol, TypeVar

import grpc

from gateway_core.inprocess.calls import StreamStreamCall, StreamUnaryCall, UnaryStreamCall, UnaryUnaryCall
from gateway_core.inprocess.exchange import Exchange, Method
from gateway_core.inprocess.metadata import MetadataLike

Req = TypeVar("Req")
Res = TypeVar("Res")


class Opener(Protocol):
    """Begins calls."""

    def begin(
        self,
        method: Method,
        request: object,
        timeout: float | None,
        metadata: MetadataLike | None,
        credentials: grpc.CallCredentials | None,
    ) -> Exchange[Any, Any]:
        """Begins a call; `request` is `None` where requests are a stream."""
        ...


class _Multicallable:
    def __init__(self, opener: Opener, method: Method) -> None:
        self._begin = opener.begin
        self._method = method


class UnaryUnary(_Multicallable, grpc.aio.UnaryUnaryMultiCallable[Req, Res]):
    """Begins calls with one request and one reply."""

    def __call__(
        self,
        request: Req,
        *,
        timeout: float | None = None,
        metadata: MetadataLike | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> UnaryUnaryCall[Req, Res]:
        """Begins a call."""
        del wait_for_ready, compression
        return UnaryUnaryCall(self._begin(self._method, request, timeout, metadata, credentials))


class UnaryStream(_Multicallable, grpc.aio.UnaryStreamMultiCallable[Req, Res]):
    """Begins calls with one request and a stream of replies."""

    def __call__(
        self,
        request: Req,
        *,
        timeout: float | None = None,
        metadata: MetadataLike | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,
        compression: grpc.Compression | None = None,
    ) -> UnaryStreamCall[Req, Res]:
        """Begins a call."""
        del wait_for_ready, compression
        return UnaryStreamCall(self._begin(self._method, request, timeout, metadata, credentials))


class StreamUnary(_Multicallable, grpc.aio.StreamUnaryMultiCallable[Req, Res]):
    """Begins calls with a stream of requests and one reply."""

    def __call__(
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        timeout: float | None = None,
        metadata: MetadataLike | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,  # noqa: FBT001 # the signature is the library's
        compression: grpc.Compression | None = None,
    ) -> StreamUnaryCall[Req, Res]:
        """Begins a call."""
        del wait_for_ready, compression
        return StreamUnaryCall(self._begin(self._method, None, timeout, metadata, credentials), request_iterator)


class StreamStream(_Multicallable, grpc.aio.StreamStreamMultiCallable[Req, Res]):
    """Begins calls with streams both ways."""

    def __call__(
        self,
        request_iterator: AsyncIterator[Req] | Iterator[Req] | None = None,
        timeout: float | None = None,
        metadata: MetadataLike | None = None,
        credentials: grpc.CallCredentials | None = None,
        wait_for_ready: bool | None = None,  # noqa: FBT001 # the signature is the library's
        compression: grpc.Compression | None = None,
    ) -> StreamStreamCall[Req, Res]:
        """Begins a call."""
        del wait_for_ready, compression
        return StreamStreamCall(self._begin(self._method, None, timeout, metadata, credentials), request_iterator)
