"""Which accounts at which providers a gateway would use: what the configuration declares, and then what is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from admin.configuration.declared import Declared, DeclaredProvider
from admin.translation.provider_addresses import USUAL
from gateway_cli.database.stored import Stored
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.master_key import known_master_keys
from gateway_core.records.secret import Secret
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.secrets_at_rest.envelope import unseal
from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.secrets_at_rest.secrets_error import SecretsError


@dataclass(frozen=True, slots=True)
class Account:
    """One credential of a provider. `credential` is empty where a provider has none.

    `secret` is `None` where there is none, or where it does not open.
    """

    provider: str
    kind: str
    base_url: str
    credential: str = ""
    secret: Secret | None = None


Secrets = Mapping[tuple[str, str], Secret]


def known_accounts(case: Case) -> list[Account]:
    """Gives every account that is not switched off.

    A provider of the configuration stands for a stored one of the same name, as the next start makes it so; what it
    has no secret for keeps the stored one.
    """
    if case.configuration is None:
        return []
    declared, secrets = case.configuration.declared, _stored_secrets(case)
    accounts = [one for provider in declared.providers.values() for one in _declared(provider, secrets)]
    return [*accounts, *_stored(case.stored, declared, secrets)] if case.stored else accounts


def _declared(provider: DeclaredProvider, secrets: Secrets) -> Iterator[Account]:
    name = provider.value.name
    named = {one.name: one.secret or secrets.get((name, one.name)) for one in provider.credentials if not one.disabled}
    yield from _accounts(provider.value, named)


def _stored(stored: Stored, declared: Declared, secrets: Secrets) -> Iterator[Account]:
    for provider in stored.providers:
        if provider.value.name not in declared.providers:
            mine = [one.value for one in stored.credentials if one.value.provider_uid == provider.uid]
            name = provider.value.name
            yield from _accounts(
                provider.value, {one.name: secrets.get((name, one.name)) for one in mine if not one.disabled}
            )


def _accounts(provider: StoredProvider, credentials: Mapping[str, Secret | None]) -> Iterator[Account]:
    if provider.disabled:
        return
    base_url = provider.base_url or USUAL.get(provider.kind, "")
    if not credentials:
        yield Account(provider.name, provider.kind, base_url)
    for name, secret in credentials.items():
        yield Account(provider.name, provider.kind, base_url, name, secret)


def _stored_secrets(case: Case) -> Secrets:
    keys = _keys(case)
    if case.stored is None or keys is None:
        return {}
    names = {provider.uid: provider.value.name for provider in case.stored.providers}
    found: dict[tuple[str, str], Secret] = {}
    for one in case.stored.credentials:
        secret = _open(case.stored, keys, one.uid)
        if secret is not None and one.value.provider_uid in names:
            found[names[one.value.provider_uid], one.value.name] = secret
    return found


def _keys(case: Case) -> MasterKeys | None:
    try:
        return known_master_keys(case.configuration.core) if case.configuration else None
    except SecretsError:
        return None


def _open(stored: Stored, keys: MasterKeys, uid: str) -> Secret | None:
    if uid not in stored.sealed:
        return None
    try:
        return Secret(unseal(keys, stored.sealed[uid]).decode())
    except (SecretsError, UnicodeDecodeError):
        return None
