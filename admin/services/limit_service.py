"""LimitService: keeps limits and quotas."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.filters import Compared, Filterable, read_filter
from admin.conduct.finding import find, list_page, not_found, seek
from admin.conduct.masks import changed
from admin.conduct.names import LIMIT
from admin.conduct.violations import Violations
from admin.services.limit_subjects import name_subjects, seek_subject
from admin.translation.limits import AMOUNTS, MEASURES, PERIOD_NAMES, read_limit, read_subject, show_limit
from admin.translation.stamps import OWNER_NAMES
from gateway_core.errors import AlreadyExists, InvalidRequest
from gateway_core.interceptors.around import Context
from gateway_core.records.limit import Limit
from gateway_core.storage.query import Comparison, Where
from gateway_core.storage.store import Changing, Reading
from weir.admin.v1 import limit_pb2
from weir.admin.v1 import limit_service_pb2 as messages
from weir.admin.v1.limit_service_pb2_grpc import LimitServiceServicer

SUBJECT: Final = "subject"
UID: Final = "uid"
FIELDS: Final = MappingProxyType(
    {
        SUBJECT: filters.exact(SUBJECT),
        "period": filters.choice("per", PERIOD_NAMES),
        "amount": replace(filters.choice("measure", MEASURES), comparisons=filters.EQUAL),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
    }
)


class LimitService(LimitServiceServicer):
    """Keeps limits."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListLimits(self, request: messages.ListLimitsRequest, context: Context) -> messages.ListLimitsResponse:
        """Gives a page of limits."""
        del context
        async with self._desk.reading() as reading:
            page = await list_page(reading.limits, request, await _fields(reading, request.filter))
            names = await name_subjects(reading, page.page)
        return messages.ListLimitsResponse(limits=map(show_limit, page.page, names), next_page_token=page.next_token)

    async def GetLimit(self, request: messages.GetLimitRequest, context: Context) -> messages.GetLimitResponse:
        """Describes one limit."""
        del context
        (given,) = LIMIT.read(request.name, "name")
        async with self._desk.reading() as reading:
            limit = await find(reading.limits, request.name, given, field=UID)
            (subject,) = await name_subjects(reading, (limit,))
        return messages.GetLimitResponse(limit=show_limit(limit, subject))

    async def CreateLimit(self, request: messages.CreateLimitRequest, context: Context) -> messages.CreateLimitResponse:
        """Makes a limit."""
        violations = Violations()
        subject = read_subject(request.limit.subject, "limit.subject")
        fresh = read_limit(request.limit, subject.kind, "", violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            limit = None if once is None else await change.limits.created_by(once)
            if limit is None:
                uid = await seek_subject(change, subject)
                if uid is None:
                    raise InvalidRequest.at("limit.subject", f"there is no {request.limit.subject}")
                fresh = replace(fresh, scope_id=uid)
                await _require_first(change, fresh, request.limit.subject)
                limit = await change.limits.create(fresh, request=once)
            (name,) = await name_subjects(change, (limit,))
        return messages.CreateLimitResponse(limit=show_limit(limit, name))

    async def UpdateLimit(self, request: messages.UpdateLimitRequest, context: Context) -> messages.UpdateLimitResponse:
        """Changes how much."""
        (given,) = LIMIT.read(request.limit.name, "limit.name")
        async with self._desk.changing(context) as change:
            limit = await find(change.limits, request.limit.name, given, field=UID)
            expected = expected_revision(request.limit.etag, limit)
            (subject,) = await name_subjects(change, (limit,))
            violations = Violations()
            wanted = _changed(show_limit(limit, subject), request, limit.value)
            value = read_limit(wanted, limit.value.scope_kind, limit.value.scope_id, violations)
            violations.refuse()
            updated = await change.limits.update(limit.uid, value, expected=expected)
        return messages.UpdateLimitResponse(limit=show_limit(updated, subject))

    async def DeleteLimit(self, request: messages.DeleteLimitRequest, context: Context) -> messages.DeleteLimitResponse:
        """Deletes a limit for good."""
        (given,) = LIMIT.read(request.name, "name")
        async with self._desk.changing(context) as change:
            limit = await seek(change.limits, given, field=UID)
            if limit is not None:
                await change.limits.delete(limit.uid, expected=expected_revision(request.etag, limit))
            elif not request.allow_missing:
                raise not_found(request.name)
        return messages.DeleteLimitResponse()


def _changed(shown: limit_pb2.Limit, request: messages.UpdateLimitRequest, limit: Limit) -> limit_pb2.Limit:
    """Gives the limit as it would be afterwards: of its kind of amount there may be more or less, all else stays."""
    amount = AMOUNTS[limit.measure]
    fixed = {SUBJECT, "period", *MEASURES} - {amount}
    return changed(shown, request.limit, request.update_mask, {amount}, fixed, at="limit.")


async def _fields(reading: Reading, written: str) -> Mapping[str, Filterable]:
    """Gives the fields to filter by, among them the subjects that the filter names, as the uids they stand for."""
    names = [str(where.value) for where in read_filter(written, FIELDS) if where.field == SUBJECT]
    uids = {name: await seek_subject(reading, read_subject(name, "filter"), deleted=True) for name in names}

    def where(comparison: Comparison, value: Compared) -> Where:
        return Where("scope_id", comparison, uids[value.text])

    return {**FIELDS, SUBJECT: Filterable(filters.EQUAL, where)}


async def _require_first(change: Changing, limit: Limit, subject: str) -> None:
    """Refuses a second limit of the same kind of amount and the same period, and names the first."""
    same = (Where(field, "=", getattr(limit, field)) for field in ("scope_kind", "scope_id", "measure", "per"))
    first = await change.limits.find(*same)
    if first is not None:
        name = LIMIT.write(first.uid)
        raise AlreadyExists(f"{subject} has such a limit already: change {name}", facts={"resource": name})
