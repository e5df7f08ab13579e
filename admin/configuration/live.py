"""Reads what is in the database as a file would declare it, with what the database knows besides."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from admin.configuration.declared import (
    Allowance,
    Declared,
    DeclaredApiKey,
    DeclaredCredential,
    DeclaredModel,
    DeclaredPrice,
    DeclaredProvider,
    DeclaredSettings,
    DeclaredUser,
)
from admin.configuration.entries import (
    DEFAULTS,
    SECRET,
    SETTINGS,
    Entry,
    Fields,
    Kind,
    entries_of,
    limit_key,
    price_key,
)
from admin.configuration.live_users import among, read_users
from gateway_core.identity.vault import Vault
from gateway_core.records.limit import Limit
from gateway_core.records.price_row import PriceRow
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.records.versioned import Versioned
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from gateway_core.storage.everything import every
from gateway_core.storage.gateway_settings import read_gateway_settings
from gateway_core.storage.store import Reading


@dataclass(frozen=True, slots=True)
class LiveRecord:
    """A record of the database. A key that was revoked is `ended`: it can only be left as it is."""

    kind: Kind
    key: str
    parent: str
    uid: str
    revision: int
    managed_by: str
    fields: Fields
    ended: bool = False


@dataclass(frozen=True, slots=True)
class LiveConfiguration:
    """Everything that is not deleted: as declared, and record by record under the same keys.

    Keys of deleted users are left out, and whatever else belongs to what is deleted.
    """

    version: int
    declared: Declared
    records: Mapping[str, LiveRecord]


@dataclass(slots=True)
class _Collected:
    declared: Declared
    facts: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    fingerprints: dict[str, str | None] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    subjects: dict[tuple[str, str], str] = field(default_factory=dict)

    def scopes(self) -> set[str]:
        return {"", *(uid for _, uid in self.subjects)}

    def note(self, key: str, record: Versioned[object]) -> None:
        self.facts[key] = (record.uid, record.revision, record.managed_by)


async def read_live(
    reading: Reading,
    vault: Vault,
    fingerprint: Callable[[Secret], str],
    now: datetime,
    users: Collection[str] | None = None,
) -> LiveConfiguration:
    """Reads the configuration, with the prices in force now.

    With `users` only these users and what a file has to do with, instead of all users and their keys.
    """
    settings, record = await read_gateway_settings(reading)
    found = _Collected(Declared(settings=None if record is None else DeclaredSettings(settings)))
    if record is not None:
        found.note(SETTINGS, record)
    await _read_prices(reading, found, now)
    await _read_providers(reading, found, vault, fingerprint)
    await _read_models(reading, found)
    await _read_users(reading, found, users)
    allowances = await _read_limits(reading, found, everybody=users is None)
    found.declared = with_allowances(found.declared, allowances)
    entries = entries_of(found.declared, fingerprint)
    records = {key: _record(entry, found) for key, entry in entries.items()}
    return LiveConfiguration(reading.version, found.declared, records)


def _record(entry: Entry, found: _Collected) -> LiveRecord:
    uid, revision, managed_by = found.facts[entry.key]
    fields = entry.fields
    if entry.kind == "credential":
        fields = {**fields, SECRET: found.fingerprints[entry.key]}
    return LiveRecord(
        entry.kind, entry.key, entry.parent, uid, revision, managed_by, fields, ended=entry.key in found.ended
    )


async def _read_prices(reading: Reading, found: _Collected, now: datetime) -> None:
    rows = [row for row in await reading.prices.in_force(now) if row.min_input_tokens == 0]
    prices = {(row.provider, row.model): DeclaredPrice(row.provider, row.model, row.price) for row in rows}
    found.facts.update((price_key(row.provider, row.model), _price_facts(row)) for row in rows)
    found.declared = replace(found.declared, prices=prices)


def _price_facts(row: PriceRow) -> tuple[str, int, str]:
    return row.uid, row.version, row.managed_by


async def _read_providers(
    reading: Reading, found: _Collected, vault: Vault, fingerprint: Callable[[Secret], str]
) -> None:
    sealed = await reading.secrets.of("provider-key")
    credentials: defaultdict[str, list[Versioned[StoredCredential]]] = defaultdict(list)
    for credential in await every(reading.credentials):
        credentials[credential.value.provider_uid].append(credential)
    providers = {}
    for provider in await every(reading.providers):
        name, mine = provider.value.name, credentials[provider.uid]
        found.note(f"providers/{name}", provider)
        found.subjects["provider", provider.uid] = f"providers/{name}"
        for one in mine:
            key = f"providers/{name}/credentials/{one.value.name}"
            found.note(key, one)
            found.subjects["credential", one.uid] = key
            found.fingerprints[key] = _fingerprint(vault, fingerprint, sealed.get(one.uid))
        declared = (DeclaredCredential(one.value.name, None, one.value.weight, one.value.disabled) for one in mine)
        providers[name] = DeclaredProvider(provider.value, tuple(declared))
    found.declared = replace(found.declared, providers=providers)


def _fingerprint(vault: Vault, fingerprint: Callable[[Secret], str], sealed: SealedSecret | None) -> str | None:
    """Gives nothing for a secret that does not open, so that the one of the file takes its place."""
    if sealed is None:
        return None
    try:
        return fingerprint(vault.reveal(sealed))
    except SecretsError:
        return None


async def _read_models(reading: Reading, found: _Collected) -> None:
    models = {}
    for model in await every(reading.models):
        name = model.value.name
        found.note(f"models/{name}", model)
        found.subjects["model", model.uid] = f"models/{name}"
        models[name] = DeclaredModel(model.value)
    found.declared = replace(found.declared, models=models)


async def _read_users(reading: Reading, found: _Collected, names: Collection[str] | None) -> None:
    users = {}
    for user, mine in await read_users(reading, names):
        name = user.value.name
        found.note(f"users/{name}", user)
        found.subjects["user", user.uid] = f"users/{name}"
        for one in mine:
            key = f"users/{name}/apiKeys/{one.value.name}"
            found.note(key, one)
            found.subjects["api_key", one.uid] = key
            if one.value.revoked_at is not None:
                found.ended.add(key)
        users[name] = DeclaredUser(user.value, tuple(as_declared(one.value) for one in mine))
    found.declared = replace(found.declared, users=users)


def as_declared(key: StoredApiKey) -> DeclaredApiKey:
    """Gives a key as a file would declare it."""
    return DeclaredApiKey(key.name, key.models, key.operations, key.networks, key.expires_at, key.disabled)


async def _read_limits(reading: Reading, found: _Collected, *, everybody: bool) -> Mapping[str, Sequence[Allowance]]:
    allowances: defaultdict[str, list[Allowance]] = defaultdict(list)
    for limit in await (every(reading.limits) if everybody else among(reading.limits, "scope_id", found.scopes())):
        subject = _subject(limit.value, found)
        if subject is not None:
            value = limit.value
            found.note(limit_key(subject, value.measure, value.per), limit)
            allowances[subject].append(Allowance(value.measure, value.per, value.amount))
    return allowances


def _subject(limit: Limit, found: _Collected) -> str | None:
    return DEFAULTS if limit.scope_kind == "default" else found.subjects.get((limit.scope_kind, limit.scope_id))


def with_allowances(declared: Declared, allowances: Mapping[str, Sequence[Allowance]]) -> Declared:
    """Hangs allowances below their subjects."""

    def of(subject: str) -> tuple[Allowance, ...]:
        return tuple(allowances.get(subject, ()))

    def of_credential(provider: str, credential: DeclaredCredential) -> DeclaredCredential:
        return replace(credential, allowances=of(f"providers/{provider}/credentials/{credential.name}"))

    def of_key(user: str, key: DeclaredApiKey) -> DeclaredApiKey:
        return replace(key, allowances=of(f"users/{user}/apiKeys/{key.name}"))

    return replace(
        declared,
        providers={
            name: replace(
                provider,
                credentials=tuple(of_credential(name, one) for one in provider.credentials),
                allowances=of(f"providers/{name}"),
            )
            for name, provider in declared.providers.items()
        },
        models={name: replace(model, allowances=of(f"models/{name}")) for name, model in declared.models.items()},
        users={
            name: replace(user, keys=tuple(of_key(name, one) for one in user.keys), allowances=of(f"users/{name}"))
            for name, user in declared.users.items()
        },
        defaults=of(DEFAULTS),
    )
