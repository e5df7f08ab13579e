"""Asks every rpc of the contract for a key that is good for it. Health and reflection answer anybody."""

from dataclasses import dataclass
from types import TracebackType

from gateway_core.clock import Clock
from gateway_core.identity.admission import require_good, require_network, require_operation
from gateway_core.identity.credentials import credential_from
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache
from gateway_core.identity.key_uses import KeyUses
from gateway_core.interceptors.around import Around, Context, metadata_of
from gateway_core.interceptors.call_identity import CALLER
from gateway_core.interceptors.client_address import ClientAddresses
from gateway_core.interceptors.operations import operation_of

OPEN_TO_ALL = ("/grpc.health.v1.", "/grpc.reflection.")


@dataclass(frozen=True, slots=True)
class Gate:
    """What is needed to tell whether somebody may come in."""

    keys: KeyCache
    freshness: Freshness
    uses: KeyUses
    addresses: ClientAddresses
    clock: Clock


class Authenticated(Around):
    """The services below it know who calls, and that the key is good for the method."""

    def __init__(self, gate: Gate) -> None:
        """Takes what decides."""
        super().__init__()
        self._gate = gate
        self._operations: dict[str, str | None] = {}

    def around(self, method: str, context: Context) -> "AuthenticatedRpc":
        """Authenticates one rpc."""
        if method not in self._operations:
            self._operations[method] = operation_of(method)
        gate = None if method.startswith(OPEN_TO_ALL) else self._gate
        return AuthenticatedRpc(gate, self._operations[method], context)


class AuthenticatedRpc:
    """One rpc whose caller is known, unless no keys are asked for."""

    __slots__ = ("_context", "_gate", "_operation")

    def __init__(self, gate: Gate | None, operation: str | None, context: Context) -> None:
        """Takes the rpc, what decides about it, and the operation that the key must be good for."""
        self._gate = gate
        self._operation = operation
        self._context = context

    async def __aenter__(self) -> None:
        """Finds out who calls; raises a CallerError or a StateError unless the key is good here and now.

        Who calls is noted before anything is refused, so that the access log tells whose key it was.
        """
        gate = self._gate
        if gate is None:
            return
        metadata = metadata_of(self._context)
        presented = credential_from(metadata)
        gate.freshness.require()
        key = gate.keys.find(presented)
        if key is None:
            key = await gate.keys.look_up(presented)
        CALLER.set(key)
        now = gate.clock.seconds()
        require_good(key, now)
        require_operation(key, self._operation)
        if key.networks:
            require_network(key, gate.addresses.of(self._context.peer(), metadata))
        gate.uses.used(key.id, now)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the caller in place: the context ends with the rpc."""
