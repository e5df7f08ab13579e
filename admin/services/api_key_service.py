"""ApiKeyService: keeps the keys of users. A secret leaves it once, when it is made, and is kept only as a hash."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page, not_found
from admin.conduct.made_ids import make_id
from admin.conduct.masks import changed
from admin.conduct.names import API_KEY, USER, require_id
from admin.conduct.pages import Cut
from admin.conduct.violations import Violations
from admin.services.found_api_keys import OWNER, KeysOfLiveUsers, find_key, seek_key, show_key, show_keys
from admin.services.key_revocation import revoke
from admin.services.key_rotation import read_rotation, require_changeable
from admin.services.user_service import LONGEST_REASON, require_live
from admin.translation.api_keys import MUTABLE, read_api_key
from admin.translation.scopes import USUAL_OPERATIONS, with_defaults
from admin.translation.stamps import OWNER_NAMES
from gateway_core.errors import AlreadyExists
from gateway_core.identity.api_key_format import make_api_key, show_hint
from gateway_core.interceptors.around import Context
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.storage.query import Where
from gateway_core.storage.store import Reading
from weir.admin.v1 import api_key_service_pb2 as messages
from weir.admin.v1.api_key_pb2 import ApiKey
from weir.admin.v1.api_key_service_pb2_grpc import ApiKeyServiceServicer

FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "hint": filters.exact("hint"),
        "revoked": filters.presence("revoked_at"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "disabled": filters.truth("disabled"),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
        "expire_time": filters.moment("expires_at"),
        "revoke_time": filters.moment("revoked_at"),
    }
)


class ApiKeyService(ApiKeyServiceServicer):
    """Keeps API keys."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListApiKeys(self, request: messages.ListApiKeysRequest, context: Context) -> messages.ListApiKeysResponse:
        """Gives a page of a user's keys, or of everybody's."""
        del context
        async with self._desk.reading() as reading:
            page = await _page(reading, request)
            keys = await show_keys(reading, page.page, self._desk.now())
        return messages.ListApiKeysResponse(api_keys=keys, next_page_token=page.next_token)

    async def GetApiKey(self, request: messages.GetApiKeyRequest, context: Context) -> messages.GetApiKeyResponse:
        """Describes one key."""
        del context
        ids = API_KEY.read(request.name, "name")
        async with self._desk.reading() as reading:
            key = await find_key(reading, request.name, *ids)
            shown = await show_key(reading, key, self._desk.now())
        return messages.GetApiKeyResponse(api_key=shown)

    async def CreateApiKey(
        self, request: messages.CreateApiKeyRequest, context: Context
    ) -> messages.CreateApiKeyResponse:
        """Makes a key."""
        (owner,) = USER.read(request.parent, "parent")
        given = require_id(request.api_key_id, "api_key_id") if request.api_key_id else make_id("key")
        now, secret, pepper = self._desk.now(), make_api_key(), self._desk.vault.peppers.current
        fresh = _read_new(request.api_key, StoredApiKey("", given, show_hint(secret), operations=USUAL_OPERATIONS), now)
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            key = None if once is None else await change.api_keys.created_by(once)
            if key is not None:
                secret = ""
            else:
                user = await find(change.users, request.parent, owner, deleted=True)
                require_live(user)
                key = await change.api_keys.create(replace(fresh, user_uid=user.uid), request=once)
                await change.key_hashes.add(key.uid, pepper.hash(secret), pepper.id, hint=fresh.hint)
            shown = await show_key(change, key, now)
        return messages.CreateApiKeyResponse(api_key=shown, secret=secret)

    async def UpdateApiKey(
        self, request: messages.UpdateApiKeyRequest, context: Context
    ) -> messages.UpdateApiKeyResponse:
        """Changes a key."""
        ids, now = API_KEY.read(request.api_key.name, "api_key.name"), self._desk.now()
        async with self._desk.changing(context) as change:
            key = await find_key(change, request.api_key.name, *ids)
            expected = expected_revision(request.api_key.etag, key)
            require_changeable(key)
            violations = Violations()
            wanted = changed(await show_key(change, key, now), request.api_key, request.update_mask, MUTABLE)
            value = read_api_key(wanted, key.value, now, violations)
            violations.refuse()
            updated = await change.api_keys.update(key.uid, value, expected=expected)
            shown = await show_key(change, updated, now)
        return messages.UpdateApiKeyResponse(api_key=shown)

    async def RotateApiKey(
        self, request: messages.RotateApiKeyRequest, context: Context
    ) -> messages.RotateApiKeyResponse:
        """Gives a key another secret."""
        ids, now = API_KEY.read(request.name, "name"), self._desk.now()
        rotation = read_rotation(request, now)
        once, secret = self._desk.request(request), make_api_key()
        async with self._desk.changing(context) as change:
            rotated = None if once is None else await change.api_keys.created_by(once)
            if rotated is not None:
                secret = ""
            else:
                key = await find_key(change, request.name, *ids)
                rotation = replace(rotation, expected=expected_revision(request.etag, key))
                rotated = await rotation.carry_out(change, key, secret, self._desk.vault.peppers.current)
                if once is not None:
                    await change.api_keys.remember(once, key.uid)
            shown = await show_key(change, rotated, now)
        return messages.RotateApiKeyResponse(api_key=shown, secret=secret)

    async def RevokeApiKey(
        self, request: messages.RevokeApiKeyRequest, context: Context
    ) -> messages.RevokeApiKeyResponse:
        """Ends a key for ever."""
        ids, now = API_KEY.read(request.name, "name"), self._desk.now()
        violations = Violations()
        reason = violations.check_text("reason", request.reason, longest=LONGEST_REASON)
        violations.refuse()
        async with self._desk.changing(context, reason=reason) as change:
            key = await find_key(change, request.name, *ids)
            key = await revoke(change, key, reason, now, expected_revision(request.etag, key))
            shown = await show_key(change, key, now)
        return messages.RevokeApiKeyResponse(api_key=shown)

    async def DeleteApiKey(
        self, request: messages.DeleteApiKeyRequest, context: Context
    ) -> messages.DeleteApiKeyResponse:
        """Takes a key out of use."""
        ids, shown = API_KEY.read(request.name, "name"), None
        async with self._desk.changing(context) as change:
            key = await seek_key(change, *ids)
            if key is not None and key.deleted_at is None:
                key = await change.api_keys.delete(key.uid, expected=expected_revision(request.etag, key))
            elif not request.allow_missing:
                raise not_found(request.name)
            if key is not None:
                shown = await show_key(change, key, self._desk.now())
        return messages.DeleteApiKeyResponse(api_key=shown)

    async def UndeleteApiKey(
        self, request: messages.UndeleteApiKeyRequest, context: Context
    ) -> messages.UndeleteApiKeyResponse:
        """Brings a key back."""
        ids = API_KEY.read(request.name, "name")
        async with self._desk.changing(context) as change:
            key = await find_key(change, request.name, *ids)
            if key.deleted_at is None:
                raise AlreadyExists(f"{request.name} is not deleted")
            expected = expected_revision(request.etag, key)
            require_live(await change.users.get(key.value.user_uid, deleted=True))
            restored = await change.api_keys.undelete(key.uid, expected=expected)
            shown = await show_key(change, restored, self._desk.now())
        return messages.UndeleteApiKeyResponse(api_key=shown)


def _read_new(given: ApiKey, usual: StoredApiKey, now: datetime) -> StoredApiKey:
    violations = Violations()
    wanted = ApiKey()
    wanted.CopyFrom(given)
    wanted.scopes.CopyFrom(with_defaults(given.scopes))
    read = read_api_key(wanted, usual, now, violations)
    violations.refuse()
    return read


async def _page(reading: Reading, request: messages.ListApiKeysRequest) -> Cut[StoredApiKey]:
    owner, deleted = USER.read_parent(request.parent, "parent"), request.show_deleted
    keys = reading.api_keys if deleted else KeysOfLiveUsers(reading)
    where: tuple[Where, ...] = ()
    if owner is not None:
        user = await find(reading.users, request.parent, owner, deleted=True)
        where = (Where(OWNER, "=", user.uid),)
    return await list_page(keys, request, FIELDS, where=where, deleted=deleted, parent=request.parent)
