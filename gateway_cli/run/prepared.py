"""Makes a store ready to serve from: its keys, its first credentials, the records that the configuration declares."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from admin.configuration.apply import apply_at_start
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.issued import Issued
from gateway_cli.run.opened_store import opened_store
from gateway_cli.run.ready import Say, show_issued
from gateway_core.identity.bootstrap import Bootstrapped, bootstrap
from gateway_core.identity.vault import Vault, open_vault
from gateway_core.storage.store import Store


@dataclass(frozen=True, slots=True)
class Prepared:
    """A store that is open, and what opens its secrets."""

    store: Store
    vault: Vault


@asynccontextmanager
async def prepared(configuration: Configuration, say: Say, *, apply: bool = True) -> AsyncIterator[Prepared]:
    """Opens the store while inside, and shows the credentials that are made by the way.

    Without `apply`, records stay as they are, whatever the configuration declares.
    """
    settings, log_format = configuration.core, configuration.process.log_format
    async with opened_store(settings) as store:
        vault = await open_vault(store, master_key=settings.master_key, data_dir=settings.data_dir)
        made = await bootstrap(
            store, vault.peppers, api_key=settings.bootstrap_api_key, admin_token=settings.bootstrap_admin_token
        )
        show_issued(say, issued_by(made), log_format=log_format)
        if apply:
            applied = await apply_at_start(store, vault, configuration.declared, datetime.now(UTC))
            show_issued(say, [Issued(name, secret) for name, secret in applied.issued], log_format=log_format)
            for note in applied.notes:
                logging.getLogger("weir").info(note)
        yield Prepared(store, vault)


def issued_by(made: Bootstrapped) -> list[Issued]:
    """Lists the first credentials, if they were made just now."""
    first = (("api_key", made.api_key), ("admin_token", made.admin_token))
    return [Issued(name, secret) for name, secret in first if secret is not None]
