"""What every test may ask for: a PostgreSQL server that the whole session shares, and fresh databases on it.

And what none needs to think of: the terminal that the command line writes for is the same everywhere, files lie in
memory where there is room, and the garbage collector leaves alone what was there before the first test.
"""

import gc
import tempfile
from collections.abc import AsyncIterator, Iterator

import pytest

from gateway_cli.environment import read_environment
from tests.real_stores.fresh_database import fresh_database
from tests.real_stores.memory_folder import memory_folder
from tests.real_stores.prepared_databases import PreparedDatabases
from tests.real_stores.shared_postgres import shared_postgres

WIDTH = "TERMINAL_WIDTH"
COLOURS = ("FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS")


def pytest_configure() -> None:
    """Settles where temporary files lie."""
    tempfile.tempdir = memory_folder()


def pytest_collection_finish() -> None:
    """Keeps modules and tests out of what the garbage collector goes through again and again."""
    gc.freeze()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Settles how wide and how colourful errors are: typer asks only once, when the first one is written."""
    settled = pytest.MonkeyPatch()
    settled.setenv(WIDTH, "80")
    for name in COLOURS:
        settled.delenv(name, raising=False)
    session.config.add_cleanup(settled.undo)


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


@pytest.fixture(scope="session")
def prepared_databases(postgres: str) -> Iterator[PreparedDatabases]:
    """Gives databases that have the schema already."""
    databases = PreparedDatabases(postgres)
    yield databases
    databases.forget()
