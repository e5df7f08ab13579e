"""AdminTokenService: keeps the tokens of administrators. There is always an owner left."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.administrator import administrator
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page
from admin.conduct.made_ids import make_id
from admin.conduct.names import ADMIN_TOKEN, require_id
from admin.conduct.violations import Violations
from admin.services.user_service import LONGEST_REASON
from admin.translation.admin_tokens import ROLE_NAMES, is_working, read_admin_token, show_admin_token, show_caller
from admin.translation.stamps import OWNER_NAMES
from gateway_core.errors import InvalidState
from gateway_core.identity.api_key_format import make_admin_token, show_hint
from gateway_core.interceptors.around import Context
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Where
from gateway_core.storage.store import Reading
from weir.admin.v1 import admin_token_pb2
from weir.admin.v1 import admin_token_service_pb2 as messages
from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceServicer

OWNING: Final = (Where("role", "=", "owner"), Where("revoked_at", "=", None))
FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "hint": filters.exact("hint"),
        "role": filters.choice("role", ROLE_NAMES),
        "revoked": filters.presence("revoked_at"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "expire_time": filters.moment("expires_at"),
        "revoke_time": filters.moment("revoked_at"),
    }
)


class AdminTokenService(AdminTokenServiceServicer):
    """Keeps admin tokens."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def GetAdminCaller(
        self, request: messages.GetAdminCallerRequest, context: Context
    ) -> messages.GetAdminCallerResponse:
        """Says who calls."""
        del request, context
        return messages.GetAdminCallerResponse(caller=show_caller(administrator()))

    async def ListAdminTokens(
        self, request: messages.ListAdminTokensRequest, context: Context
    ) -> messages.ListAdminTokensResponse:
        """Gives a page of tokens."""
        del context
        async with self._desk.reading() as reading:
            page = await list_page(reading.admin_tokens, request, FIELDS)
            tokens = await self._show(reading, page.page)
        return messages.ListAdminTokensResponse(admin_tokens=tokens, next_page_token=page.next_token)

    async def GetAdminToken(
        self, request: messages.GetAdminTokenRequest, context: Context
    ) -> messages.GetAdminTokenResponse:
        """Describes one token."""
        del context
        (given,) = ADMIN_TOKEN.read(request.name, "name")
        async with self._desk.reading() as reading:
            token = await find(reading.admin_tokens, request.name, given)
            (shown,) = await self._show(reading, (token,))
        return messages.GetAdminTokenResponse(admin_token=shown)

    async def CreateAdminToken(
        self, request: messages.CreateAdminTokenRequest, context: Context
    ) -> messages.CreateAdminTokenResponse:
        """Makes a token."""
        given = require_id(request.admin_token_id, "admin_token_id") if request.admin_token_id else make_id("token")
        secret, pepper, violations = make_admin_token(), self._desk.vault.peppers.current, Violations()
        fresh = read_admin_token(request.admin_token, given, show_hint(secret), self._desk.now(), violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            token = None if once is None else await change.admin_tokens.created_by(once)
            if token is not None:
                secret = ""
            else:
                token = await change.admin_tokens.create(fresh, request=once)
                await change.key_hashes.add(token.uid, pepper.hash(secret), pepper.id, hint=fresh.hint)
            (shown,) = await self._show(change, (token,))
        return messages.CreateAdminTokenResponse(admin_token=shown, secret=secret)

    async def RevokeAdminToken(
        self, request: messages.RevokeAdminTokenRequest, context: Context
    ) -> messages.RevokeAdminTokenResponse:
        """Ends a token for ever."""
        (given,) = ADMIN_TOKEN.read(request.name, "name")
        violations, now = Violations(), self._desk.now()
        reason = violations.check_text("reason", request.reason, longest=LONGEST_REASON)
        violations.refuse()
        async with self._desk.changing(context, reason=reason) as change:
            token = await find(change.admin_tokens, request.name, given)
            expected = expected_revision(request.etag, token)
            if token.value.revoked_at is None:
                await _require_another_owner(change, token, now)
                value = replace(token.value, revoked_at=now, revoke_reason=reason)
                token = await change.admin_tokens.update(token.uid, value, expected=expected, action="revoke")
                await change.key_hashes.end(token.uid, now)
            (shown,) = await self._show(change, (token,))
        return messages.RevokeAdminTokenResponse(admin_token=shown)

    async def _show(
        self, reading: Reading, tokens: Sequence[Versioned[AdminToken]]
    ) -> Sequence[admin_token_pb2.AdminToken]:
        uses, now = await reading.key_uses.of([token.uid for token in tokens]), self._desk.now()
        return [show_admin_token(token, uses.get(token.uid), now) for token in tokens]


async def _require_another_owner(reading: Reading, token: Versioned[AdminToken], now: datetime) -> None:
    """Refuses to end the last owner; one whose time will come is no successor to one without an end."""
    if token.value.role != "owner" or not is_working(token.value, now):
        return
    lasting = Where("expires_at", "=", None)
    ends = token.value.expires_at is not None
    successors = (lasting,), *(((Where("expires_at", ">", now),),) if ends else ())
    for condition in successors:
        if await reading.admin_tokens.find(*OWNING, Where("uid", "!=", token.uid), *condition):
            return
    raise InvalidState("this is the last token of an owner that works: nobody could make another; make one first")
