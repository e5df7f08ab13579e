"""What the core can be told, as frozen values. Where they come from is the command line's affair."""

from dataclasses import dataclass
from pathlib import Path

from gateway_core.records.secret import Secret

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """Settings of one core process. Durations are in seconds, sizes in bytes.

    Without `database_url` records are kept in a SQLite file in `data_dir`, without `master_key` it is a file there.
    `grpc_listen` is `None` where nothing but the same process calls the core; `channelz_listen` is off by default.
    `key_cache` bounds how many API keys are held in memory, `poll_interval` how often the store is asked for changes.
    `watch_admin` names an admin service to listen to besides, `host:port` or `https://host:port`; it wants a token.
    Peers within `trusted_facades` are believed what they say about the addresses of their callers. `always_fresh` is
    for the process that holds the admin service itself: it cannot miss changes.
    """

    data_dir: Path
    database_url: Secret | None = None
    master_key: Secret | None = None
    grpc_listen: str | None = "127.0.0.1:50051"
    channelz_listen: str | None = None
    reflection: bool = True
    request_timeout: float = 600.0
    drain: float = 30.0
    max_message_bytes: int = 32 * MEBIBYTE
    max_concurrent_streams: int = 1000
    bootstrap_api_key: Secret | None = None
    bootstrap_admin_token: Secret | None = None
    key_cache: int = 50_000
    poll_interval: float = 0.2
    watch_admin: str | None = None
    watch_token: Secret | None = None
    trusted_facades: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    always_fresh: bool = False
