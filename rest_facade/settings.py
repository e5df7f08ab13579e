"""What the facade can be told, as frozen values. Where they come from is the command line's affair."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FacadeSettings:
    """Settings of one facade process. Durations are in seconds, sizes in bytes.

    `core_address` is what to dial when the core runs elsewhere; embedded, the channel is handed in instead.
    Peers within the networks `trusted_proxies` are believed what they write into `X-Forwarded-For`.
    """

    http_listen: str = "127.0.0.1:8080"
    core_address: str = "dns:///127.0.0.1:50051"
    cors_origins: tuple[str, ...] = ("*",)
    max_body_bytes: int = 32 * MEBIBYTE
    max_json_depth: int = 100
    keepalive: float = 15.0
    write_timeout: float = 30.0
    drain: float = 30.0
    trusted_proxies: tuple[str, ...] = ()
