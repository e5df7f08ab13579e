"""The one setting that holds what is decided for the whole gateway, and how it is written as JSON."""

from dataclasses import dataclass, field

import msgspec

from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.setting import Setting
from gateway_core.records.versioned import Versioned
from gateway_core.storage.column_types import write_json
from gateway_core.storage.query import Where
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Reading

NAME = "gateway"
DEFAULTS = GatewaySettings()


@dataclass(frozen=True, slots=True)
class _Privacy:
    store_prompts: bool = DEFAULTS.store_prompts
    redact_logs: bool = DEFAULTS.redact_logs


@dataclass(frozen=True, slots=True)
class _Value:
    staleness_bound: float = DEFAULTS.staleness_bound
    privacy: _Privacy = field(default_factory=_Privacy)


async def read_gateway_settings(reading: Reading) -> tuple[GatewaySettings, Versioned[Setting] | None]:
    """Gives the settings and the record they are in. Without a record they are the defaults; raises StorageError."""
    record = await reading.settings.find(Where("name", "=", NAME))
    return DEFAULTS if record is None else parse_gateway_settings(record.value.value), record


def parse_gateway_settings(value: str) -> GatewaySettings:
    """Reads a setting's value. What it does not say is as by default, and what only newer versions know is ignored."""
    try:
        read = msgspec.json.decode(value, type=_Value)
    except msgspec.DecodeError as error:
        raise StorageError(f"the setting `{NAME}` cannot be read: {error}; set it anew") from error
    return GatewaySettings(read.staleness_bound, read.privacy.store_prompts, read.privacy.redact_logs)


def write_gateway_settings(settings: GatewaySettings) -> str:
    """Writes the value of the setting, which `read_gateway_settings` reads."""
    return write_json(_Value(settings.staleness_bound, _Privacy(settings.store_prompts, settings.redact_logs)))
