"""Who gets the next call."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.records.model import Target
from gateway_core.records.provider import Credential
from gateway_core.records.secret import Secret
from gateway_core.routing.choose import STRATEGIES, ChoiceState, Chooser

SEED = 7


def targets_of(weights: Sequence[int]) -> list[Target]:
    return [Target("openai", f"model-{index}", weight) for index, weight in enumerate(weights)]


def choices_of(strategy: str, weights: Sequence[int], count: int) -> list[int]:
    chooser, candidates, state = Chooser(strategy, Random(SEED)), targets_of(weights), ChoiceState.of(len(weights))
    return [chooser.choose(candidates, state) for _ in range(count)]


@pytest.mark.parametrize(
    ("strategy", "weights", "choices"),
    [
        ("fixed", [1, 9, 9], [0, 0, 0, 0]),
        ("round_robin", [1, 9, 0], [0, 1, 2, 0, 1, 2, 0]),
        ("weighted", [1, 1], [0, 1, 0, 1]),
        ("weighted", [2, 1], [0, 1, 0, 0, 1, 0]),
        ("weighted", [5, 1, 1], [0, 0, 1, 0, 2, 0, 0]),
        ("weighted", [0, 1, 0], [1, 1, 1]),
        ("weighted", [0, 0], [0, 0, 0]),
        ("random", [0, 3, 0], [1, 1, 1, 1]),
        ("random", [0, 0], [0, 0, 0]),
        ("least_busy", [1, 1], [0, 0]),
        ("least_busy", [1, 3, 3], [1, 1]),
    ],
)
def test_calls_are_spread_by_the_strategy(strategy: str, weights: list[int], choices: list[int]) -> None:
    assert choices_of(strategy, weights, len(choices)) == choices


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_where_there_is_one_it_is_chosen(strategy: str) -> None:
    assert choices_of(strategy, [1], 3) == [0, 0, 0]


def test_a_strategy_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="no strategy 'best'; there are fixed, round_robin, weighted, random, least_"):
        Chooser("best", Random(SEED))


def test_credentials_are_chosen_like_targets() -> None:
    credentials = [Credential("a", Secret("s"), 1), Credential("b", Secret("t"), 2)]
    assert Chooser("weighted", Random(SEED)).choose(credentials, ChoiceState.of(2)) == 1


weights_of_some = st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=6).filter(any)


@given(weights_of_some, st.integers(min_value=1, max_value=3))
def test_weights_are_honoured_exactly_over_every_round(weights: list[int], rounds: int) -> None:
    chosen = Counter(choices_of("weighted", weights, rounds * sum(weights)))
    assert [chosen[index] for index in range(len(weights))] == [rounds * weight for weight in weights]


@given(weights_of_some, st.integers(min_value=1, max_value=200))
def test_weights_are_never_off_by_more_than_one_call_per_candidate(weights: list[int], count: int) -> None:
    chosen = Counter(choices_of("weighted", weights, count))
    for index, weight in enumerate(weights):
        assert abs(chosen[index] - count * weight / sum(weights)) < len(weights)


def test_a_draw_honours_weights_in_the_long_run() -> None:
    chosen = Counter(choices_of("random", [1, 0, 3], 4000))
    assert chosen[1] == 0
    assert 2800 < chosen[2] < 3200
    assert chosen[0] + chosen[2] == 4000


@given(weights_of_some, st.integers())
def test_a_draw_never_takes_who_has_no_weight(weights: list[int], seed: int) -> None:
    index = Chooser("random", Random(seed)).choose(targets_of(weights), ChoiceState.of(len(weights)))
    assert weights[index] > 0


def test_the_least_busy_is_chosen_whatever_its_weight() -> None:
    chooser, candidates, state = Chooser("least_busy", Random(SEED)), targets_of([5, 1]), ChoiceState.of(2)
    chosen = []
    for _ in range(4):
        index = chooser.choose(candidates, state)
        state.begin(index)
        chosen.append(index)
    assert chosen == [0, 1, 0, 1]
    state.end(1)
    assert chooser.choose(candidates, state) == 1


@given(weights_of_some, st.lists(st.booleans(), max_size=60))
def test_busy_counts_are_even_while_calls_run_and_zero_when_they_are_over(
    weights: list[int], comings_and_goings: list[bool]
) -> None:
    chooser, candidates, state = Chooser("least_busy", Random(SEED)), targets_of(weights), ChoiceState.of(len(weights))
    running: list[int] = []
    for comes in comings_and_goings:
        if comes:
            index = chooser.choose(candidates, state)
            assert state.busy[index] == min(state.busy)
            state.begin(index)
            running.append(index)
        elif running:
            state.end(running.pop(0))
        assert sum(state.busy) == len(running)
    for index in running:
        state.end(index)
    assert state.busy == [0] * len(weights)
