"""Says in the words of the contract what a store cannot do. The store's own words stay inside: they name internals."""

from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Final

from gateway_core.errors import (
    AlreadyExists,
    EtagMismatch,
    GatewayError,
    IdempotencyConflict,
    ResourceNotFound,
    StoreUnavailable,
)
from gateway_core.interceptors.around import Around, Context
from gateway_core.storage import storage_error

RETRY_AFTER: Final = 1.0
AWAY: Final = "the database does not answer; nothing was changed unless the same request says so later"
CHANGED: Final = "the record was changed by somebody else meanwhile: read it again, and change what is there now"
REUSED: Final = "the request id was used before, for a different request"
NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "user": "user",
        "api_key": "API key",
        "admin_token": "admin token",
        "provider": "provider",
        "credential": "credential",
        "model": "model",
        "limit": "limit",
        "price": "price",
        "setting": "setting",
        "secret": "secret",
    }
)


class StorageErrors(Around):
    """Around the services: what they let through of the store becomes an error of the contract."""

    def around(self, method: str, context: Context) -> "TranslatedRpc":
        """Translates for one rpc."""
        del method, context
        return TranslatedRpc()


class TranslatedRpc:
    """One rpc whose storage errors are translated."""

    __slots__ = ()

    async def __aenter__(self) -> None:
        """Has nothing to do."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises what the caller may hear; whatever else happened is a fault of ours and passes as it is."""
        told = translate(error)
        if told is not None:
            raise told from error


def translate(error: BaseException | None) -> GatewayError | None:
    """Gives the error of the contract, if there is one for what happened."""
    match error:
        case storage_error.StoreUnavailable():
            return StoreUnavailable(AWAY, retry_after=RETRY_AFTER)
        case storage_error.RevisionConflict():
            return EtagMismatch(CHANGED)
        case storage_error.AlreadyThere():
            return AlreadyExists(f"this {_noun(error.kind)} exists already")
        case storage_error.NotThere():
            return ResourceNotFound(f"this {_noun(error.kind)} does not exist, or is deleted")
        case storage_error.RequestReused():
            return IdempotencyConflict(REUSED, facts={"request_id": error.request_id})
        case _:
            return None


def _noun(kind: str) -> str:
    return NOUNS.get(kind, "record")
