"""Audit entries as the contract shows them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from admin.translation.stamps import stamp
from gateway_core.records.audit_entry import AuditEntry
from gateway_core.storage.audit_chain import ChainVerdict
from weir.admin.v1 import audit_entry_pb2, audit_service_pb2
from weir.admin.v1.audit_entry_pb2 import AuditAction

ACTIONS: Final[Mapping[str, AuditAction.ValueType]] = MappingProxyType(
    {
        "create": audit_entry_pb2.AUDIT_ACTION_CREATE,
        "update": audit_entry_pb2.AUDIT_ACTION_UPDATE,
        "delete": audit_entry_pb2.AUDIT_ACTION_DELETE,
        "undelete": audit_entry_pb2.AUDIT_ACTION_UNDELETE,
        "revoke": audit_entry_pb2.AUDIT_ACTION_REVOKE,
        "rotate": audit_entry_pb2.AUDIT_ACTION_ROTATE,
        "adjust": audit_entry_pb2.AUDIT_ACTION_ADJUST,
        "rewrap": audit_entry_pb2.AUDIT_ACTION_REWRAP,
    }
)
ACTION_NAMES: Final[Mapping[str, str]] = MappingProxyType({name.upper(): name for name in ACTIONS})


def show_entry(entry: AuditEntry) -> audit_entry_pb2.AuditEntry:
    """Writes an entry."""
    return audit_entry_pb2.AuditEntry(
        name=f"auditEntries/{entry.sequence}",
        sequence=entry.sequence,
        create_time=stamp(entry.at),
        actor=audit_entry_pb2.AuditActor(name=entry.actor.name, uid=entry.actor.uid, address=entry.actor.address),
        action=ACTIONS.get(entry.action, audit_entry_pb2.AUDIT_ACTION_UNSPECIFIED),
        kind=entry.kind,
        uid=entry.uid,
        before_json=entry.before or "",
        after_json=entry.after or "",
        request_id=entry.actor.request_id,
        reason=entry.actor.reason,
        configuration_version=entry.version,
        hash=entry.hash,
    )


def show_verdict(verdict: ChainVerdict) -> audit_service_pb2.VerifyAuditResponse:
    """Writes what came of checking the log."""
    shown = audit_service_pb2.VerifyAuditResponse(verified_count=verdict.entries)
    if verdict.broken is not None:
        shown.first_break.sequence = verdict.broken
        shown.first_break.message = verdict.why
    return shown
