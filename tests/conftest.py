"""What every test may ask for: a PostgreSQL server that the whole session shares, and fresh databases on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from gateway_cli.environment import read_environment
from tests.real_stores.fresh_database import fresh_database
from tests.real_stores.shared_postgres import shared_postgres


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Gives the address of the server that `WEIR_TEST_POSTGRES_URL` names, or of one that is started here."""
    given = read_environment().get("WEIR_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    folder = tmp_path_factory.getbasetemp()
    with shared_postgres(folder.parent if hasattr(request.config, "workerinput") else folder) as address:
        yield address


@pytest.fixture
async def postgres_database(postgres: str) -> AsyncIterator[str]:
    """Gives the address of an empty database."""
    async with fresh_database(postgres) as address:
        yield address
