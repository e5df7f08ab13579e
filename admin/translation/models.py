"""Models as the contract shows them, and back. Whether what they refer to exists, others know."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from admin.conduct.etags import etag_of
from admin.conduct.names import MODEL, PROVIDER
from admin.conduct.violations import Violations
from admin.translation.choices import named, read_choice, turned
from admin.translation.durations import UP_TO_A_MINUTE, read_duration, show_duration
from admin.translation.references import read_provider_model, read_reference, read_weight
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import model_pb2

STRATEGIES: Final[Mapping[str, model_pb2.RoutingStrategy.ValueType]] = MappingProxyType(
    {
        "fixed": model_pb2.ROUTING_STRATEGY_FIXED,
        "round_robin": model_pb2.ROUTING_STRATEGY_ROUND_ROBIN,
        "weighted": model_pb2.ROUTING_STRATEGY_WEIGHTED,
        "random": model_pb2.ROUTING_STRATEGY_RANDOM,
        "least_busy": model_pb2.ROUTING_STRATEGY_LEAST_BUSY,
        "scored": model_pb2.ROUTING_STRATEGY_SCORED,
    }
)
STREAM_BREAKS: Final[Mapping[str, model_pb2.StreamBreak.ValueType]] = MappingProxyType(
    {
        "fail": model_pb2.STREAM_BREAK_FAIL,
        "restart": model_pb2.STREAM_BREAK_RESTART,
        "continue": model_pb2.STREAM_BREAK_CONTINUE,
    }
)
STRATEGY_WORDS: Final = turned(STRATEGIES)
STRATEGY_NAMES: Final = named(STRATEGIES)
STREAM_BREAK_WORDS: Final = turned(STREAM_BREAKS)
STREAM_BREAK_NAMES: Final = named(STREAM_BREAKS)
MUTABLE: Final = frozenset(
    (
        *("disabled", "targets", "strategy", "fallbacks", "stream_break"),
        *("retries", "retries.attempts", "retries.backoff", "retries.budget"),
    )
)
MOST_TARGETS: Final = 100
MOST_FALLBACKS: Final = 20
MOST_ATTEMPTS: Final = 10


def show_model(record: Versioned[StoredModel]) -> model_pb2.Model:
    """Writes a model."""
    value = record.value
    return model_pb2.Model(
        name=MODEL.write(value.name),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        etag=etag_of(record),
        disabled=value.disabled,
        targets=[
            model_pb2.ModelTarget(
                provider=PROVIDER.write(target.provider), provider_model=target.model, weight=target.weight
            )
            for target in value.targets
        ],
        strategy=STRATEGIES[value.strategy],
        fallbacks=map(MODEL.write, value.fallback),
        retries=model_pb2.ModelRetries(
            attempts=value.retries.attempts,
            backoff=show_duration(value.retries.backoff),
            budget=value.retries.budget,
        ),
        stream_break=STREAM_BREAKS[value.stream_break],
    )


def read_model(shown: model_pb2.Model, name: str, violations: Violations) -> StoredModel:
    """Reads what a model is to be."""
    return StoredModel(
        name=name,
        targets=_targets(shown.targets, violations),
        strategy=read_choice("model.strategy", shown.strategy, STRATEGY_WORDS, "fixed", violations),
        fallback=_fallback(shown.fallbacks, name, violations),
        retries=_retries(shown.retries, violations),
        stream_break=read_choice("model.stream_break", shown.stream_break, STREAM_BREAK_WORDS, "fail", violations),
        disabled=shown.disabled,
    )


def _targets(shown: Sequence[model_pb2.ModelTarget], violations: Violations) -> tuple[StoredTarget, ...]:
    if not 1 <= len(shown) <= MOST_TARGETS:
        violations.note("model.targets", f"must be 1 to {MOST_TARGETS}")
    read: list[StoredTarget] = []
    pairs: set[tuple[str, str]] = set()
    for index, target in enumerate(shown[:MOST_TARGETS]):
        field = f"model.targets[{index}]"
        read.append(_target(target, field, violations))
        pair = (read[-1].provider, read[-1].model)
        if pair in pairs:
            violations.note(field, "has the provider and the model of an earlier target")
        pairs.add(pair)
    return tuple(read)


def _target(shown: model_pb2.ModelTarget, field: str, violations: Violations) -> StoredTarget:
    return StoredTarget(
        provider=read_reference(PROVIDER, shown.provider, f"{field}.provider", violations),
        model=read_provider_model(shown.provider_model, f"{field}.provider_model", violations),
        weight=read_weight(shown.weight, f"{field}.weight", violations),
    )


def _fallback(shown: Sequence[str], name: str, violations: Violations) -> tuple[str, ...]:
    if len(shown) > MOST_FALLBACKS:
        violations.note("model.fallbacks", f"must be at most {MOST_FALLBACKS}")
    read: list[str] = []
    for index, written in enumerate(shown[:MOST_FALLBACKS]):
        field = f"model.fallbacks[{index}]"
        given = read_reference(MODEL, written, field, violations)
        if given == name:
            violations.note(field, "is the model itself")
        elif given in read:
            violations.note(field, "is named twice")
        read.append(given)
    return tuple(read)


def _retries(shown: model_pb2.ModelRetries, violations: Violations) -> Retries:
    usual = Retries()
    attempts = shown.attempts if shown.HasField("attempts") else usual.attempts
    budget = shown.budget if shown.HasField("budget") else usual.budget
    if not 0 <= budget <= 1:
        violations.note("model.retries.budget", "must be 0 to 1")
    return Retries(
        attempts=violations.check_range("model.retries.attempts", attempts, 0, MOST_ATTEMPTS),
        backoff=read_duration(shown, "model.retries.backoff", usual.backoff, UP_TO_A_MINUTE, violations),
        budget=budget,
    )
