"""Listens for gRPC: the options of every listener, and addresses that cannot be had. It serves nothing by itself."""

import socket

import grpc


class BindError(Exception):
    """An address cannot be listened on. It stops the start and never reaches a caller."""


def grpc_options(*, max_message_bytes: int, max_concurrent_streams: int) -> list[tuple[str, int]]:
    """Gives the options of a listener: bounded messages and buffers, patient keep-alives, no shared ports."""
    return [
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.max_send_message_length", max_message_bytes),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.absolute_max_metadata_size", 32 * 1024),
        ("grpc.max_concurrent_streams", max_concurrent_streams),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        ("grpc.http2.max_ping_strikes", 2),
        ("grpc.http2.bdp_probe", 0),
        ("grpc.server_handshake_timeout_ms", 10_000),
        ("grpc.so_reuseport", 0),
    ]


async def start(server: grpc.aio.Server, listen: str, credentials: grpc.ServerCredentials | None = None) -> str:
    """Binds and starts a listener; gives the address with the port that was really taken."""
    require_free(listen)
    try:
        port = server.add_insecure_port(listen) if credentials is None else server.add_secure_port(listen, credentials)
    except RuntimeError as error:
        raise BindError(f"cannot listen on {listen} for gRPC") from error
    await server.start()
    return listen if listen.startswith("unix:") else f"{listen.rsplit(':', 1)[0]}:{port}"


def require_free(listen: str) -> None:
    """Raises BindError for an address that cannot be bound: gRPC would also write lines of its own about it."""
    if listen.startswith("unix:"):
        return
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except (OSError, OverflowError, ValueError) as error:
            raise BindError(f"cannot listen on {listen} for gRPC: {error}") from error
