"""SecretService: says under which master keys the secrets are, and moves them under the current one."""

from admin.conduct.desk import Desk, caller_as_actor
from admin.translation.secrets import show_master_keys, show_rewrapped
from gateway_core.errors import EtagMismatch
from gateway_core.interceptors.around import Context
from gateway_core.secrets_at_rest.rewrap_all import rewrap_all
from weir.admin.v1 import secret_service_pb2 as messages
from weir.admin.v1.secret_service_pb2_grpc import SecretServiceServicer


class SecretService(SecretServiceServicer):
    """Looks after the seals of secrets."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListMasterKeys(
        self, request: messages.ListMasterKeysRequest, context: Context
    ) -> messages.ListMasterKeysResponse:
        """Tells which master keys there are."""
        del request, context
        async with self._desk.reading() as reading:
            counts = await reading.secrets.count_by_key()
        return messages.ListMasterKeysResponse(master_keys=show_master_keys(self._desk.vault.master_keys, counts))

    async def RewrapSecrets(
        self, request: messages.RewrapSecretsRequest, context: Context
    ) -> messages.RewrapSecretsResponse:
        """Moves every secret under the current master key."""
        del context
        keys = self._desk.vault.master_keys
        if request.master_key_id and request.master_key_id != keys.current.key_id:
            raise EtagMismatch(f"the current master key is {keys.current.key_id}")
        done = await rewrap_all(self._desk.store, keys, caller_as_actor())
        async with self._desk.reading() as reading:
            counts = await reading.secrets.count_by_key()
        return show_rewrapped(done, keys, counts)
