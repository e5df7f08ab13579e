"""Checks the keys of callers and administrators: whether there are any, and which end soon."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, doubtful, fine
from gateway_core.identity.api_key_format import show_hint
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.secret import Secret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned

Key = StoredApiKey | AdminToken
SOON = timedelta(days=7)
API_KEYS, ADMIN_TOKENS = "api keys", "admin tokens"


def check_keys(case: Case) -> Iterator[Finding]:
    """Looks at what is stored. Whoever was revoked or is over is only counted, as nobody waits for them any more."""
    if case.configuration is None or case.stored is None:
        if case.is_new:
            yield fine(API_KEYS, "there are none yet; the first start makes one, and an admin token")
        return
    settings, stored, now = case.configuration.core, case.stored, case.now()
    given = (
        (API_KEYS, stored.api_keys, "WEIR_BOOTSTRAP_API_KEY", settings.bootstrap_api_key),
        (ADMIN_TOKENS, stored.admin_tokens, "WEIR_BOOTSTRAP_ADMIN_TOKEN", settings.bootstrap_admin_token),
    )
    for subject, found, variable, secret in given:
        keys: Sequence[Versioned[Key]] = found
        yield from _bootstrap(subject, keys, variable, secret)
        yield from _lives(subject, keys, now)


def _bootstrap(subject: str, keys: Sequence[Versioned[Key]], variable: str, secret: Secret | None) -> Iterator[Finding]:
    hint = show_hint(secret.reveal()) if secret else None
    same = [one.value for one in keys if one.managed_by == "bootstrap" and one.value.hint == hint]
    if same and all(key.revoked_at for key in same):
        yield doubtful(subject, f"the one of {variable} is revoked", f"take {variable} away, or give another one")


def _lives(subject: str, keys: Sequence[Versioned[Key]], now: datetime) -> Iterator[Finding]:
    alive = [one.value for one in keys if one.value.revoked_at is None and _left(one.value, now) > timedelta(0)]
    for key in alive:
        if _left(key, now) < SOON:
            yield doubtful(
                subject, f"{key.name} ({key.hint}) expires on {key.expires_at:%Y-%m-%d at %H:%M} UTC", _renewal(key)
            )
    if alive:
        yield fine(subject, f"{len(alive)} in force, {len(keys) - len(alive)} revoked or expired")
    else:
        nobody = "call" if subject == API_KEYS else "administer the gateway"
        yield doubtful(subject, f"none is in force: nobody can {nobody}", _remedy(subject))


def _left(key: Key, now: datetime) -> timedelta:
    return timedelta.max if key.expires_at is None else key.expires_at - now


def _renewal(key: Key) -> str:
    return "weir keys update --expires, or weir keys rotate" if isinstance(key, StoredApiKey) else "weir tokens create"


def _remedy(subject: str) -> str:
    return "weir keys create" if subject == API_KEYS else "start once with WEIR_BOOTSTRAP_ADMIN_TOKEN"
