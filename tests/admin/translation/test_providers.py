"""Providers are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.providers import KINDS, LATER, forget_usual_address, read_provider, show_provider
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import provider_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
DAY, HOUR = 24 * 3600, 3600
OPENAI, SIMULATOR = contract.PROVIDER_KIND_OPENAI, contract.PROVIDER_KIND_SIMULATOR


def record(value: StoredProvider) -> Versioned[StoredProvider]:
    """Puts a provider into a record."""
    return Versioned("prv_1", 2, NOW, NOW, None, "api", value)


def waits(longest: int) -> st.SearchStrategy[float]:
    """Gives durations in whole nanoseconds."""
    return st.integers(1, longest * 10**9).map(lambda nanoseconds: nanoseconds / 10**9)


PROVIDERS = st.builds(
    StoredProvider,
    name=st.just("place"),
    kind=st.sampled_from(["openai", "vllm"]),
    base_url=st.sampled_from(["http://gpu/v1", "https://example.com"]),
    balance=st.sampled_from(["round_robin", "weighted", "random", "least_busy"]),
    timeouts=st.builds(Timeouts, *[waits(DAY)] * 5),
    breaker=st.builds(Breaker, failures=st.integers(1, 1000), reset=waits(HOUR)),
    disabled=st.booleans(),
)


@given(PROVIDERS)
def test_a_provider_that_is_shown_is_read_back_as_before(provider: StoredProvider) -> None:
    violations = Violations()
    assert read_provider(show_provider(record(provider)), "place", violations) == provider
    assert not violations.found


def test_what_is_not_said_gets_its_default_and_is_shown() -> None:
    violations = Violations()
    read = read_provider(contract.Provider(kind=contract.PROVIDER_KIND_OPENAI), "openai", violations)
    assert read == StoredProvider("openai", "openai", "https://api.openai.com/v1")
    shown = show_provider(record(read))
    assert (shown.name, shown.uid, shown.etag[:2]) == ("providers/openai", "prv_1", "2-")
    assert shown.balance == contract.CREDENTIAL_BALANCE_ROUND_ROBIN
    assert shown.timeouts.stream_total == Duration(seconds=600)
    assert (shown.breaker.failures, shown.breaker.reset) == (3, Duration(seconds=60))


@pytest.mark.parametrize(
    ("shown", "field"),
    [
        (contract.Provider(), "provider.kind"),
        (contract.Provider(kind=99), "provider.kind"),  # type: ignore[arg-type] # a number of the future
        (contract.Provider(kind=SIMULATOR, balance=99), "provider.balance"),  # type: ignore[arg-type] # a number of the future
        (contract.Provider(kind=OPENAI, base_url="x"), "provider.base_url"),
        (
            contract.Provider(kind=SIMULATOR, breaker=contract.ProviderBreaker(failures=1001)),
            "provider.breaker.failures",
        ),
        (contract.Provider(kind=SIMULATOR, breaker=contract.ProviderBreaker(failures=-1)), "provider.breaker.failures"),
        (
            contract.Provider(kind=SIMULATOR, breaker=contract.ProviderBreaker(reset=Duration(seconds=3601))),
            "provider.breaker.reset",
        ),
        (
            contract.Provider(kind=SIMULATOR, timeouts=contract.ProviderTimeouts(idle=Duration())),
            "provider.timeouts.idle",
        ),
        (
            contract.Provider(kind=SIMULATOR, timeouts=contract.ProviderTimeouts(total=Duration(seconds=86401))),
            "provider.timeouts.total",
        ),
    ],
)
def test_what_is_wrong_is_noted_with_its_path(shown: contract.Provider, field: str) -> None:
    violations = Violations()
    read_provider(shown, "place", violations)
    assert [violation.field for violation in violations.found] == [field]


@pytest.mark.parametrize("kind", sorted(LATER))
def test_kinds_that_nobody_speaks_yet_are_refused_in_words(kind: str) -> None:
    violations = Violations()
    read_provider(contract.Provider(kind=KINDS[kind]), "place", violations)
    (violation,) = violations.found
    assert violation.field == "provider.kind"
    assert violation.description == f"the kind {kind} is not available in this version"


@pytest.mark.parametrize(
    ("kind", "address", "left"),
    [
        ("simulator", "https://api.openai.com/v1", ""),
        ("openai", "https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("vllm", "http://gpu/v1", "http://gpu/v1"),
    ],
)
def test_an_address_that_came_with_the_kind_goes_with_it(kind: str, address: str, left: str) -> None:
    wanted = contract.Provider(kind=KINDS[kind], base_url=address)
    forget_usual_address(wanted, StoredProvider("place", "openai", "https://api.openai.com/v1"))
    assert wanted.base_url == left
