"""Asks every rpc of administration for a credential, and looks whether its role may call it, before anything else."""

from collections.abc import Callable
from types import TracebackType
from typing import Final

from admin.conduct.administrator import ADMINISTRATOR, Administrator
from admin.interceptors.known_tokens import KnownToken, KnownTokens
from admin.interceptors.peer_address import address_of
from admin.interceptors.slowed import Slowed
from admin.interceptors.storage_errors import translate
from admin.roles import roles_of
from gateway_core.errors import AdminTokenInvalid, ApiKeyInvalid, IpDenied, PermissionDenied
from gateway_core.identity.credentials import credential_from
from gateway_core.identity.peppers import Peppers
from gateway_core.interceptors.around import Around, Context, Pairs, metadata_of
from gateway_core.records.admin_token import Role
from gateway_core.storage.storage_error import StorageError

SENTENCE: Final = "this call needs a valid admin token: send it as `authorization: Bearer <token>`"
ELSEWHERE: Final = "the API key is not good from this address"
WITHOUT_STORE: Final = frozenset(
    {
        "/weir.admin.v1.ConfigService/WatchConfig",
        "/weir.admin.v1.GatewayService/GetGateway",
        "/weir.admin.v1.AdminTokenService/GetAdminCaller",
    }
)


class Admission:
    """Decides who is let in. A credential that was good a short while ago is never slowed by what others guess."""

    def __init__(
        self,
        peppers: Peppers,
        tokens: KnownTokens,
        slowed: Slowed,
        *,
        reachable: Callable[[], bool],
        used: Callable[[str], None],
    ) -> None:
        """Takes whom to ask: `reachable` says whether the store answers, `used` hears whose credential was used."""
        self._peppers = peppers
        self._tokens = tokens
        self._slowed = slowed
        self._reachable = reachable
        self._used = used

    async def admit(self, metadata: Pairs, address: str, *, without_store: bool) -> Administrator:
        """Says who calls from an address. Raises GatewayError.

        With `without_store`, what is remembered does if the store does not answer.
        """
        hashes = self._peppers.hashes(presented(metadata))
        remembered = self._tokens.remember(hashes)
        if remembered is None:
            self._slowed.require_patience(address)
        if remembered is None or not without_store or self._reachable():
            remembered = await self._look_up(hashes, remembered if without_store else None)
        if remembered is None:
            self._slowed.note_bad(address)
            raise AdminTokenInvalid(SENTENCE)
        if not remembered.fits(address):
            raise IpDenied(ELSEWHERE)
        self._used(remembered.uid)
        return remembered.at(address)

    async def _look_up(self, hashes: tuple[bytes, ...], otherwise: KnownToken | None) -> KnownToken | None:
        try:
            return await self._tokens.look_up(hashes)
        except StorageError as error:
            if otherwise is not None:
                return otherwise
            raise translate(error) or error from error


class Authorized(Around):
    """The services below know who calls, and that the role allows it."""

    def __init__(self, admission: Admission) -> None:
        """Takes who decides."""
        super().__init__()
        self._admission = admission

    def around(self, method: str, context: Context) -> "AuthorizedRpc":
        """Authorizes one rpc."""
        return AuthorizedRpc(self._admission, method, context)


class AuthorizedRpc:
    """One rpc whose caller may make it."""

    __slots__ = ("_admission", "_context", "_method")

    def __init__(self, admission: Admission, method: str, context: Context) -> None:
        """Takes the rpc and who decides."""
        self._admission = admission
        self._method = method
        self._context = context

    async def __aenter__(self) -> None:
        """Finds out who calls; raises AdminTokenInvalid, PermissionDenied, IpDenied or RateLimitExceeded."""
        roles = roles_of(self._method)
        if roles is None:
            return
        who = await self._admission.admit(
            metadata_of(self._context), address_of(self._context.peer()), without_store=self._method in WITHOUT_STORE
        )
        ADMINISTRATOR.set(who)
        if who.role not in roles:
            raise refused(self._method, who.role, roles)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leaves the caller in place: the context ends with the rpc."""


def presented(metadata: Pairs) -> str:
    """Gives the credential that was sent. Raises AdminTokenInvalid, which does not say what was wrong with it."""
    try:
        return credential_from(metadata)
    except ApiKeyInvalid as error:
        raise AdminTokenInvalid(SENTENCE) from error


def refused(method: str, role: Role, roles: frozenset[Role]) -> PermissionDenied:
    """Makes the error for a role that does not do."""
    rpc, needed = method.rpartition(".")[2].replace("/", "."), " or ".join(sorted(roles))
    facts = {"method": rpc, "role": role, "needed": needed}
    return PermissionDenied(f"{rpc} needs the role {needed}; this credential has the role {role}", facts=facts)
