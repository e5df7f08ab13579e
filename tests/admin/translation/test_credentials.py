"""Credentials are shown without their secrets, and secrets are bounded without being repeated."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.credentials import hint_of, read_credential, read_secret, show_credential
from gateway_core.records.secret import Secret
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import credential_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)


def record(value: StoredCredential) -> Versioned[StoredCredential]:
    """Puts a credential into a record."""
    return Versioned("crd_1", 2, NOW, NOW, None, "api", value)


@given(weight=st.integers(1, 1000), disabled=st.booleans())
def test_a_credential_that_is_shown_is_read_back_as_before(weight: int, *, disabled: bool) -> None:
    credential, violations = StoredCredential("prv_1", "a", "1234", weight, disabled=disabled), Violations()
    shown = show_credential(record(credential), "openai")
    assert read_credential(shown, "prv_1", "a", "1234", violations) == credential
    assert not violations.found


def test_every_field_has_its_place() -> None:
    shown = show_credential(record(StoredCredential("prv_1", "a", "1234", 7, disabled=True)), "openai")
    assert shown.name == "providers/openai/credentials/a"
    assert (shown.uid, shown.hint, shown.weight, shown.disabled) == ("crd_1", "1234", 7, True)
    assert shown.create_time.ToDatetime(UTC) == shown.update_time.ToDatetime(UTC) == NOW


@pytest.mark.parametrize(("given", "kept"), [(0, 1), (1, 1), (1000, 1000)])
def test_no_weight_is_a_weight_of_one(given: int, kept: int) -> None:
    violations = Violations()
    assert read_credential(contract.Credential(weight=given), "", "a", "", violations).weight == kept
    assert not violations.found


@pytest.mark.parametrize("given", [-1, 1001])
def test_a_weight_is_bounded(given: int) -> None:
    violations = Violations()
    read_credential(contract.Credential(weight=given), "", "a", "", violations)
    assert [violation.field for violation in violations.found] == ["credential.weight"]


@pytest.mark.parametrize("given", ["x", "!~", "k" * 8192])
def test_a_secret_is_taken(given: str) -> None:
    violations = Violations()
    assert read_secret(given, violations) == Secret(given)
    assert not violations.found


@pytest.mark.parametrize("given", ["", "two words", "tab\t", "line\n", "schlüssel", "k" * 8193, "null\0"])
def test_a_secret_is_refused_without_being_repeated(given: str) -> None:
    violations = Violations()
    read_secret(given, violations)
    (violation,) = violations.found
    assert violation.field == "secret"
    assert not given or given not in violation.description


@pytest.mark.parametrize(
    ("given", "hint"), [("sk-1234567890abcdef", "cdef"), ("k" * 15, ""), ("k" * 12 + "abcd", "abcd")]
)
def test_only_long_secrets_show_their_end(given: str, hint: str) -> None:
    assert hint_of(Secret(given)) == hint
