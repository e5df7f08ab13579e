"""Admin tokens, and whoever calls, as the contract shows them, and back."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from admin.conduct.administrator import Administrator
from admin.conduct.etags import etag_of
from admin.conduct.names import ADMIN_TOKEN
from admin.conduct.violations import Violations
from admin.translation.moments_ahead import read_end
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.admin_token import AdminToken, Role
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import admin_token_pb2
from weir.admin.v1.admin_token_pb2 import AdminRole

ROLES: Final[Mapping[Role, AdminRole.ValueType]] = MappingProxyType(
    {
        "owner": admin_token_pb2.ADMIN_ROLE_OWNER,
        "operator": admin_token_pb2.ADMIN_ROLE_OPERATOR,
        "viewer": admin_token_pb2.ADMIN_ROLE_VIEWER,
        "billing": admin_token_pb2.ADMIN_ROLE_BILLING,
    }
)
STORED: Final[Mapping[AdminRole.ValueType, Role]] = MappingProxyType({shown: role for role, shown in ROLES.items()})
ROLE_NAMES: Final[Mapping[str, Role]] = MappingProxyType({role.upper(): role for role in ROLES})
ROLE_FIELD: Final = "admin_token.role"


def show_admin_token(
    record: Versioned[AdminToken], used_at: datetime | None, now: datetime
) -> admin_token_pb2.AdminToken:
    """Writes a token."""
    value = record.value
    return admin_token_pb2.AdminToken(
        name=ADMIN_TOKEN.write(value.name),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        etag=etag_of(record),
        role=ROLES[value.role],
        state=_state(value, now),
        expire_time=stamp(value.expires_at),
        hint=value.hint,
        last_use_time=stamp(used_at),
        revoke_time=stamp(value.revoked_at),
        revoke_reason=value.revoke_reason,
    )


def read_admin_token(
    shown: admin_token_pb2.AdminToken, name: str, hint: str, now: datetime, violations: Violations
) -> AdminToken:
    """Reads what a new token is to be."""
    role = STORED.get(shown.role)
    if role is None:
        violations.note(ROLE_FIELD, "is required: it must be a known role")
    return AdminToken(name, hint, role or "viewer", read_end(shown, "admin_token.", now, violations))


def show_caller(who: Administrator) -> admin_token_pb2.AdminCaller:
    """Writes who calls."""
    return admin_token_pb2.AdminCaller(
        credential=who.name, role=ROLES[who.role], address=who.address, expire_time=stamp(who.expires_at)
    )


def is_working(token: AdminToken, now: datetime) -> bool:
    """Says whether the token is neither revoked nor over."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now)


def _state(token: AdminToken, now: datetime) -> admin_token_pb2.AdminTokenState.ValueType:
    if token.revoked_at is not None:
        return admin_token_pb2.ADMIN_TOKEN_STATE_REVOKED
    working = is_working(token, now)
    return admin_token_pb2.ADMIN_TOKEN_STATE_ACTIVE if working else admin_token_pb2.ADMIN_TOKEN_STATE_EXPIRED
