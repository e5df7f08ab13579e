"""What opens the store's secrets and recognises its keys: the master keys and the peppers. It holds no records."""

from dataclasses import dataclass
from pathlib import Path

from gateway_core.identity.peppers import Peppers, load_peppers
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.secrets_at_rest.envelope import unseal
from gateway_core.secrets_at_rest.find_master_keys import find_master_keys
from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.secrets_at_rest.master_key_file import FILE
from gateway_core.storage.store import Store


@dataclass(frozen=True, slots=True)
class Vault:
    """The keys of a store, known to fit it."""

    master_keys: MasterKeys
    peppers: Peppers

    def reveal(self, sealed: SealedSecret) -> Secret:
        """Opens the secret of a provider's credential. Raises SecretsError."""
        return Secret(unseal(self.master_keys, sealed).decode())


async def open_vault(store: Store, *, master_key: Secret | None, data_dir: Path) -> Vault:
    """Finds the master keys, in `master_key` or else in a file of the data directory, and the peppers.

    An empty store gets both. Raises SecretsError for keys that do not fit the store, StorageError.
    """
    master_keys = await find_master_keys(store, master_key, data_dir / FILE)
    return Vault(master_keys, await load_peppers(store, master_keys))
