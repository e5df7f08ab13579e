"""Finds API keys among those of their users, and shows them with what is kept beside them. It changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from admin.conduct.finding import not_found, seek
from admin.translation.api_keys import Surroundings, show_api_key
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.store import Reading
from weir.admin.v1.api_key_pb2 import ApiKey

OWNER = "user_uid"
Key = Versioned[StoredApiKey]


class KeysOfLiveUsers:
    """Lists keys without those of deleted users."""

    def __init__(self, reading: Reading) -> None:
        """Takes where keys and users are."""
        self._reading = reading

    async def page(self, page: Page) -> Sequence[Key]:
        """Gives as many keys as are asked for, unless there are no more."""
        kept: list[Key] = []
        while len(kept) < page.limit:
            found = await self._reading.api_keys.page(page)
            live = {user.uid for user in await users_of(self._reading, found, deleted=False)}
            kept.extend(key for key in found if key.value.user_uid in live)
            if len(found) < page.limit:
                break
            page = replace(page, after=found[-1].uid)
        return kept[: page.limit]


async def seek_key(reading: Reading, user: str, key: str) -> Key | None:
    """Gives the key with these ids, deleted or not, if there is one; a deleted user's too."""
    owner = await seek(reading.users, user, deleted=True)
    if owner is None:
        return None
    return await seek(reading.api_keys, key, Where(OWNER, "=", owner.uid), deleted=True)


async def find_key(reading: Reading, name: str, user: str, key: str) -> Key:
    """Gives what `seek_key` gives, or raises ResourceNotFound for the name."""
    found = await seek_key(reading, user, key)
    if found is None:
        raise not_found(name)
    return found


async def show_key(reading: Reading, key: Key, now: datetime) -> ApiKey:
    """Writes a key."""
    (shown,) = await show_keys(reading, (key,), now)
    return shown


async def show_keys(reading: Reading, keys: Sequence[Key], now: datetime) -> list[ApiKey]:
    """Writes keys, asking once for all of them whatever lies beside them."""
    if not keys:
        return []
    uids = [key.uid for key in keys]
    around = Surroundings(
        now,
        users={user.uid: user.value.name for user in await users_of(reading, keys, deleted=True)},
        secrets=await reading.key_hashes.of(uids),
        uses=await reading.key_uses.of(uids),
    )
    return [show_api_key(key, around) for key in keys]


async def users_of(reading: Reading, keys: Sequence[Key], *, deleted: bool) -> Sequence[Versioned[User]]:
    """Gives the users whose keys these are."""
    uids = sorted({key.value.user_uid for key in keys})
    return await reading.users.page(Page(limit=len(uids), where=(Where("uid", "in", uids),), deleted=deleted))
