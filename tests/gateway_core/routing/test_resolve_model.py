"""From a name to a model."""

import pytest

from gateway_core.errors import ModelNotFound
from gateway_core.records.model import Model, Target
from gateway_core.records.snapshot import Snapshot
from gateway_core.routing.resolve_model import resolve_model

FAST = Model("fast", (Target("openai", "gpt-4o-mini"),))
SNAPSHOT = Snapshot(version="1", created=0, providers={}, models={"fast": FAST})


def test_a_model_is_found_by_its_name() -> None:
    assert resolve_model(SNAPSHOT, "fast") is FAST


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("slow", "slow"),
        ("Fast", "Fast"),
        ("", ""),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 99 + "…"),
        ("x" * 10**6, "x" * 99 + "…"),
    ],
)
def test_an_unknown_name_is_named_and_not_at_length(name: str, shown: str) -> None:
    with pytest.raises(ModelNotFound) as raised:
        resolve_model(SNAPSHOT, name)
    assert raised.value.message == f"there is no model '{shown}'"
    assert raised.value.facts == {"model": shown}


def test_control_characters_do_not_reach_the_message() -> None:
    with pytest.raises(ModelNotFound) as raised:
        resolve_model(SNAPSHOT, "a\nb\x1b[31m")
    assert raised.value.message.isprintable()
