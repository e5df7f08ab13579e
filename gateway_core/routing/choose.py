"""Chooses one of several candidates, be they targets or credentials. It sees weights and nothing else of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Protocol, TypeAlias


class Weighted(Protocol):
    """What can be chosen. The weight is an integer from 0; only relations between weights matter."""

    @property
    def weight(self) -> int:
        """Says how much of the traffic it should get."""
        ...


@dataclass(slots=True)
class ChoiceState:
    """What choosing remembers for one list of candidates. A list that changes gets a new state."""

    credits: list[int]
    busy: list[int]
    turn: int = 0

    @classmethod
    def of(cls, size: int) -> "ChoiceState":
        """Makes the state for that many candidates."""
        return cls(credits=[0] * size, busy=[0] * size)

    def begin(self, index: int) -> None:
        """Notes that a candidate has one more call in flight. Each `begin` needs its `end`."""
        self.busy[index] += 1

    def end(self, index: int) -> None:
        """Notes that a call of a candidate is over."""
        self.busy[index] -= 1


Strategy: TypeAlias = Callable[[Sequence[Weighted], ChoiceState, Random], int]


def choose_fixed(_candidates: Sequence[Weighted], _state: ChoiceState, _random: Random) -> int:
    """Takes the first, always."""
    return 0


def choose_round_robin(candidates: Sequence[Weighted], state: ChoiceState, _random: Random) -> int:
    """Takes one after the other, whatever their weights."""
    index = state.turn % len(candidates)
    state.turn = index + 1
    return index


def choose_weighted(candidates: Sequence[Weighted], state: ChoiceState, _random: Random) -> int:
    """Takes turns by weight, evenly spread: weights 2 and 1 give 0 1 0, not 0 0 1 (smooth weighted round robin)."""
    credits_left = state.credits
    total = best = 0
    most: int | None = None
    for index, candidate in enumerate(candidates):
        weight = candidate.weight
        total += weight
        credit = credits_left[index] = credits_left[index] + weight
        if weight and (most is None or credit > most):
            most, best = credit, index
    credits_left[best] -= total
    return best


def choose_random(candidates: Sequence[Weighted], _state: ChoiceState, random: Random) -> int:
    """Draws by weight; the first if all weights are 0."""
    drawn = int(random.random() * sum([candidate.weight for candidate in candidates]))
    for index, candidate in enumerate(candidates):
        drawn -= candidate.weight
        if drawn < 0:
            return index
    return 0


def choose_least_busy(candidates: Sequence[Weighted], state: ChoiceState, _random: Random) -> int:
    """Takes the one with the fewest calls in flight; among equals the heaviest, then the first."""
    busy = state.busy
    best = 0
    for index in range(1, len(candidates)):
        if busy[index] < busy[best] or (
            busy[index] == busy[best] and candidates[index].weight > candidates[best].weight
        ):
            best = index
    return best


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "fixed": choose_fixed,
        "round_robin": choose_round_robin,
        "weighted": choose_weighted,
        "random": choose_random,
        "least_busy": choose_least_busy,
    }
)


class Chooser:
    """Chooses by one strategy."""

    def __init__(self, strategy: str, random: Random) -> None:
        """Takes the strategy's name and the randomness; raises ValueError for a strategy there is not."""
        found = STRATEGIES.get(strategy)
        if found is None:
            raise ValueError(f"there is no strategy {strategy!r}; there are {', '.join(STRATEGIES)}")
        self._strategy = found
        self._random = random

    def choose(self, candidates: Sequence[Weighted], state: ChoiceState) -> int:
        """Gives the index of the candidate to use. There must be at least one."""
        return self._strategy(candidates, state, self._random)
