"""Sees to it that a gateway can be used at all: its first API key and its first admin token.

It does not print: what it makes is handed back once, and nobody can ask for it again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway_core.identity.api_key_format import make_admin_token, make_api_key, show_hint
from gateway_core.identity.credentials import MAX_CREDENTIAL_LENGTH
from gateway_core.identity.key_hash import hash_key
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.api_key import ApiKey
from gateway_core.records.secret import Secret
from gateway_core.storage.key_store import KeyStore

NAME = "bootstrap"
ACCOUNT = "default"
MIN_LENGTH = 8
ID_BYTES = 12


class BadBootstrapSecret(ValueError):
    """A secret given by the settings cannot serve. It names the setting, never the value, and stops the start."""


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """What was made just now and must be shown to the operator, for there is no second time."""

    api_key: Secret | None = None
    admin_token: Secret | None = None


def bootstrap(
    store: KeyStore,
    *,
    api_key: Secret | None,
    admin_token: Secret | None,
    now: datetime,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Bootstrapped:
    """Makes what an empty store lacks, and makes sure that the secrets given by the settings work.

    Raises BadBootstrapSecret for a given secret that is too short, too long or not sendable. A secret that the
    settings no longer give stays valid. Of several processes that start at once, one makes the secrets.
    """
    _check("WEIR_BOOTSTRAP_API_KEY", api_key)
    _check("WEIR_BOOTSTRAP_ADMIN_TOKEN", admin_token)
    with store.transaction():
        first = store.is_empty()
        made = Bootstrapped(
            api_key=Secret(make_api_key(randomness)) if first and api_key is None else None,
            admin_token=Secret(make_admin_token(randomness)) if first and admin_token is None else None,
        )
        key = api_key or made.api_key
        if key is not None:
            _keep_api_key(store, key.reveal(), f"key_{randomness(ID_BYTES).hex()}", now)
        token = admin_token or made.admin_token
        if token is not None:
            _keep_admin_token(store, token.reveal(), f"adm_{randomness(ID_BYTES).hex()}", now)
    return made


def _keep_api_key(store: KeyStore, key: str, key_id: str, now: datetime) -> None:
    record = ApiKey(id=key_id, account_id=ACCOUNT, name=NAME, hint=show_hint(key), created_at=now)
    store.add_api_key(hash_key(store.pepper, key), record)


def _keep_admin_token(store: KeyStore, token: str, token_id: str, now: datetime) -> None:
    record = AdminToken(id=token_id, name=NAME, hint=show_hint(token), created_at=now)
    store.add_admin_token(hash_key(store.pepper, token), record)


def _check(setting: str, secret: Secret | None) -> None:
    if secret is None:
        return
    value = secret.reveal()
    if not MIN_LENGTH <= len(value) <= MAX_CREDENTIAL_LENGTH:
        raise BadBootstrapSecret(f"{setting} must have {MIN_LENGTH} to {MAX_CREDENTIAL_LENGTH} characters")
    if " " in value or not value.isascii() or not value.isprintable():
        raise BadBootstrapSecret(f"{setting} must hold printable ASCII characters only, without spaces")
