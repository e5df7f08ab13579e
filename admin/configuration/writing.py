"""Carries a plan's changes out, one record at a time, inside of a change of the store. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from admin.conduct.deleting import delete_credential, delete_model, delete_provider
from admin.configuration.declared import (
    Allowance,
    DeclaredApiKey,
    DeclaredCredential,
    DeclaredModel,
    DeclaredPrice,
    DeclaredProvider,
    DeclaredSettings,
    DeclaredUser,
)
from admin.configuration.entries import DEFAULTS, SECRET, Entry, Kind
from admin.configuration.last_applied import BY_FILE
from admin.configuration.live import LiveConfiguration, LiveRecord
from admin.configuration.plan import Change
from admin.translation.credentials import hint_of
from gateway_core.identity.api_key_format import make_api_key, show_hint
from gateway_core.identity.vault import Vault
from gateway_core.records.limit import Limit, ScopeKind
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.storage.gateway_settings import NAME as GATEWAY
from gateway_core.storage.gateway_settings import write_gateway_settings
from gateway_core.storage.repositories import ChangeableRecords
from gateway_core.storage.store import Changing

SCOPES: Mapping[Kind, ScopeKind] = {
    "user": "user",
    "api_key": "api_key",
    "model": "model",
    "provider": "provider",
    "credential": "credential",
}


@dataclass(slots=True)
class Writing:
    """Writes records, and remembers the uids of those that others belong to. `issued` holds the keys made so far.

    Prices hold from the moment `at` on.
    """

    change: Changing
    vault: Vault
    at: datetime
    known: dict[str, tuple[Kind, str]]
    issued: list[tuple[str, Secret]] = field(default_factory=list)

    @classmethod
    def over(cls, change: Changing, vault: Vault, live: LiveConfiguration, at: datetime) -> "Writing":
        """Begins with the records that are there."""
        return cls(change, vault, at, {record.key: (record.kind, record.uid) for record in live.records.values()})

    async def carry_out(self, change: Change) -> None:
        """Carries out one change."""
        entry, live = change.entry, change.live
        if entry is None:
            if live is not None:
                await self._delete(live)
        elif live is None:
            uid = await self._create(entry)
            self.known[entry.key] = (entry.kind, uid)
        elif change.action == "adopt":
            record = await self._records(entry.kind).get(live.uid)
            await self._records(entry.kind).update(live.uid, record.value, managed_by=BY_FILE)
        else:
            await self._update(entry, live, {one.path for one in change.fields})

    async def _create(self, entry: Entry) -> str:
        match entry.source:
            case DeclaredCredential() as credential:
                return await self._create_credential(entry, credential)
            case DeclaredPrice() as price:
                return await self._append_price(price)
            case DeclaredApiKey() as api_key:
                return await self._create_api_key(entry, api_key)
            case _:
                value = self._value(entry, None)
                return (await self._records(entry.kind).create(value, managed_by=BY_FILE)).uid

    async def _update(self, entry: Entry, live: LiveRecord, paths: set[str]) -> None:
        if isinstance(entry.source, DeclaredPrice):
            await self._append_price(entry.source)
            return
        records = self._records(entry.kind)
        value = self._value(entry, (await records.get(live.uid)).value)
        rotated = SECRET in paths and isinstance(entry.source, DeclaredCredential) and entry.source.secret
        if rotated:
            await self._seal(live.uid, rotated)
            value = replace(value, hint=hint_of(rotated))
        await records.update(
            live.uid, value, managed_by=BY_FILE, action="rotate" if rotated else "update", touch=bool(rotated)
        )

    async def _delete(self, live: LiveRecord) -> None:
        match live.kind:
            case "provider":
                await delete_provider(self.change, live.uid)
            case "credential":
                await delete_credential(self.change, live.uid)
            case "model":
                await delete_model(self.change, live.uid)
            case _:
                await self._records(live.kind).delete(live.uid)

    def _value(self, entry: Entry, before: Any) -> Any:  # noqa: ANN401 # the value of any kind of record
        """Gives what a record is to be; what the file does not say of it stays as it was `before`."""
        match entry.source:
            case DeclaredProvider() | DeclaredModel() as whole:
                return whole.value
            case DeclaredUser(value=user):
                return user if before is None else replace(user, balance_nano=before.balance_nano)
            case DeclaredSettings(value=settings):
                return Setting(GATEWAY, write_gateway_settings(settings))
            case Allowance(measure=measure, per=per, amount=amount):
                return Limit(*self._scope(entry.parent), measure, per, amount)
            case DeclaredCredential(weight=weight, disabled=disabled):
                return replace(before, weight=weight, disabled=disabled)
            case DeclaredApiKey() as key:
                return with_scopes(before, key)

    async def _create_credential(self, entry: Entry, credential: DeclaredCredential) -> str:
        secret = credential.secret or Secret("")
        owner = self.known[f"providers/{entry.parent}"][1]
        value = StoredCredential(owner, credential.name, hint_of(secret), credential.weight, credential.disabled)
        created = await self.change.credentials.create(value, managed_by=BY_FILE)
        await self._seal(created.uid, secret)
        return created.uid

    async def _seal(self, owner: str, secret: Secret) -> None:
        keys = self.vault.master_keys.current
        await self.change.secrets.put(seal(keys, secret.reveal().encode(), owner=owner, purpose="provider-key"))

    async def _append_price(self, price: DeclaredPrice) -> str:
        row = await self.change.prices.append(
            price.provider, price.model, price.price, effective_from=self.at, managed_by=BY_FILE
        )
        return row.uid

    async def _create_api_key(self, entry: Entry, api_key: DeclaredApiKey) -> str:
        secret, pepper = make_api_key(), self.vault.peppers.current
        owner = self.known[f"users/{entry.parent}"][1]
        value = with_scopes(StoredApiKey(owner, api_key.name, show_hint(secret)), api_key)
        created = await self.change.api_keys.create(value, managed_by=BY_FILE)
        await self.change.key_hashes.add(created.uid, pepper.hash(secret), pepper.id, hint=value.hint)
        self.issued.append((entry.key, Secret(secret)))
        return created.uid

    def _scope(self, subject: str) -> tuple[ScopeKind, str]:
        if subject == DEFAULTS:
            return "default", ""
        kind, uid = self.known[subject]
        return SCOPES[kind], uid

    def _records(self, kind: Kind) -> ChangeableRecords[Any]:
        change = self.change
        every: Mapping[str, ChangeableRecords[Any]] = {
            "provider": change.providers,
            "credential": change.credentials,
            "model": change.models,
            "user": change.users,
            "api_key": change.api_keys,
            "limit": change.limits,
            "setting": change.settings,
        }
        return every[kind]


def with_scopes(before: StoredApiKey, key: DeclaredApiKey) -> StoredApiKey:
    """Gives a key that may do what is declared."""
    return replace(
        before,
        models=key.models,
        operations=key.operations,
        networks=key.networks,
        expires_at=key.expires_at,
        disabled=key.disabled,
    )
