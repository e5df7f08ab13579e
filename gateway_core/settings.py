"""What the core can be told, as frozen values. Where they come from is the command line's affair."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway_core.records.model import Model
from gateway_core.records.provider import Provider
from gateway_core.records.secret import Secret

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CoreSettings:
    """Settings of one core process. Durations are in seconds, sizes in bytes.

    Without `database_url` records are kept in a SQLite file in `data_dir`, without `master_key` it is a file there.
    `grpc_listen` is `None` where nothing but the same process calls the core; `channelz_listen` is off by default.
    """

    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
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
