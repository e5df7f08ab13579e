"""The connection of one command to an admin service. Every failure leaves it as RemoteFailed."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from gateway_cli.remote.destination import Destination, Tls
from gateway_cli.remote.failures import REFUSED, TOKEN_WANTED, RemoteFailed, failure_of
from gateway_cli.remote.output import Output

Stub = TypeVar("Stub")
Request = TypeVar("Request", bound=Message)
Reply = TypeVar("Reply", bound=Message)
LARGEST_MESSAGE = 64 * 1024 * 1024


class Remote:
    """What a remote command is handed: the stubs of the admin services, and where its results go."""

    def __init__(self, channel: grpc.Channel, destination: Destination, timeout: float, output: Output) -> None:
        """Takes an open channel, which stays its maker's to close, and the seconds that a call may take."""
        self._channel = channel
        self._destination = destination
        self._timeout = timeout
        self.output = output

    @property
    def address(self) -> str:
        """Says where the service is, as it was given."""
        return self._destination.address

    def stub(self, make: Callable[[grpc.Channel], Stub]) -> Stub:
        """Makes the stub of a service."""
        return make(self._channel)

    def ask(self, call: "grpc.UnaryUnaryMultiCallable[Request, Reply]", request: Request) -> Reply:
        """Makes a call. Raises RemoteFailed."""
        metadata = self._metadata()
        try:
            return call(request, timeout=self._timeout, metadata=metadata)
        except grpc.RpcError as error:
            raise failure_of(error, self.address, self._timeout, request) from error

    def follow(
        self, call: "grpc.UnaryStreamMultiCallable[Request, Reply]", request: Request
    ) -> Generator[Reply, None, None]:
        """Makes a call whose replies come until one side has enough. Raises RemoteFailed."""
        replies = call(request, metadata=self._metadata())
        try:
            yield from replies
        except grpc.RpcError as error:
            raise failure_of(error, self.address, None, request) from error
        finally:
            replies.cancel()

    def _metadata(self) -> tuple[tuple[str, str], ...]:
        token = self._destination.token
        if token is None:
            raise RemoteFailed(f"an admin token is wanted: {TOKEN_WANTED}", REFUSED)
        return (("authorization", f"Bearer {token.reveal()}"),)


@contextmanager
def opened_remote(destination: Destination, timeout: float, output: Output) -> Iterator[Remote]:
    """Opens a connection while inside; it is dialled at the first call."""
    with _channel(destination) as channel:
        yield Remote(channel, destination, timeout, output)


def _channel(destination: Destination) -> grpc.Channel:
    options: list[tuple[str, int]] = [("grpc.max_receive_message_length", LARGEST_MESSAGE)]
    if destination.is_at_home:
        options.append(("grpc.enable_http_proxy", 0))
    if destination.tls is None:
        return grpc.insecure_channel(destination.target, options=options)
    return grpc.secure_channel(destination.target, _credentials(destination.tls), options=options)


def _credentials(tls: Tls) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(tls.ca, tls.key, tls.certificate)
