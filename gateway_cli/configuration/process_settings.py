"""What a process of the gateway can be told beside its core and its facade."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcessSettings:
    """Settings of the process itself. `metrics_listen` is `None` where nothing shows metrics."""

    metrics_listen: str | None = "127.0.0.1:9464"
    log_level: str = "info"
    log_format: str = "text"
