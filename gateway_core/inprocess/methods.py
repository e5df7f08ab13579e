"""Finds the handler of a method: what is registered, as the interceptors want it. Knows nothing of calls."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import grpc

from gateway_core.inprocess.metadata import Metadatum

MethodHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


@dataclass(slots=True)
class CallDetails(grpc.HandlerCallDetails):
    """What interceptors may know of a call."""

    method: str
    invocation_metadata: tuple[Metadatum, ...]


class Methods:
    """The methods of one server.

    An interceptor is asked for every call, as in grpc.aio, unless its class says `per_method = True`: a promise that
    what `intercept_service` returns depends on the method's name alone and that it does nothing else (it sets no
    context variable). If every interceptor promises, a method's handler is found once and kept in `known`.
    """

    def __init__(self, interceptors: Sequence[grpc.aio.ServerInterceptor]) -> None:
        self.known: dict[str, MethodHandler] = {}
        self._interceptors = interceptors
        self._registered: dict[str, MethodHandler] = {}
        self._generic: list[grpc.GenericRpcHandler] = []
        self._lasting = all(getattr(interceptor, "per_method", False) for interceptor in interceptors)

    def register(self, service: str, handlers: Mapping[str, MethodHandler]) -> None:
        """Adds the methods of a service. They come before what generic handlers offer."""
        self._registered.update({f"/{service}/{name}": handler for name, handler in handlers.items()})
        self.known.clear()

    def add_generic(self, handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Adds handlers that are asked in turn. Only those of a named service are sure to answer alike each time."""
        self._generic.extend(handlers)
        if not all(isinstance(handler, grpc.ServiceRpcHandler) for handler in self._generic):
            self._lasting = False
        self.known.clear()

    async def find(self, method: str, metadata: tuple[Metadatum, ...]) -> "MethodHandler | None":
        """Finds the handler for a call; gives nothing if there is none or an interceptor serves none."""
        handler = await self._ask(0, CallDetails(method, metadata))
        if handler is not None and self._lasting:
            self.known[method] = handler
        return handler

    async def _ask(self, position: int, details: grpc.HandlerCallDetails) -> "MethodHandler | None":
        if position == len(self._interceptors):
            return self._look_up(details)
        return await self._interceptors[position].intercept_service(partial(self._ask, position + 1), details)

    def _look_up(self, details: grpc.HandlerCallDetails) -> "MethodHandler | None":
        registered = self._registered.get(details.method)
        if registered is not None:
            return registered
        for generic in self._generic:
            handler = generic.service(details)
            if handler is not None:
                return handler
        return None
