"""ConfigService: brings files and records together, and tells watchers what changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final

from admin.conduct.desk import Desk
from admin.configuration.apply import Prepared, carry_out, prepare
from admin.configuration.export import export
from admin.configuration.file_format import ReadFile, read_file
from admin.configuration.last_applied import fingerprints
from admin.configuration.live import read_live
from admin.configuration.plan_etag import plan_etag
from admin.configuration.problem import ConfigurationRefused
from admin.services.config_answers import earlier_answer, keep_answer
from admin.services.config_messages import refused, show_change, show_issued, show_problems
from admin.translation.stamps import OWNERS
from admin.watching.hub import Hub
from gateway_core.errors import EtagMismatch, InvalidRequest
from gateway_core.identity.peppers import Pepper
from gateway_core.interceptors.around import Context
from weir.admin.v1 import config_service_pb2 as messages
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceServicer
from weir.admin.v1.managed_by_pb2 import ManagedBy

LARGEST: Final = 4 * 1024 * 1024
CHANGED: Final = "the plan would no longer be the same: something has changed since; plan again, and look at it"


class ConfigService(ConfigServiceServicer):
    """Plans, applies and exports files."""

    def __init__(self, desk: Desk, hub: Hub) -> None:
        """Takes what it works with, and who knows of changes."""
        self._desk = desk
        self._hub = hub

    async def PlanConfig(self, request: messages.PlanConfigRequest, context: Context) -> messages.PlanConfigResponse:
        """Says what a file would change."""
        del context
        file = await _read(request)
        async with self._desk.reading() as reading:
            if file.problems:
                return messages.PlanConfigResponse(problems=show_problems(file), configuration_version=reading.version)
            made = (await prepare(reading, self._desk.vault, file.declared, self._desk.now())).plan
            return messages.PlanConfigResponse(
                changes=() if made.refusals else map(show_change, made.changes),
                problems=show_problems(file, made.findings),
                etag="" if made.refusals else plan_etag(self._pepper, request.yaml, request.variables, made),
                configuration_version=reading.version,
            )

    async def ApplyConfig(self, request: messages.ApplyConfigRequest, context: Context) -> messages.ApplyConfigResponse:
        """Makes the records as a file says."""
        once = self._desk.request(request)
        file = await _read(request)
        if file.problems:
            raise refused(file.problems)
        async with self._desk.changing(context) as change:
            answer = None if once is None else await earlier_answer(change, once)
            if answer is not None:
                return answer
            now = max(self._desk.now(), change.now)
            prepared = await prepare(change, self._desk.vault, file.declared, now)
            self._require_same(request, prepared)
            try:
                applied = await carry_out(change, self._desk.vault, prepared)
            except ConfigurationRefused as refusal:
                raise refused(refusal.problems) from refusal
            answer = messages.ApplyConfigResponse(
                changes=map(show_change, applied.changes),
                problems=show_problems(file, applied.warnings),
                configuration_version=change.version + applied.grown,
                issued_secrets=show_issued(applied),
            )
            if once is not None:
                await keep_answer(change, once, answer)
        return answer

    async def ExportConfig(
        self, request: messages.ExportConfigRequest, context: Context
    ) -> messages.ExportConfigResponse:
        """Writes the records as a file."""
        del context
        kept = {shown: name for name, shown in OWNERS.items()}.get(request.managed_by)
        if kept is None and request.managed_by != ManagedBy.MANAGED_BY_UNSPECIFIED:
            raise InvalidRequest.at("managed_by", "must be a known one, or not set")
        async with self._desk.reading() as reading:
            live = await read_live(reading, self._desk.vault, fingerprints(self._pepper), self._desk.now())
        return messages.ExportConfigResponse(yaml=export(live, kept), configuration_version=live.version)

    async def WatchConfig(
        self, request: messages.WatchConfigRequest, context: Context
    ) -> AsyncIterator[messages.WatchConfigResponse]:
        """Tells of every change."""
        del context
        resume = request.resume_version if request.HasField("resume_version") else None
        async with aclosing(self._hub.watch(request.watcher_id, request.software_version, resume)) as told:
            async for message in told:
                yield message

    @property
    def _pepper(self) -> Pepper:
        return self._desk.vault.peppers.current

    def _require_same(self, request: messages.ApplyConfigRequest, prepared: Prepared) -> None:
        """Raises EtagMismatch unless the plan is the one that the caller has seen, if he has seen one."""
        if request.etag:
            now = plan_etag(self._pepper, request.yaml, request.variables, prepared.plan)
            if request.etag != now:
                raise EtagMismatch(CHANGED)


async def _read(request: messages.PlanConfigRequest | messages.ApplyConfigRequest) -> ReadFile:
    """Reads the file beside the event loop, for a large one takes its time."""
    if len(request.yaml.encode()) > LARGEST:
        raise InvalidRequest.at("yaml", "must have at most 4 MiB")
    return await asyncio.to_thread(read_file, request.yaml, dict(request.variables))
