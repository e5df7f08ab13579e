"""Which API key a secret opens the gateway with, as the store alone tells it."""

from datetime import UTC, datetime

from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Store


async def working_key(store: Store, key_hash: bytes) -> Versioned[StoredApiKey] | None:
    """Gives the key that a secret with this hash belongs to, if nothing of it is over, stopped or gone."""
    async with store.reading() as reading:
        secret = await reading.key_hashes.find([key_hash])
        if secret is None or is_over(secret.expires_at):
            return None
        try:
            key = await reading.api_keys.get(secret.owner)
            user = await reading.users.get(key.value.user_uid)
        except NotThere:
            return None
    stopped = key.value.disabled or key.value.revoked_at is not None or user.value.disabled
    return None if stopped or is_over(key.value.expires_at) else key


def is_over(moment: datetime | None) -> bool:
    """Says whether something that ends at a moment has ended."""
    return moment is not None and moment <= datetime.now(UTC)
