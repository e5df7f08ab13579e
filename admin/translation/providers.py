"""Providers as the contract shows them, and back. What is not said gets its default."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from admin.conduct.etags import etag_of
from admin.conduct.names import PROVIDER
from admin.conduct.violations import Violations
from admin.translation.choices import named, read_choice, turned
from admin.translation.durations import UP_TO_A_DAY, UP_TO_AN_HOUR, read_duration, show_duration
from admin.translation.provider_addresses import USUAL, read_base_url
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import provider_pb2

KINDS: Final[Mapping[str, provider_pb2.ProviderKind.ValueType]] = MappingProxyType(
    {
        "openai": provider_pb2.PROVIDER_KIND_OPENAI,
        "anthropic": provider_pb2.PROVIDER_KIND_ANTHROPIC,
        "gemini": provider_pb2.PROVIDER_KIND_GEMINI,
        "openrouter": provider_pb2.PROVIDER_KIND_OPENROUTER,
        "vllm": provider_pb2.PROVIDER_KIND_VLLM,
        "simulator": provider_pb2.PROVIDER_KIND_SIMULATOR,
    }
)
LATER: Final = frozenset(("anthropic", "gemini", "openrouter"))
BALANCES: Final[Mapping[str, provider_pb2.CredentialBalance.ValueType]] = MappingProxyType(
    {
        "round_robin": provider_pb2.CREDENTIAL_BALANCE_ROUND_ROBIN,
        "weighted": provider_pb2.CREDENTIAL_BALANCE_WEIGHTED,
        "random": provider_pb2.CREDENTIAL_BALANCE_RANDOM,
        "least_busy": provider_pb2.CREDENTIAL_BALANCE_LEAST_BUSY,
    }
)
KIND_WORDS: Final = turned(KINDS)
KIND_NAMES: Final = named(KINDS)
BALANCE_WORDS: Final = turned(BALANCES)
TIMEOUTS: Final = ("connect", "first_token", "idle", "total", "stream_total")
MUTABLE: Final = frozenset(
    (
        *("disabled", "kind", "base_url", "balance", "timeouts", "breaker", "breaker.failures", "breaker.reset"),
        *(f"timeouts.{name}" for name in TIMEOUTS),
    )
)
MOST_FAILURES: Final = 1000


def show_provider(record: Versioned[StoredProvider]) -> provider_pb2.Provider:
    """Writes a provider."""
    value = record.value
    return provider_pb2.Provider(
        name=PROVIDER.write(value.name),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        etag=etag_of(record),
        disabled=value.disabled,
        kind=KINDS[value.kind],
        base_url=value.base_url,
        balance=BALANCES[value.balance],
        timeouts=provider_pb2.ProviderTimeouts(
            **{name: show_duration(getattr(value.timeouts, name)) for name in TIMEOUTS}
        ),
        breaker=provider_pb2.ProviderBreaker(failures=value.breaker.failures, reset=show_duration(value.breaker.reset)),
    )


def read_provider(shown: provider_pb2.Provider, name: str, violations: Violations) -> StoredProvider:
    """Reads what a provider is to be."""
    kind = _kind(shown, violations)
    return StoredProvider(
        name=name,
        kind=kind,
        base_url=read_base_url(shown.base_url, kind, "provider.base_url", violations),
        balance=read_choice("provider.balance", shown.balance, BALANCE_WORDS, "round_robin", violations),
        timeouts=_timeouts(shown.timeouts, violations),
        breaker=_breaker(shown.breaker, violations),
        disabled=shown.disabled,
    )


def forget_usual_address(wanted: provider_pb2.Provider, before: StoredProvider) -> None:
    """Takes the address away that a provider had only by its kind, if it is to be of another kind."""
    if KIND_WORDS.get(wanted.kind) != before.kind and wanted.base_url == USUAL.get(before.kind):
        wanted.base_url = ""


def _kind(shown: provider_pb2.Provider, violations: Violations) -> str:
    kind = read_choice("provider.kind", shown.kind, KIND_WORDS, "", violations)
    if not shown.kind:
        violations.note("provider.kind", "is required")
    if kind in LATER:
        violations.note("provider.kind", f"the kind {kind} is not available in this version")
        return ""
    return kind


def _timeouts(shown: provider_pb2.ProviderTimeouts, violations: Violations) -> Timeouts:
    usual = Timeouts()
    return Timeouts(
        **{
            name: read_duration(shown, f"provider.timeouts.{name}", getattr(usual, name), UP_TO_A_DAY, violations)
            for name in TIMEOUTS
        }
    )


def _breaker(shown: provider_pb2.ProviderBreaker, violations: Violations) -> Breaker:
    usual = Breaker()
    return Breaker(
        failures=violations.check_range(
            "provider.breaker.failures", shown.failures or usual.failures, 1, MOST_FAILURES
        ),
        reset=read_duration(shown, "provider.breaker.reset", usual.reset, UP_TO_AN_HOUR, violations),
    )
