"""Asks every rpc of the contract for a credential. Health and reflection answer anybody."""

from types import TracebackType

from gateway_core.errors import ApiKeyInvalid
from gateway_core.identity.credentials import credential_from
from gateway_core.identity.key_ring import KeyRing
from gateway_core.interceptors.around import Around, Context, metadata_of
from gateway_core.interceptors.call_identity import CALLER

OPEN_TO_ALL = ("/grpc.health.v1.", "/grpc.reflection.")


class Authenticated(Around):
    """The last interceptor: the services below know who calls."""

    def __init__(self, keys: KeyRing) -> None:
        """Takes the keys that are known."""
        super().__init__()
        self._keys = keys

    def around(self, method: str, context: Context) -> "AuthenticatedRpc":
        """Authenticates one rpc."""
        return AuthenticatedRpc(None if method.startswith(OPEN_TO_ALL) else self._keys, context)


class AuthenticatedRpc:
    """One rpc whose caller is known, unless no keys are asked for."""

    __slots__ = ("_context", "_keys")

    def __init__(self, keys: KeyRing | None, context: Context) -> None:
        """Takes the rpc and the keys to look its credential up in."""
        self._keys = keys
        self._context = context

    async def __aenter__(self) -> None:
        """Finds out who calls; raises ApiKeyInvalid if that is not known."""
        if self._keys is None:
            return
        caller = self._keys.recognise(credential_from(metadata_of(self._context)))
        if caller is None:
            raise ApiKeyInvalid("the API key is not one of this gateway's, or it is no longer valid")
        CALLER.set(caller)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the caller in place: the context ends with the rpc."""
