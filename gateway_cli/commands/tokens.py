"""`weir tokens`: the admin tokens, by which administrators come in."""

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import typer

from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.names import ADMIN_TOKEN
from gateway_cli.remote.table import column, name_column
from weir.admin.v1 import admin_token_service_pb2 as messages
from weir.admin.v1.admin_token_pb2 import AdminToken
from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceStub

SECRET: Final = "admin token"  # noqa: S105 -- what the secret is called
TokenName: TypeAlias = Annotated[str, typer.Argument(metavar="TOKEN", help="The token's name, such as deploy.")]
TOKENS: Final = Collection(
    noun="token",
    kind=AdminToken,
    shape=ADMIN_TOKEN,
    stub=AdminTokenServiceStub,
    messages=messages,
    columns=(
        name_column("TOKEN", AdminToken, ADMIN_TOKEN),
        column("ROLE", AdminToken, "role"),
        column("STATE", AdminToken, "state"),
        column("SECRET", AdminToken, "hint"),
        column("EXPIRES", AdminToken, "expire_time"),
        column("LAST USED", AdminToken, "last_use_time"),
        column("MANAGED BY", AdminToken, "managed_by"),
    ),
)


class Role(StrEnum):
    """What the holder of a token may do."""

    OWNER = "owner"
    OPERATOR = "operator"
    VIEWER = "viewer"
    BILLING = "billing"


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the admin tokens, by which administrators come in.")
    add(group, list_tokens, "list")
    for run in (get, create, revoke, whoami):
        add(group, run)
    app.add_typer(group, name="tokens")


def list_tokens(remote: Remote, page: options.Page) -> None:
    """Lists admin tokens, those that no longer work included.

    Example: weir tokens list --filter 'revoked = false AND role = OWNER'
    """
    TOKENS.show_list(remote, messages.ListAdminTokensRequest(filter=page.filter), page.limit)


def get(remote: Remote, name: TokenName) -> None:
    """Shows everything that is known of an admin token, but not the token itself, which nobody keeps.

    Example: weir tokens get deploy
    """
    TOKENS.show_one(remote, name)


def create(
    remote: Remote,
    name: Annotated[
        str, typer.Argument(metavar="[TOKEN]", help="The new token's name; else the gateway chooses.")
    ] = "",
    *,
    role: Annotated[Role, typer.Option(help="What its holder may do.")],
    expires: options.EndOption = None,
    request_id: options.RequestIdOption,
) -> None:
    """Makes an admin token and shows it, once.

    Example: weir tokens create deploy --role operator --expires 365d
    """
    draft = Draft(AdminToken())
    draft.put("role", role)
    draft.put("expire_time", expires)
    token_id = ADMIN_TOKEN.short(ADMIN_TOKEN.full(name)) if name else ""
    request = messages.CreateAdminTokenRequest(admin_token_id=token_id, admin_token=draft.record, request_id=request_id)
    TOKENS.issue(remote, request, "created", SECRET)


def revoke(
    remote: Remote, name: TokenName, *, reason: options.ReasonOption = "", etag: options.EtagOption = ""
) -> None:
    """Ends an admin token for ever, at once.

    Example: weir tokens revoke deploy --reason "no longer needed"
    """
    request = messages.RevokeAdminTokenRequest(name=ADMIN_TOKEN.full(name), reason=reason, etag=etag)
    TOKENS.change(remote, request, "revoked")


def whoami(remote: Remote) -> None:
    """Shows who one is to the gateway, and what one may do.

    Example: weir tokens whoami
    """
    request = messages.GetAdminCallerRequest()
    remote.output.show_record(remote.ask(remote.stub(AdminTokenServiceStub).GetAdminCaller, request).caller)
