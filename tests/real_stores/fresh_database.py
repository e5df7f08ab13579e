"""Makes an empty database on a server, and takes it away at the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

from sqlalchemy import NullPool, make_url
from sqlalchemy.ext.asyncio import create_async_engine


@asynccontextmanager
async def fresh_database(server: str, template: str = "template0") -> AsyncIterator[str]:
    """Gives the address of a database that nobody else uses; whoever still uses it at the end is thrown out.

    It is a copy of the template, which nobody may be using.
    """
    name = new_name()
    await execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield address_of(server, name)
    finally:
        await execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def new_name() -> str:
    """Gives a name that no database has."""
    return f"weir_test_{uuid4().hex}"


def address_of(server: str, database: str) -> str:
    """Gives the address of a database on a server."""
    return make_url(server).set(database=database).render_as_string(hide_password=False)


async def execute(server: str, *statements: str) -> None:
    """Runs statements, each outside of transactions."""
    url = make_url(server).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)
    await engine.dispose()
