"""Runs each test of the contract over every kind of channel."""

import pytest

from tests.fakes.channel_link import KINDS, Kind


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Names the kind of channel."""
    named: Kind = request.param
    return named
