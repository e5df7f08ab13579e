"""Sees to it that a gateway can be used at all: its first API key and its first admin token.

It does not print: what it makes is handed back once, and nobody can ask for it again.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from gateway_core.identity.api_key_format import make_admin_token, make_api_key, show_hint
from gateway_core.identity.credentials import MAX_CREDENTIAL_LENGTH
from gateway_core.identity.peppers import Peppers
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import ChangeableRecords
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Changing, Store

K = TypeVar("K", StoredApiKey, AdminToken)

API_KEY = "WEIR_BOOTSTRAP_API_KEY"
ADMIN_TOKEN = "WEIR_BOOTSTRAP_ADMIN_TOKEN"  # noqa: S105 # the name of a setting
MADE = "first"
GIVEN = "bootstrap"
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

    What is made is named `first`, what the settings give `bootstrap`. A secret that is given in the place of another
    ends that one at once; if an administrator revoked the record, another takes its place. A secret that the
    settings no longer give stays valid; one that was revoked stays revoked, and one that was replaced stays replaced.
    Of several processes that start at once, one makes the secrets.

    Raises BadBootstrapSecret for a given secret that is too short, too long or not sendable.
    """
    _check(API_KEY, api_key)
    _check(ADMIN_TOKEN, admin_token)
    async with store.changing(ACTOR) as change:
        first = await _is_empty(change)
        made = Bootstrapped(
            api_key=Secret(make_api_key(randomness)) if first and api_key is None else None,
            admin_token=Secret(make_admin_token(randomness)) if first and admin_token is None else None,
        )
        key, token = api_key or made.api_key, admin_token or made.admin_token
        if key is not None:
            await _keep_api_key(change, peppers, key.reveal(), name=MADE if api_key is None else GIVEN)
        if token is not None:
            await _keep_admin_token(change, peppers, token.reveal(), name=MADE if admin_token is None else GIVEN)
    return made


async def _is_empty(change: Changing) -> bool:
    anything = Page(limit=1, deleted=True)
    return not await change.api_keys.page(anything) and not await change.admin_tokens.page(anything)


async def _keep_api_key(change: Changing, peppers: Peppers, key: str, *, name: str) -> None:
    if await change.key_hashes.find(peppers.hashes(key)) is None:
        await _keep_account(change)
        before = await change.api_keys.find(Where("user_uid", "=", ACCOUNT), Where("name", "=", name))
        fresh = StoredApiKey(user_uid=ACCOUNT, name=name, hint=show_hint(key))
        kept = await _keep(change, change.api_keys, before, fresh)
        await change.key_hashes.add(kept.uid, peppers.current.hash(key), peppers.current.id, hint=fresh.hint)


async def _keep_admin_token(change: Changing, peppers: Peppers, token: str, *, name: str) -> None:
    if await change.key_hashes.find(peppers.hashes(token)) is None:
        before = await change.admin_tokens.find(Where("name", "=", name))
        fresh = AdminToken(name, show_hint(token), "owner")
        kept = await _keep(change, change.admin_tokens, before, fresh)
        await change.key_hashes.add(kept.uid, peppers.current.hash(token), peppers.current.id, hint=fresh.hint)


async def _keep(change: Changing, records: ChangeableRecords[K], before: Versioned[K] | None, fresh: K) -> Versioned[K]:
    """Makes the record that a new secret is for, or ends the secrets of the one there is.

    A revoked record stays as it is, out of the way: whoever gives the settings must not lock himself out.
    """
    if before is not None and before.value.revoked_at is not None:
        await records.delete(before.uid)
        before = None
    if before is None:
        return await records.create(fresh, managed_by=GIVEN)
    await change.key_hashes.end(before.uid, change.now)
    return await records.update(before.uid, replace(before.value, hint=fresh.hint), action="rotate", touch=True)


async def _keep_account(change: Changing) -> None:
    try:
        await change.users.undelete(ACCOUNT)
    except NotThere:
        await change.users.create(User(ACCOUNT), uid=ACCOUNT, managed_by=GIVEN)


def _check(setting: str, secret: Secret | None) -> None:
    if secret is None:
        return
    value = secret.reveal()
    if not MIN_LENGTH <= len(value) <= MAX_CREDENTIAL_LENGTH:
        raise BadBootstrapSecret(f"{setting} must have {MIN_LENGTH} to {MAX_CREDENTIAL_LENGTH} characters")
    if " " in value or not value.isascii() or not value.isprintable():
        raise BadBootstrapSecret(f"{setting} must hold printable ASCII characters only, without spaces")
