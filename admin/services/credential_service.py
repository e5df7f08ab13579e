"""CredentialService: keeps the gateway's own accounts at providers. Their secrets come in, are sealed, and stay in."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.deleting import delete_credential
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page, not_found, seek
from admin.conduct.masks import changed
from admin.conduct.names import CREDENTIAL, PROVIDER, require_id
from admin.conduct.pages import Cut
from admin.conduct.violations import Violations
from admin.translation.credentials import MUTABLE, hint_of, read_credential, read_secret, show_credential
from admin.translation.stamps import OWNER_NAMES
from gateway_core.interceptors.around import Context
from gateway_core.records.secret import Secret
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.records.versioned import Versioned
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.storage.query import Page, Where
from gateway_core.storage.store import Changing, Reading
from weir.admin.v1 import credential_service_pb2 as messages
from weir.admin.v1.credential_pb2 import Credential
from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceServicer

OWNER: Final = "provider_uid"
FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "disabled": filters.truth("disabled"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
    }
)


class CredentialService(CredentialServiceServicer):
    """Keeps credentials."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListCredentials(
        self, request: messages.ListCredentialsRequest, context: Context
    ) -> messages.ListCredentialsResponse:
        """Gives a page of a provider's credentials, or of all."""
        del context
        async with self._desk.reading() as reading:
            page = await _page(reading, request)
            shown = await _show(reading, page.page)
        return messages.ListCredentialsResponse(credentials=shown, next_page_token=page.next_token)

    async def GetCredential(
        self, request: messages.GetCredentialRequest, context: Context
    ) -> messages.GetCredentialResponse:
        """Describes one credential."""
        del context
        ids = CREDENTIAL.read(request.name, "name")
        async with self._desk.reading() as reading:
            (shown,) = await _show(reading, (await _find(reading, request.name, *ids),))
        return messages.GetCredentialResponse(credential=shown)

    async def CreateCredential(
        self, request: messages.CreateCredentialRequest, context: Context
    ) -> messages.CreateCredentialResponse:
        """Takes a secret in."""
        violations = Violations()
        (owner,) = PROVIDER.read(request.parent, "parent")
        given = require_id(request.credential_id, "credential_id")
        secret = read_secret(request.secret, violations)
        fresh = read_credential(request.credential, "", given, hint_of(secret), violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            credential = None if once is None else await change.credentials.created_by(once)
            if credential is None:
                provider = await find(change.providers, request.parent, owner)
                credential = await change.credentials.create(replace(fresh, provider_uid=provider.uid), request=once)
                await self._seal(change, credential.uid, secret)
            (shown,) = await _show(change, (credential,))
        return messages.CreateCredentialResponse(credential=shown)

    async def UpdateCredential(
        self, request: messages.UpdateCredentialRequest, context: Context
    ) -> messages.UpdateCredentialResponse:
        """Changes everything but the secret."""
        ids = CREDENTIAL.read(request.credential.name, "credential.name")
        async with self._desk.changing(context) as change:
            credential = await _find(change, request.credential.name, *ids)
            expected = expected_revision(request.credential.etag, credential)
            (before,) = await _show(change, (credential,))
            wanted = changed(before, request.credential, request.update_mask, MUTABLE)
            violations, value = Violations(), credential.value
            value = read_credential(wanted, value.provider_uid, value.name, value.hint, violations)
            violations.refuse()
            updated = await change.credentials.update(credential.uid, value, expected=expected)
            (shown,) = await _show(change, (updated,))
        return messages.UpdateCredentialResponse(credential=shown)

    async def RotateCredential(
        self, request: messages.RotateCredentialRequest, context: Context
    ) -> messages.RotateCredentialResponse:
        """Replaces a secret."""
        violations = Violations()
        ids = CREDENTIAL.read(request.name, "name")
        secret = read_secret(request.secret, violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            rotated = None if once is None else await change.credentials.created_by(once)
            if rotated is None:
                credential = await _find(change, request.name, *ids)
                expected = expected_revision(request.etag, credential)
                await self._seal(change, credential.uid, secret)
                value = replace(credential.value, hint=hint_of(secret))
                rotated = await change.credentials.update(
                    credential.uid, value, expected=expected, action="rotate", touch=True
                )
                if once is not None:
                    await change.credentials.remember(once, credential.uid)
            (shown,) = await _show(change, (rotated,))
        return messages.RotateCredentialResponse(credential=shown)

    async def DeleteCredential(
        self, request: messages.DeleteCredentialRequest, context: Context
    ) -> messages.DeleteCredentialResponse:
        """Deletes a credential, and its secret, for good."""
        ids = CREDENTIAL.read(request.name, "name")
        async with self._desk.changing(context) as change:
            credential = await _seek(change, *ids)
            if credential is not None:
                await delete_credential(change, credential.uid, expected=expected_revision(request.etag, credential))
            elif not request.allow_missing:
                raise not_found(request.name)
        return messages.DeleteCredentialResponse()

    async def _seal(self, change: Changing, owner: str, secret: Secret) -> None:
        key = self._desk.vault.master_keys.current
        await change.secrets.put(seal(key, secret.reveal().encode(), owner=owner, purpose="provider-key"))


async def _seek(reading: Reading, provider: str, credential: str) -> Versioned[StoredCredential] | None:
    owner = await seek(reading.providers, provider)
    return None if owner is None else await seek(reading.credentials, credential, Where(OWNER, "=", owner.uid))


async def _find(reading: Reading, name: str, provider: str, credential: str) -> Versioned[StoredCredential]:
    found = await _seek(reading, provider, credential)
    if found is None:
        raise not_found(name)
    return found


async def _page(reading: Reading, request: messages.ListCredentialsRequest) -> Cut[StoredCredential]:
    owner = PROVIDER.read_parent(request.parent, "parent")
    where: tuple[Where, ...] = ()
    if owner is not None:
        provider = await find(reading.providers, request.parent, owner)
        where = (Where(OWNER, "=", provider.uid),)
    return await list_page(reading.credentials, request, FIELDS, where=where, parent=request.parent)


async def _show(reading: Reading, credentials: Sequence[Versioned[StoredCredential]]) -> list[Credential]:
    uids = sorted({credential.value.provider_uid for credential in credentials})
    owners = await reading.providers.page(Page(limit=len(uids), where=(Where("uid", "in", uids),), deleted=True))
    names = {owner.uid: owner.value.name for owner in owners}
    return [show_credential(credential, names[credential.value.provider_uid]) for credential in credentials]
