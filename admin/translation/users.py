"""Users as the contract shows them, and back."""

from admin.conduct.etags import etag_of
from admin.conduct.names import USER
from admin.conduct.violations import Violations
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import user_pb2

LONGEST_DISPLAY_NAME = 200
MUTABLE = frozenset(("display_name", "disabled", "prepaid"))


def show_user(record: Versioned[User]) -> user_pb2.User:
    """Writes a user."""
    value = record.value
    return user_pb2.User(
        name=USER.write(value.name),
        uid=record.uid,
        display_name=value.display_name,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        delete_time=stamp(record.deleted_at),
        etag=etag_of(record),
        disabled=value.disabled,
        state=_state(record),
        prepaid=value.balance_nano is not None,
        balance_nano_usd=value.balance_nano or 0,
    )


def read_user(shown: user_pb2.User, name: str, balance: int | None, violations: Violations) -> User:
    """Reads what a user is to be. A user who becomes prepaid begins with nothing, unless there is a balance."""
    return User(
        name=name,
        display_name=violations.check_text("user.display_name", shown.display_name, longest=LONGEST_DISPLAY_NAME),
        disabled=shown.disabled,
        balance_nano=(balance or 0) if shown.prepaid or balance is not None else None,
    )


def _state(record: Versioned[User]) -> user_pb2.UserState.ValueType:
    if record.deleted_at is not None:
        return user_pb2.USER_STATE_DELETED
    return user_pb2.USER_STATE_DISABLED if record.value.disabled else user_pb2.USER_STATE_ACTIVE
