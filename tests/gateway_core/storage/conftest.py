"""Gives each test that asks for it both kinds of databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway_core.storage.databases import KINDS, empty_database


@pytest.fixture(params=KINDS)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Gives the address of an empty database."""
    async with empty_database(request, tmp_path) as database:
        yield database
