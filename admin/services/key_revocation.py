"""How an API key ends for ever, deleted ones too: a key that comes back must not work again."""

from dataclasses import replace
from datetime import datetime

from admin.services.found_api_keys import Key
from gateway_core.storage.store import Changing


async def revoke(change: Changing, key: Key, reason: str, now: datetime, expected: int | None) -> Key:
    """Ends the key with all its secrets, and gives it as it is now; one that was revoked before stays as it is."""
    if key.value.revoked_at is not None:
        return key
    await change.key_hashes.end(key.uid, now)
    value = replace(key.value, revoked_at=now, revoke_reason=reason)
    return await change.api_keys.update(key.uid, value, expected=expected, action="revoke")
