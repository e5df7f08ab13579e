"""AuditService: shows the audit log, the newest entries first, and checks its chain."""

from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.desk import Desk
from admin.conduct.pages import read_position
from admin.translation.audit import ACTION_NAMES, show_entry, show_verdict
from gateway_core.errors import InvalidRequest
from gateway_core.interceptors.around import Context
from weir.admin.v1 import audit_service_pb2 as messages
from weir.admin.v1.audit_service_pb2_grpc import AuditServiceServicer

LIST: Final = "audit entries"
MOST_DIGITS: Final = 18
FIELDS: Final = MappingProxyType(
    {
        "actor": filters.text("actor"),
        "actor_uid": filters.exact("actor_uid", filters.EITHER),
        "kind": filters.exact("kind", filters.EITHER),
        "uid": filters.exact("uid", filters.EITHER),
        "action": filters.choice("action", ACTION_NAMES),
        "address": filters.exact("address", filters.EITHER),
        "request_id": filters.exact("request_id", filters.EITHER),
        "sequence": filters.number("sequence"),
        "configuration_version": filters.number("version"),
        "create_time": filters.moment("at"),
    }
)


class AuditService(AuditServiceServicer):
    """Shows the audit log."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListAuditEntries(
        self, request: messages.ListAuditEntriesRequest, context: Context
    ) -> messages.ListAuditEntriesResponse:
        """Gives a page of entries."""
        del context
        position = read_position(request.page_size, request.page_token, LIST, request.filter)
        before, where = _before(position.after), filters.read_filter(request.filter, FIELDS)
        async with self._desk.reading() as reading:
            entries = await reading.audit.page(before=before, limit=position.size + 1, where=where)
        page = entries[: position.size]
        return messages.ListAuditEntriesResponse(
            audit_entries=map(show_entry, page),
            next_page_token=position.token(str(page[-1].sequence)) if len(entries) > len(page) else "",
        )

    async def VerifyAudit(self, request: messages.VerifyAuditRequest, context: Context) -> messages.VerifyAuditResponse:
        """Checks the chain of hashes."""
        del request, context
        async with self._desk.reading() as reading:
            return show_verdict(await reading.audit.verify())


def _before(after: str) -> int | None:
    if not after:
        return None
    if not (after.isascii() and after.isdecimal()) or len(after) > MOST_DIGITS:
        raise InvalidRequest.at("page_token", "is no token that this list gave out")
    return int(after)
