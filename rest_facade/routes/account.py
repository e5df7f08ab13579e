"""Who the caller is."""

from starlette.types import Receive, Scope, Send

from rest_facade.call_terms import read_terms
from rest_facade.gateway_client import GatewayClient
from rest_facade.json_reply import NOT_STORED, send_json
from rest_facade.json_text import json_bytes
from weir.v1.account_service_pb2 import Account


class WhoAmI:
    """Answers `GET /v1/user`."""

    def __init__(self, client: GatewayClient) -> None:
        """Takes the way to the core."""
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Describes the account and the key of the request."""
        del receive
        account = await self._client.account(read_terms(scope))
        await send_json(send, 200, json_bytes(account_object(account)), [NOT_STORED])


def account_object(account: Account) -> dict[str, object]:
    """Writes an account; what is not known of its key is null."""
    key = account.key
    created = key.create_time.ToJsonString() if key.HasField("create_time") else None
    return {
        "id": account.id,
        "object": "user",
        "key": {"id": key.id, "name": key.name, "hint": key.hint, "create_time": created},
    }
