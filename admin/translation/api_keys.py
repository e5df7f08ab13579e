"""API keys as the contract shows them, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from admin.conduct.etags import etag_of
from admin.conduct.names import API_KEY
from admin.conduct.violations import Violations
from admin.translation.moments_ahead import read_end
from admin.translation.scopes import read_scopes, show_scopes
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.key_secret import KeySecret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import api_key_pb2

MUTABLE: Final = frozenset(
    ("disabled", "scopes", "scopes.models", "scopes.operations", "scopes.source_networks", "expire_time")
)
ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is kept beside the keys: the names of users, secrets and last uses, each by uid, and the time it is."""

    now: datetime
    users: Mapping[str, str]
    secrets: Mapping[str, Sequence[KeySecret]] = field(default_factory=dict)
    uses: Mapping[str, datetime] = field(default_factory=dict)


def show_api_key(record: Versioned[StoredApiKey], around: Surroundings) -> api_key_pb2.ApiKey:
    """Writes a key."""
    value = record.value
    return api_key_pb2.ApiKey(
        name=API_KEY.write(around.users[value.user_uid], value.name),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        delete_time=stamp(record.deleted_at),
        etag=etag_of(record),
        disabled=value.disabled,
        state=_state(record, around.now),
        scopes=show_scopes(value),
        expire_time=stamp(value.expires_at),
        hint=value.hint,
        last_use_time=stamp(around.uses.get(record.uid)),
        secrets=[
            show_secret(secret, value) for secret in working(value, around.secrets.get(record.uid, ()), around.now)
        ],
        revoke_time=stamp(value.revoked_at),
        revoke_reason=value.revoke_reason,
    )


def show_secret(secret: KeySecret, key: StoredApiKey) -> api_key_pb2.ApiKeySecret:
    """Describes a secret by what reveals nothing of it."""
    return api_key_pb2.ApiKeySecret(
        id=secret.hash.hex()[:ID_DIGITS],
        hint=secret.hint,
        create_time=stamp(secret.created_at),
        expire_time=stamp(_end(secret, key)),
    )


def read_api_key(
    shown: api_key_pb2.ApiKey, before: StoredApiKey, now: datetime, violations: Violations
) -> StoredApiKey:
    """Reads what a key is to be; what looks as before stays as it is stored."""
    return replace(
        read_scopes(shown.scopes, before, violations),
        disabled=shown.disabled,
        expires_at=read_end(shown, "api_key.", now, violations, before=before.expires_at),
    )


def working(key: StoredApiKey, secrets: Sequence[KeySecret], now: datetime) -> Sequence[KeySecret]:
    """Gives the secrets that have not ended, as far as they and the key's own end go."""
    if key.revoked_at is not None:
        return ()
    ends = ((secret, _end(secret, key)) for secret in secrets)
    return [secret for secret, end in ends if end is None or end > now]


def has_expired(key: StoredApiKey, now: datetime) -> bool:
    """Says whether the key's time is over."""
    return key.expires_at is not None and key.expires_at <= now


def _end(secret: KeySecret, key: StoredApiKey) -> datetime | None:
    return min((end for end in (secret.expires_at, key.expires_at) if end is not None), default=None)


def _state(record: Versioned[StoredApiKey], now: datetime) -> api_key_pb2.ApiKeyState.ValueType:
    if record.deleted_at is not None:
        return api_key_pb2.API_KEY_STATE_DELETED
    if record.value.revoked_at is not None:
        return api_key_pb2.API_KEY_STATE_REVOKED
    if has_expired(record.value, now):
        return api_key_pb2.API_KEY_STATE_EXPIRED
    return api_key_pb2.API_KEY_STATE_DISABLED if record.value.disabled else api_key_pb2.API_KEY_STATE_ACTIVE
