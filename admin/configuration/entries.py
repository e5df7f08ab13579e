"""Spreads what is declared into one entry for each record, all of one shape, so that they can be compared one by one.

The key of an entry stands for the record in the file, in the database and in what was applied last.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from admin.configuration.declared import (
    NOWHERE,
    Allowance,
    Declared,
    DeclaredApiKey,
    DeclaredCredential,
    DeclaredModel,
    DeclaredPrice,
    DeclaredProvider,
    DeclaredSettings,
    DeclaredUser,
    Place,
)
from admin.configuration.plain import (
    Plain,
    plain_amount,
    plain_api_key,
    plain_credential,
    plain_model,
    plain_money,
    plain_price,
    plain_provider,
    plain_settings,
    plain_user,
)
from gateway_core.records.secret import Secret

Kind: TypeAlias = Literal["setting", "provider", "credential", "model", "price", "user", "api_key", "limit"]
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Fields: TypeAlias = Mapping[str, Json]
Source: TypeAlias = (
    DeclaredSettings
    | DeclaredProvider
    | DeclaredCredential
    | DeclaredModel
    | DeclaredPrice
    | DeclaredUser
    | DeclaredApiKey
    | Allowance
)
SETTINGS = "settings"
DEFAULTS = "defaults"
SECRET = "secret"  # noqa: S105 # the name of a field


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as it is declared. `parent` names the provider, the user or the subject that it belongs to.

    `fields` are compared with what is there; `initial` counts only when the record is made.
    """

    kind: Kind
    key: str
    parent: str
    source: Source
    fields: Fields
    initial: Fields = field(default_factory=dict)
    place: Place = NOWHERE


def entries_of(declared: Declared, fingerprint: Callable[[Secret], str]) -> dict[str, Entry]:
    """Gives every entry by its key, in an order in which they can be made."""
    return {entry.key: entry for entry in _entries(declared, fingerprint)}


def limit_key(subject: str, measure: str, per: str) -> str:
    """Gives the key of a limit."""
    return f"limits/{subject}#{measure}/{per}"


def price_key(provider: str, model: str) -> str:
    """Gives the key of a price."""
    return f"prices/{provider}#{model}"


def _entries(declared: Declared, fingerprint: Callable[[Secret], str]) -> Iterator[Entry]:
    settings = declared.settings
    if settings is not None:
        yield Entry("setting", SETTINGS, "", settings, _json(plain_settings(settings.value)), place=settings.place)
    yield from _providers(declared, fingerprint)
    for name, model in declared.models.items():
        yield Entry("model", f"models/{name}", "", model, _json(plain_model(model.value)), place=model.place)
    for price in declared.prices.values():
        key = price_key(price.provider, price.model)
        initial = {"provider": price.provider, "model": price.model}
        yield Entry("price", key, price.provider, price, _json(plain_price(price.price)), initial, price.place)
    yield from _users(declared)
    yield from _limits(declared)


def _providers(declared: Declared, fingerprint: Callable[[Secret], str]) -> Iterator[Entry]:
    for name, provider in declared.providers.items():
        fields = _json(plain_provider(provider.value))
        yield Entry("provider", f"providers/{name}", "", provider, fields, place=provider.place)
        for credential in provider.credentials:
            yield _credential(name, credential, fingerprint)


def _credential(provider: str, credential: DeclaredCredential, fingerprint: Callable[[Secret], str]) -> Entry:
    fields = {
        **_json(plain_credential(credential)),
        SECRET: None if credential.secret is None else fingerprint(credential.secret),
    }
    key = f"providers/{provider}/credentials/{credential.name}"
    return Entry("credential", key, provider, credential, fields, place=credential.place)


def _users(declared: Declared) -> Iterator[Entry]:
    for name, user in declared.users.items():
        balance = user.value.balance_nano
        initial = _json({} if balance is None else {"balance_usd": plain_money(balance)})
        yield Entry("user", f"users/{name}", "", user, _json(plain_user(user.value)), initial, user.place)
        for api_key in user.keys:
            key = f"users/{name}/apiKeys/{api_key.name}"
            yield Entry("api_key", key, name, api_key, _json(plain_api_key(api_key)), place=api_key.place)


def _limits(declared: Declared) -> Iterator[Entry]:
    for subject, allowances in _subjects(declared):
        for allowance in allowances:
            key = limit_key(subject, allowance.measure, allowance.per)
            initial: Fields = {"subject": subject, "period": allowance.per}
            yield Entry(
                "limit", key, subject, allowance, _json(plain_amount(allowance)), initial, place=allowance.place
            )


def _subjects(declared: Declared) -> Iterator[tuple[str, Sequence[Allowance]]]:
    yield DEFAULTS, declared.defaults
    for name, provider in declared.providers.items():
        yield f"providers/{name}", provider.allowances
        for credential in provider.credentials:
            yield f"providers/{name}/credentials/{credential.name}", credential.allowances
    for name, model in declared.models.items():
        yield f"models/{name}", model.allowances
    for name, user in declared.users.items():
        yield f"users/{name}", user.allowances
        for api_key in user.keys:
            yield f"users/{name}/apiKeys/{api_key.name}", api_key.allowances


def _json(plain: Plain) -> dict[str, Json]:
    return {name: _json_value(value) for name, value in plain.items()}


def _json_value(value: object) -> Json:
    match value:
        case Decimal():
            return f"{value:f}"
        case dict():
            return {str(name): _json_value(inner) for name, inner in value.items()}
        case list():
            return [_json_value(inner) for inner in value]
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(f"{type(value).__name__} is no plain value")
