"""What the admin service can be told, as frozen values. Where they come from is the command line's affair."""

from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class AdminTls:
    """The files for TLS, in PEM. With `client_ca_file` callers must show a certificate that it vouches for.

    The certificate takes nobody's token away: both are asked for.
    """

    cert_file: Path
    key_file: Path
    client_ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class AdminSettings:
    """Settings of one admin service. Durations are in seconds, sizes in bytes.

    `bad_tokens` is how many bad tokens a minute an address may send before it is slowed.
    """

    listen: str = "127.0.0.1:50052"
    tls: AdminTls | None = None
    reflection: bool = True
    drain: float = 30.0
    max_message_bytes: int = 32 * MEBIBYTE
    max_concurrent_streams: int = 1000
    bad_tokens: int = 10
