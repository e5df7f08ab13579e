"""For how long keys are good without anybody saying so."""

import pytest

from gateway_core.errors import StaleConfiguration
from gateway_core.identity.freshness import Freshness
from tests.fakes.worlds import HeldClock


def test_it_lasts_as_long_as_its_bound() -> None:
    time = HeldClock()
    freshness = Freshness(time.clock().monotonic, 10.0)
    time.advance(10.0)
    freshness.require()
    assert freshness.age == 10.0
    time.advance(0.1)
    with pytest.raises(StaleConfiguration) as raised:
        freshness.require()
    assert raised.value.retry_after == 1.0


def test_each_confirmation_counts_from_the_moment_it_is_for() -> None:
    time = HeldClock()
    now = time.clock().monotonic
    freshness = Freshness(now, 10.0)
    time.advance(8.0)
    asked = now()
    time.advance(4.0)
    freshness.confirm(asked)
    freshness.confirm(asked - 5.0)
    assert freshness.age == 4.0
    freshness.require()


def test_where_nothing_can_be_missed_it_lasts_for_ever() -> None:
    time = HeldClock()
    freshness = Freshness(time.clock().monotonic, 10.0, always=True)
    time.advance(1000.0)
    freshness.require()
