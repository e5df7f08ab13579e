"""AccountService: tells callers about themselves."""

from gateway_core.interceptors.around import Context
from gateway_core.services.call_start import caller
from weir.v1 import account_service_pb2 as messages
from weir.v1.account_service_pb2_grpc import AccountServiceServicer


class AccountService(AccountServiceServicer):
    """Describes the caller."""

    async def GetAccount(self, request: messages.GetAccountRequest, context: Context) -> messages.GetAccountResponse:
        """Says whose credential this call was made with. People know accounts by the user's name, the ledger by uid."""
        del request, context
        key = caller()
        described = messages.AccountKey(id=key.id, name=key.name, hint=key.hint)
        described.create_time.FromDatetime(key.created_at)
        return messages.GetAccountResponse(account=messages.Account(id=key.account_name, key=described))
