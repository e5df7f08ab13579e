"""The vault of a store: made at the first start, found again at the next."""

import pytest

from gateway_core.identity.vault import open_vault
from gateway_core.records.secret import Secret
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from tests.fakes.temporary_store import temporary_store

ONE, OTHER = Secret("1" * 64), Secret("2" * 64)


async def test_a_vault_is_found_again() -> None:
    async with temporary_store() as (store, folder):
        first = await open_vault(store, master_key=None, data_dir=folder)
        again = await open_vault(store, master_key=None, data_dir=folder)
        assert again.peppers.current.id == first.peppers.current.id
        assert again.master_keys.current.key_id == first.master_keys.current.key_id


async def test_it_reveals_what_was_sealed_with_it() -> None:
    async with temporary_store() as (store, folder):
        vault = await open_vault(store, master_key=ONE, data_dir=folder)
        sealed = seal(vault.master_keys.current, "schlüssel".encode(), owner="crd_1", purpose="provider-key")
        assert vault.reveal(sealed) == Secret("schlüssel")


async def test_another_master_key_does_not_open_it() -> None:
    async with temporary_store() as (store, folder):
        await open_vault(store, master_key=ONE, data_dir=folder)
        with pytest.raises(SecretsError):
            await open_vault(store, master_key=OTHER, data_dir=folder)
