"""Deletes records for good, with what hangs on them: limits, credentials, secrets. It asks nobody whether it may."""

from gateway_core.storage.everything import every
from gateway_core.storage.query import Where
from gateway_core.storage.store import Changing


async def delete_limits_on(change: Changing, uid: str) -> None:
    """Deletes the limits on a record."""
    for limit in await every(change.limits, Where("scope_id", "=", uid)):
        await change.limits.delete(limit.uid)


async def delete_provider(change: Changing, uid: str, *, expected: int | None = None) -> None:
    """Deletes a provider with its credentials. Its prices stay."""
    await change.providers.delete(uid, expected=expected)
    await delete_limits_on(change, uid)
    for credential in await every(change.credentials, Where("provider_uid", "=", uid)):
        await delete_credential(change, credential.uid)


async def delete_credential(change: Changing, uid: str, *, expected: int | None = None) -> None:
    """Deletes a credential; its secret is gone for ever."""
    await change.credentials.delete(uid, expected=expected)
    await delete_limits_on(change, uid)
    await change.secrets.remove(uid)


async def delete_model(change: Changing, uid: str, *, expected: int | None = None) -> None:
    """Deletes a model."""
    await change.models.delete(uid, expected=expected)
    await delete_limits_on(change, uid)
