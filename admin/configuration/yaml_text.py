"""Writes plain values as the text of a YAML file: in one stable form, pleasant to read, and exact."""

from decimal import Decimal
from typing import TypeVar

import yaml

from admin.configuration.declared import Declared, DeclaredApiKey, DeclaredCredential, DeclaredPrice, DeclaredProvider
from admin.configuration.plain import (
    Plain,
    plain_allowances,
    plain_api_key,
    plain_credential,
    plain_model,
    plain_money,
    plain_price,
    plain_provider,
    plain_settings,
    plain_user,
)
from gateway_core.records.secret import MASK
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.records.user import User

WIDTH = 120
YAML = "tag:yaml.org,2002:"
REFERENCE = "${"
LITERAL_REFERENCE = "$${"
N = TypeVar("N", DeclaredCredential, DeclaredApiKey)
Prices = dict[tuple[str, str], DeclaredPrice]


class Writer(yaml.SafeDumper):
    """Writes every value out where it stands, and amounts without passing through a binary fraction."""

    def ignore_aliases(self, data: object) -> bool:
        """Makes no anchors, even of what occurs twice."""
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 # the library's own signature
        """Indents lists below their key."""
        del indentless
        super().increase_indent(flow, indentless=False)


def write_yaml(document: Plain) -> str:
    """Gives the text of a file. A `${` in a value is written so that it stays one."""
    Writer.add_representer(Decimal, _write_decimal)
    return yaml.dump(
        _literal(document), Dumper=Writer, sort_keys=False, allow_unicode=True, width=WIDTH, default_flow_style=None
    )


def written(declared: Declared) -> Plain:
    """Gives the sections of a file that declares the same: without what is as by default, and with secrets masked."""
    sections: Plain = {
        "providers": {name: _provider(declared.providers[name]) for name in sorted(declared.providers)},
        "models": {
            name: _model(declared, name) | _shown(plain_allowances(declared.models[name].allowances), {})
            for name in sorted(declared.models)
        },
        "defaults": _shown(plain_allowances(declared.defaults), {}),
        "users": {name: _user(declared, name) for name in sorted(declared.users)},
    }
    settings = {} if declared.settings is None else plain_settings(declared.settings.value)
    return {name: section for name, section in (sections | settings).items() if section}


def _provider(provider: DeclaredProvider) -> Plain:
    plain = plain_provider(provider.value)
    shown = _shown(plain, plain_provider(StoredProvider("", kind="")))
    if provider.credentials:
        shown["credentials"] = [_credential(credential) for credential in _by_name(provider.credentials)]
    return shown | _shown(plain_allowances(provider.allowances), {})


def _credential(credential: DeclaredCredential) -> Plain:
    secret = {} if credential.secret is None else {"secret": MASK}
    usual = plain_credential(DeclaredCredential(""))
    return {
        "name": credential.name,
        **secret,
        **_shown(plain_credential(credential), usual),
        **_shown(plain_allowances(credential.allowances), {}),
    }


def _model(declared: Declared, name: str) -> Plain:
    plain = plain_model(declared.models[name].value)
    targets = declared.models[name].value.targets
    shown = _shown(plain, {**plain_model(StoredModel("", ())), "targets": None})
    shown["targets"] = [_target(declared, target.provider, target.model, target.weight) for target in targets]
    return shown


def _target(declared: Declared, provider: str, model: str, weight: int) -> Plain:
    shown: Plain = {"provider": provider, "model": model}
    if weight != 1:
        shown["weight"] = weight
    price = declared.prices.get((provider, model))
    if price is not None:
        shown["price"] = plain_price(price.price)
    return shown


def _user(declared: Declared, name: str) -> Plain:
    user = declared.users[name]
    shown = _shown(plain_user(user.value), plain_user(User("")))
    if user.value.balance_nano is not None:
        shown["balance_usd"] = plain_money(max(0, user.value.balance_nano))
    if user.keys:
        shown["keys"] = [_api_key(key) for key in _by_name(user.keys)]
    return shown | _shown(plain_allowances(user.allowances), {})


def _api_key(key: DeclaredApiKey) -> Plain:
    usual = plain_api_key(DeclaredApiKey(""))
    return {
        "name": key.name,
        **_shown(plain_api_key(key), usual),
        **_shown(plain_allowances(key.allowances), {}),
    }


def _by_name(things: tuple[N, ...]) -> list[N]:
    return sorted(things, key=lambda thing: thing.name)


def _shown(plain: Plain, usual: Plain) -> Plain:
    """Leaves out what is as usual, inside of mappings too."""
    shown: Plain = {}
    for name, value in plain.items():
        known = usual.get(name)
        if isinstance(value, dict) and isinstance(known, dict):
            inner = _shown(value, known)
            shown.update({name: inner} if inner else {})
        elif value not in ({}, [], known):
            shown[name] = value
    return shown


def _literal(value: object) -> object:
    if isinstance(value, str):
        return value.replace(REFERENCE, LITERAL_REFERENCE)
    if isinstance(value, dict):
        return {key: _literal(inner) for key, inner in value.items()}
    return [_literal(inner) for inner in value] if isinstance(value, list) else value


def _write_decimal(writer: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    return writer.represent_scalar(f"{YAML}{'float' if '.' in text else 'int'}", text)
