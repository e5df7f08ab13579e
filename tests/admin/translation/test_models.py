"""Models are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.models import read_model, show_model
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import model_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
NAMES = st.sampled_from(["slow", "meta-llama/Llama-3.1-8B", "a:b", "x"])
TARGETS = st.lists(
    st.builds(StoredTarget, st.sampled_from(["one", "two"]), st.sampled_from(["m", "n"]), st.integers(1, 1000)),
    min_size=1,
    max_size=4,
    unique_by=lambda target: (target.provider, target.model),
).map(tuple)
MODELS = st.builds(
    StoredModel,
    name=st.just("fast"),
    targets=TARGETS,
    strategy=st.sampled_from(["fixed", "round_robin", "weighted", "random", "least_busy", "scored"]),
    fallback=st.lists(NAMES, unique=True).map(tuple),
    retries=st.builds(
        Retries, st.integers(0, 10), st.integers(1, 60 * 10**9).map(lambda ns: ns / 10**9), st.floats(0, 1)
    ),
    stream_break=st.sampled_from(["fail", "restart", "continue"]),
    disabled=st.booleans(),
)
TARGET = contract.ModelTarget(provider="providers/one", provider_model="m")


def record(value: StoredModel) -> Versioned[StoredModel]:
    """Puts a model into a record."""
    return Versioned("mdl_1", 2, NOW, NOW, None, "file", value)


@given(MODELS)
def test_a_model_that_is_shown_is_read_back_as_before(model: StoredModel) -> None:
    violations = Violations()
    assert read_model(show_model(record(model)), "fast", violations) == model
    assert not violations.found


def test_references_are_names_outside_and_ids_inside() -> None:
    model = StoredModel("a/b", (StoredTarget("one", "m", 3),), fallback=("c/d", "e"))
    shown = show_model(record(model))
    assert shown.name == "models/a/b"
    assert list(shown.targets) == [contract.ModelTarget(provider="providers/one", provider_model="m", weight=3)]
    assert list(shown.fallbacks) == ["models/c/d", "models/e"]


def test_what_is_not_said_gets_its_default_and_is_shown() -> None:
    violations = Violations()
    read = read_model(contract.Model(targets=[TARGET]), "fast", violations)
    assert read == StoredModel("fast", (StoredTarget("one", "m"),))
    shown = show_model(record(read))
    assert shown.strategy == contract.ROUTING_STRATEGY_FIXED
    assert shown.stream_break == contract.STREAM_BREAK_FAIL
    assert shown.retries == contract.ModelRetries(attempts=2, backoff=Duration(nanos=200_000_000), budget=0.1)
    assert not violations.found


def test_no_repetitions_are_not_the_default() -> None:
    model = contract.Model(targets=[TARGET], retries=contract.ModelRetries(attempts=0, budget=0))
    assert read_model(model, "fast", Violations()).retries == Retries(attempts=0, budget=0)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"targets": []}, ["model.targets"]),
        ({"targets": [TARGET, TARGET]}, ["model.targets[1]"]),
        ({"targets": [contract.ModelTarget(provider="one", provider_model="m")]}, ["model.targets[0].provider"]),
        (
            {"targets": [TARGET, contract.ModelTarget(weight=1001)]},
            ["model.targets[1].provider", "model.targets[1].provider_model", "model.targets[1].weight"],
        ),
        (
            {"targets": [contract.ModelTarget(provider="providers/one", provider_model="a b")]},
            ["model.targets[0].provider_model"],
        ),
        (
            {"targets": [contract.ModelTarget(provider="providers/one", provider_model="m" * 257)]},
            ["model.targets[0].provider_model"],
        ),
        ({"strategy": 99}, ["model.strategy"]),
        ({"stream_break": 99}, ["model.stream_break"]),
        ({"fallbacks": ["models/fast"]}, ["model.fallbacks[0]"]),
        ({"fallbacks": ["models/a", "models/a"]}, ["model.fallbacks[1]"]),
        ({"fallbacks": ["models/a", "b"]}, ["model.fallbacks[1]"]),
        ({"fallbacks": ["models/a//b"]}, ["model.fallbacks[0]"]),
        ({"fallbacks": [f"models/m{n}" for n in range(21)]}, ["model.fallbacks"]),
        ({"retries": contract.ModelRetries(attempts=11)}, ["model.retries.attempts"]),
        ({"retries": contract.ModelRetries(attempts=-1)}, ["model.retries.attempts"]),
        ({"retries": contract.ModelRetries(budget=1.1)}, ["model.retries.budget"]),
        ({"retries": contract.ModelRetries(budget=float("nan"))}, ["model.retries.budget"]),
        ({"retries": contract.ModelRetries(backoff=Duration(seconds=61))}, ["model.retries.backoff"]),
    ],
)
def test_what_is_wrong_is_noted_with_its_path(changes: dict[str, object], fields: list[str]) -> None:
    violations = Violations()
    shown = contract.Model(**{"targets": [TARGET], **changes})  # type: ignore[arg-type] # fields by name
    read_model(shown, "fast", violations)
    assert [violation.field for violation in violations.found] == fields


def test_a_model_has_at_most_a_hundred_targets() -> None:
    targets = [contract.ModelTarget(provider="providers/one", provider_model=f"m{n}") for n in range(101)]
    violations = Violations()
    read_model(contract.Model(targets=targets), "fast", violations)
    assert [violation.field for violation in violations.found] == ["model.targets"]
