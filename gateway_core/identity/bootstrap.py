"""Sees to it that a gateway can be used at all: its first API key and its first admin token.

It does not print: what it makes is handed back once, and nobody can ask for it again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from gateway_core.identity.api_key_format import make_admin_token, make_api_key, show_hint
from gateway_core.identity.credentials import MAX_CREDENTIAL_LENGTH
from gateway_core.identity.peppers import Peppers
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.query import Page
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Changing, Store

NAME = "bootstrap"
ACCOUNT = "default"
MIN_LENGTH = 8
ACTOR = Actor("weir", uid="bootstrap")


class BadBootstrapSecret(ValueError):
    """A secret given by the settings cannot serve. It names the setting, never the value, and stops the start."""


@dataclass(frozen=True, slots=True)
class Bootstrapped:
    """What was made just now and must be shown to the operator, for there is no second time."""

    api_key: Secret | None = None
    admin_token: Secret | None = None


async def bootstrap(
    store: Store,
    peppers: Peppers,
    *,
    api_key: Secret | None,
    admin_token: Secret | None,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Bootstrapped:
    """Makes what an empty store lacks, and makes sure that the secrets given by the settings work.

    Raises BadBootstrapSecret for a given secret that is too short, too long or not sendable. A secret that the
    settings no longer give stays valid, and one that an administrator revoked stays revoked. Of several processes
    that start at once, one makes the secrets.
    """
    _check("WEIR_BOOTSTRAP_API_KEY", api_key)
    _check("WEIR_BOOTSTRAP_ADMIN_TOKEN", admin_token)
    async with store.changing(ACTOR) as change:
        first = await _is_empty(change)
        made = Bootstrapped(
            api_key=Secret(make_api_key(randomness)) if first and api_key is None else None,
            admin_token=Secret(make_admin_token(randomness)) if first and admin_token is None else None,
        )
        key, token = api_key or made.api_key, admin_token or made.admin_token
        if key is not None:
            await _keep_api_key(change, peppers, key.reveal())
        if token is not None:
            await _keep_admin_token(change, peppers, token.reveal())
    return made


async def _is_empty(change: Changing) -> bool:
    anything = Page(limit=1, deleted=True)
    return not await change.api_keys.page(anything) and not await change.admin_tokens.page(anything)


async def _keep_api_key(change: Changing, peppers: Peppers, key: str) -> None:
    if await change.key_hashes.owner_of(peppers.hashes(key)) is None:
        await _keep_account(change)
        record = StoredApiKey(user_uid=ACCOUNT, name=NAME, hint=show_hint(key))
        created = await change.api_keys.create(record, managed_by=NAME)
        await change.key_hashes.add(created.uid, peppers.current.hash(key), peppers.current.id)


async def _keep_admin_token(change: Changing, peppers: Peppers, token: str) -> None:
    if await change.key_hashes.owner_of(peppers.hashes(token)) is None:
        created = await change.admin_tokens.create(AdminToken(NAME, show_hint(token), "owner"), managed_by=NAME)
        await change.key_hashes.add(created.uid, peppers.current.hash(token), peppers.current.id)


async def _keep_account(change: Changing) -> None:
    try:
        await change.users.undelete(ACCOUNT)
    except NotThere:
        await change.users.create(User(ACCOUNT), uid=ACCOUNT, managed_by=NAME)


def _check(setting: str, secret: Secret | None) -> None:
    if secret is None:
        return
    value = secret.reveal()
    if not MIN_LENGTH <= len(value) <= MAX_CREDENTIAL_LENGTH:
        raise BadBootstrapSecret(f"{setting} must have {MIN_LENGTH} to {MAX_CREDENTIAL_LENGTH} characters")
    if " " in value or not value.isascii() or not value.isprintable():
        raise BadBootstrapSecret(f"{setting} must hold printable ASCII characters only, without spaces")
