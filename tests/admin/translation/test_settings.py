"""The settings are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.settings import UNMADE, read_settings, show_settings
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.setting import Setting
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import settings_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
RECORD = Versioned("set_1", 2, NOW, NOW, None, "file", Setting("gateway", "{}"))


@given(
    bound=st.integers(10**9, 300 * 10**9).map(lambda nanoseconds: nanoseconds / 10**9),
    stored=st.booleans(),
    redacted=st.booleans(),
)
def test_settings_that_are_shown_are_read_back_as_before(bound: float, *, stored: bool, redacted: bool) -> None:
    settings, violations = GatewaySettings(bound, stored, redacted), Violations()
    assert read_settings(show_settings(settings, RECORD), violations) == settings
    assert not violations.found


def test_settings_that_nobody_made_have_an_etag_and_no_times() -> None:
    shown = show_settings(GatewaySettings(), UNMADE)
    assert shown.etag
    assert not shown.HasField("create_time")
    assert not shown.HasField("update_time")
    assert shown.managed_by == 0


def test_every_field_has_its_place() -> None:
    shown = show_settings(GatewaySettings(20.0, store_prompts=True, redact_logs=False), RECORD)
    assert (shown.name, shown.managed_by, shown.etag[:2]) == ("settings", 2, "2-")
    assert shown.create_time.ToDatetime(UTC) == shown.update_time.ToDatetime(UTC) == NOW
    assert shown.privacy == contract.PrivacySettings(store_prompts=True, redact_logs=False)
    assert shown.staleness_bound == Duration(seconds=20)


def test_what_is_not_said_gets_its_default() -> None:
    assert read_settings(contract.Settings(), Violations()) == GatewaySettings()


@pytest.mark.parametrize("bound", [Duration(), Duration(nanos=999_999_999), Duration(seconds=300, nanos=1)])
def test_the_bound_is_bounded(bound: Duration) -> None:
    violations = Violations()
    read_settings(contract.Settings(staleness_bound=bound), violations)
    assert [violation.field for violation in violations.found] == ["settings.staleness_bound"]
