"""The settings of the whole gateway as the contract shows them, and back."""

from datetime import UTC, datetime
from typing import Final

from admin.conduct.etags import etag_of
from admin.conduct.violations import Violations
from admin.translation.durations import BILLION, Span, read_duration, show_duration
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.setting import Setting
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import settings_pb2
from weir.admin.v1.managed_by_pb2 import ManagedBy

NAME: Final = "settings"
MUTABLE: Final = frozenset(("privacy", "privacy.store_prompts", "privacy.redact_logs", "staleness_bound"))
STALENESS: Final = Span(BILLION, 300 * BILLION, "must be 1 second to 5 minutes")
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
UNMADE: Final = Versioned(NAME, 0, NEVER, NEVER, None, "", Setting("", ""))
"""Stands for the record as long as nobody has changed a setting."""


def show_settings(settings: GatewaySettings, record: Versioned[Setting]) -> settings_pb2.Settings:
    """Writes the settings that a record holds."""
    is_made = record is not UNMADE
    return settings_pb2.Settings(
        name=NAME,
        managed_by=OWNERS.get(record.managed_by, ManagedBy.MANAGED_BY_UNSPECIFIED),
        create_time=stamp(record.created_at if is_made else None),
        update_time=stamp(record.updated_at if is_made else None),
        etag=etag_of(record),
        privacy=settings_pb2.PrivacySettings(store_prompts=settings.store_prompts, redact_logs=settings.redact_logs),
        staleness_bound=show_duration(settings.staleness_bound),
    )


def read_settings(shown: settings_pb2.Settings, violations: Violations) -> GatewaySettings:
    """Reads what the settings are to be. What is not said gets its default."""
    usual = GatewaySettings()
    privacy = shown.privacy
    return GatewaySettings(
        staleness_bound=read_duration(shown, "settings.staleness_bound", usual.staleness_bound, STALENESS, violations),
        store_prompts=privacy.store_prompts,
        redact_logs=privacy.redact_logs if privacy.HasField("redact_logs") else usual.redact_logs,
    )
