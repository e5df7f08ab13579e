"""Keeps what an apply answered, without secrets, so that the same request gets the same answer again."""

from google.protobuf.json_format import MessageToJson, Parse

from admin.configuration.last_applied import BY_FILE, NAME
from gateway_core.records.setting import Setting
from gateway_core.storage.query import CreateRequest, Where
from gateway_core.storage.store import Changing
from weir.admin.v1.config_service_pb2 import ApplyConfigResponse


async def earlier_answer(
    change: Changing, once: CreateRequest | None, unchanged: ApplyConfigResponse
) -> ApplyConfigResponse | None:
    """Gives the answer to an earlier request with the same id; it is `unchanged` if that one changed nothing.

    Raises RequestReused.
    """
    kept = None if once is None else await change.settings.created_by(once)
    if kept is None:
        return None
    return unchanged if kept.value.name == NAME else Parse(kept.value.value, ApplyConfigResponse())


async def keep_answer(change: Changing, once: CreateRequest, answer: ApplyConfigResponse, *, grown: bool) -> None:
    """Keeps an answer under the id of its request. To remember one that changed nothing is itself no change."""
    applied = await change.settings.find(Where("name", "=", NAME))
    if not grown and applied is not None:
        await change.settings.remember(once, applied.uid)
        return
    kept = ApplyConfigResponse()
    kept.CopyFrom(answer)
    kept.ClearField("issued_secrets")
    setting = Setting(f"{NAME}:{once.id}", MessageToJson(kept, indent=None))
    before = await change.settings.find(Where("name", "=", setting.name))
    if before is None:
        await change.settings.create(setting, managed_by=BY_FILE, request=once)
    else:
        await change.settings.update(before.uid, setting)
        await change.settings.remember(once, before.uid)
