"""Keeps what an apply answered, without secrets, for as long as requests are remembered: to give it again."""

from typing import Final

from google.protobuf.json_format import MessageToJson, Parse

from gateway_core.storage.query import CreateRequest
from gateway_core.storage.store import Changing
from weir.admin.v1.config_service_pb2 import ApplyConfigResponse

KIND: Final = "config"


async def earlier_answer(change: Changing, once: CreateRequest) -> ApplyConfigResponse | None:
    """Gives the answer to the same request, if it came before. Raises RequestReused."""
    kept = await change.requests.result_of(KIND, once)
    return None if kept is None else Parse(kept, ApplyConfigResponse())


async def keep_answer(change: Changing, once: CreateRequest, answer: ApplyConfigResponse) -> None:
    """Keeps an answer under the id of its request, which is no change of the configuration."""
    kept = ApplyConfigResponse()
    kept.CopyFrom(answer)
    kept.ClearField("issued_secrets")
    await change.requests.remember(KIND, once, MessageToJson(kept, indent=None))
