"""UserService: keeps the users, and what they may spend."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page, not_found, seek
from admin.conduct.masks import changed
from admin.conduct.names import USER, require_id
from admin.conduct.violations import Violations
from admin.translation.stamps import OWNER_NAMES
from admin.translation.users import MUTABLE, read_user, show_user
from gateway_core.errors import AlreadyExists, InvalidRequest, InvalidState
from gateway_core.interceptors.around import Context
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import user_service_pb2 as messages
from weir.admin.v1.user_service_pb2_grpc import UserServiceServicer

LONGEST_REASON: Final = 500
LARGEST_BALANCE: Final = 10**18
FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "display_name": filters.text("display_name"),
        "disabled": filters.truth("disabled"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
    }
)


class UserService(UserServiceServicer):
    """Keeps users."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListUsers(self, request: messages.ListUsersRequest, context: Context) -> messages.ListUsersResponse:
        """Gives a page of users."""
        del context
        async with self._desk.reading() as reading:
            page = await list_page(reading.users, request, FIELDS, deleted=request.show_deleted)
        return messages.ListUsersResponse(users=map(show_user, page.page), next_page_token=page.next_token)

    async def GetUser(self, request: messages.GetUserRequest, context: Context) -> messages.GetUserResponse:
        """Describes one user."""
        del context
        (given,) = USER.read(request.name, "name")
        async with self._desk.reading() as reading:
            user = await find(reading.users, request.name, given, deleted=True)
        return messages.GetUserResponse(user=show_user(user))

    async def CreateUser(self, request: messages.CreateUserRequest, context: Context) -> messages.CreateUserResponse:
        """Makes a user."""
        violations = Violations()
        given = require_id(request.user_id, "user_id")
        balance = request.balance_nano_usd if request.HasField("balance_nano_usd") else None
        if balance is not None:
            violations.check_range("balance_nano_usd", balance, 0, LARGEST_BALANCE)
        user = read_user(request.user, given, balance, violations)
        violations.refuse()
        async with self._desk.changing(context) as change:
            created = await change.users.create(user, request=self._desk.request(request))
        return messages.CreateUserResponse(user=show_user(created))

    async def UpdateUser(self, request: messages.UpdateUserRequest, context: Context) -> messages.UpdateUserResponse:
        """Changes a user."""
        (given,) = USER.read(request.user.name, "user.name")
        async with self._desk.changing(context) as change:
            user = await find(change.users, request.user.name, given, deleted=True)
            expected = expected_revision(request.user.etag, user)
            require_live(user)
            violations = Violations()
            wanted = changed(show_user(user), request.user, request.update_mask, MUTABLE)
            value = read_user(wanted, user.value.name, user.value.balance_nano if wanted.prepaid else None, violations)
            violations.refuse()
            updated = await change.users.update(user.uid, value, expected=expected)
        return messages.UpdateUserResponse(user=show_user(updated))

    async def DeleteUser(self, request: messages.DeleteUserRequest, context: Context) -> messages.DeleteUserResponse:
        """Takes a user out of use."""
        (given,) = USER.read(request.name, "name")
        async with self._desk.changing(context) as change:
            user = await seek(change.users, given, deleted=True)
            if user is not None and user.deleted_at is None:
                user = await change.users.delete(user.uid, expected=expected_revision(request.etag, user))
            elif not request.allow_missing:
                raise not_found(request.name)
        return messages.DeleteUserResponse(user=show_user(user) if user else None)

    async def UndeleteUser(
        self, request: messages.UndeleteUserRequest, context: Context
    ) -> messages.UndeleteUserResponse:
        """Brings a user back."""
        (given,) = USER.read(request.name, "name")
        async with self._desk.changing(context) as change:
            user = await find(change.users, request.name, given, deleted=True)
            if user.deleted_at is None:
                raise AlreadyExists(f"{request.name} is not deleted")
            restored = await change.users.undelete(user.uid, expected=expected_revision(request.etag, user))
        return messages.UndeleteUserResponse(user=show_user(restored))

    async def AdjustUserBalance(
        self, request: messages.AdjustUserBalanceRequest, context: Context
    ) -> messages.AdjustUserBalanceResponse:
        """Moves money, once for each request id."""
        (given,) = USER.read(request.name, "name")
        violations = Violations()
        violations.check_text("reason", request.reason, longest=LONGEST_REASON, required=True)
        violations.check_range("delta_nano_usd", request.delta_nano_usd, -LARGEST_BALANCE, LARGEST_BALANCE)
        if request.delta_nano_usd == 0:
            violations.note("delta_nano_usd", "must not be 0")
        violations.refuse()
        once = self._desk.request(request)
        if once is None:
            raise InvalidRequest.at("request_id", "is required: money must not move twice")
        async with self._desk.changing(context, reason=request.reason) as change:
            adjusted = await change.users.created_by(once)
            if adjusted is None:
                user = await find(change.users, request.name, given)
                adjusted = await change.users.update(user.uid, with_more(user, request.delta_nano_usd), action="adjust")
                await change.users.remember(once, user.uid)
        return messages.AdjustUserBalanceResponse(user=show_user(adjusted))


def require_live(user: Versioned[User]) -> None:
    """Refuses a change of a deleted user."""
    if user.deleted_at is not None:
        raise InvalidState("the user is deleted: undelete it first")


def with_more(user: Versioned[User], delta: int) -> User:
    """Gives the user with another balance. Raises InvalidState for one without, InvalidRequest beyond the bounds."""
    if user.value.balance_nano is None:
        raise InvalidState("the user is not prepaid: set `prepaid` first")
    balance = user.value.balance_nano + delta
    if abs(balance) > LARGEST_BALANCE:
        raise InvalidRequest.at("delta_nano_usd", f"would move the balance beyond {LARGEST_BALANCE}")
    return replace(user.value, balance_nano=balance)
