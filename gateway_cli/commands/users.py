"""`weir users`: who may call, and on whose account."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

import typer

from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.money import read_usd, write_usd
from gateway_cli.remote.names import USER
from gateway_cli.remote.table import Column, column, name_column
from weir.admin.v1 import user_service_pb2 as messages
from weir.admin.v1.user_pb2 import User
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub


def balance_of(user: User) -> str:
    """Shows the balance of a user who has one."""
    return write_usd(user.balance_nano_usd) if user.prepaid else ""


USERS: Final = Collection(
    noun="user",
    kind=User,
    shape=USER,
    stub=UserServiceStub,
    messages=messages,
    columns=(
        name_column("USER", User, USER),
        column("STATE", User, "state"),
        column("NAME", User, "display_name"),
        Column("BALANCE", balance_of),
        column("MANAGED BY", User, "managed_by"),
        column("CREATED", User, "create_time"),
    ),
)
UserName: TypeAlias = Annotated[str, typer.Argument(metavar="USER", help="The user, such as alice.")]
NewBalance: TypeAlias = Annotated[
    int | None,
    typer.Option("--balance", parser=read_usd, metavar="USD", help="Make it prepaid, and begin with so much."),
]
Delta: TypeAlias = Annotated[
    int, typer.Option("--by", parser=read_usd, metavar="USD", help="What to add; below 0 takes away.")
]
Purpose: TypeAlias = Annotated[str, typer.Option("--reason", metavar="TEXT", help="What for, for the audit log.")]


@dataclass(frozen=True, slots=True)
class UserFields:
    """What may be said of a user."""

    display_name: Annotated[str | None, typer.Option("--display-name", help="The name to show to people.")] = None
    disabled: options.DisabledOption = None

    def draft(self) -> Draft[User]:
        """Begins a record."""
        draft = Draft(User())
        draft.put("display_name", self.display_name)
        draft.put("disabled", self.disabled)
        return draft


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the users: who may call, and on whose account.")
    add(group, list_users, "list")
    for run in (get, create, update, delete, undelete, adjust):
        add(group, run)
    app.add_typer(group, name="users")


def list_users(remote: Remote, page: options.Page, *, deleted: options.DeletedOption = False) -> None:
    """Lists users, in the order in which they were made.

    Example: weir users list --filter 'disabled = true'
    """
    USERS.show_list(remote, messages.ListUsersRequest(filter=page.filter, show_deleted=deleted), page.limit)


def get(remote: Remote, name: UserName) -> None:
    """Shows everything that is known of a user, also of a deleted one.

    Example: weir users get alice
    """
    USERS.show_one(remote, name)


def create(
    remote: Remote,
    name: UserName,
    fields: UserFields,
    *,
    balance: NewBalance = None,
    request_id: options.RequestIdOption,
) -> None:
    """Makes a user.

    Example: weir users create alice --display-name "Alice Liddell" --balance 25
    """
    request = messages.CreateUserRequest(
        user_id=USER.short(USER.full(name)),
        user=fields.draft().record,
        request_id=request_id,
        balance_nano_usd=balance,
    )
    USERS.change(remote, request, "created")


def update(
    remote: Remote,
    name: UserName,
    fields: UserFields,
    *,
    prepaid: Annotated[
        bool | None, typer.Option("--prepaid/--not-prepaid", help="Whether calls need money on the balance.")
    ] = None,
    etag: options.EtagOption = "",
) -> None:
    """Changes a user: what is not given stays as it is.

    Example: weir users update alice --disable
    """
    draft = fields.draft()
    draft.put("prepaid", prepaid)
    USERS.update(remote, draft, name, etag)


def delete(
    remote: Remote, name: UserName, *, etag: options.EtagOption = "", allow_missing: options.MissingOption = False
) -> None:
    """Deletes a user for the time being: its keys stop working at once, and `undelete` brings it back with them.

    Example: weir users delete alice
    """
    USERS.delete(remote, name, etag=etag, allow_missing=allow_missing)


def undelete(remote: Remote, name: UserName, *, etag: options.EtagOption = "") -> None:
    """Brings a deleted user back, with its keys.

    Example: weir users undelete alice
    """
    USERS.undelete(remote, name, etag)


def adjust(remote: Remote, name: UserName, *, by: Delta, reason: Purpose, request_id: options.RequestIdOption) -> None:
    """Adds money to the balance of a prepaid user, or takes some away.

    Example: weir users adjust alice --by 12.50 --reason "invoice 17"
    """
    request = messages.AdjustUserBalanceRequest(
        name=USER.full(name), delta_nano_usd=by, reason=reason, request_id=request_id
    )
    user = remote.ask(remote.stub(UserServiceStub).AdjustUserBalance, request).user
    remote.output.show_change(f"balance of {USER.short(user.name)}: {write_usd(user.balance_nano_usd)}", user)
