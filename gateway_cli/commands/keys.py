"""`weir keys`: the API keys of users."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import typer
from google.protobuf.duration_pb2 import Duration

from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.names import ANY, API_KEY, USER, owner_and_id
from gateway_cli.remote.table import Column, column, name_column
from weir.admin.v1 import api_key_service_pb2 as messages
from weir.admin.v1.api_key_pb2 import ApiKey
from weir.admin.v1.api_key_service_pb2_grpc import ApiKeyServiceStub

SECRET: Final = "api key"  # noqa: S105 -- what the secret is called
KeyName: TypeAlias = Annotated[str, typer.Argument(metavar="USER/KEY", help="The key, such as alice/laptop.")]


class Operation(StrEnum):
    """What a key may do."""

    CHAT = "chat"
    EMBEDDINGS = "embeddings"
    PASSTHROUGH = "passthrough"
    ADMIN_READ = "admin_read"


@dataclass(frozen=True, slots=True)
class KeyFields:
    """What may be said of a key."""

    model: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="A model it may ask for, such as 'gpt-4o*'; may be repeated."),
    ] = None
    operation: Annotated[list[Operation] | None, typer.Option(help="What it may do; may be repeated.")] = None
    network: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="Where it may be used from, such as 10.0.0.0/8; may be repeated."),
    ] = None
    disabled: options.DisabledOption = None

    def draft(self) -> Draft[ApiKey]:
        """Begins a record."""
        draft = Draft(ApiKey())
        draft.put("scopes.models", self.model or None)
        draft.put("scopes.operations", self.operation or None)
        draft.put("scopes.source_networks", self.network or None)
        draft.put("disabled", self.disabled)
        return draft


def models_of(key: ApiKey) -> str:
    """Shows which models a key may ask for."""
    return " ".join(key.scopes.models)


KEYS: Final = Collection(
    noun="key",
    kind=ApiKey,
    shape=API_KEY,
    stub=ApiKeyServiceStub,
    messages=messages,
    columns=(
        name_column("KEY", ApiKey, API_KEY),
        column("STATE", ApiKey, "state"),
        column("SECRET", ApiKey, "hint"),
        Column("MODELS", models_of),
        column("EXPIRES", ApiKey, "expire_time"),
        column("LAST USED", ApiKey, "last_use_time"),
        column("MANAGED BY", ApiKey, "managed_by"),
    ),
)


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the API keys of users.")
    add(group, list_keys, "list")
    for run in (get, create, update, rotate, revoke, delete, undelete):
        add(group, run)
    app.add_typer(group, name="keys")


def list_keys(
    remote: Remote,
    user: Annotated[str, typer.Argument(metavar="[USER]", help="Whose keys; else everybody's.")] = ANY,
    *,
    page: options.Page,
    deleted: options.DeletedOption = False,
) -> None:
    """Lists the keys of a user or of everybody, in the order in which they were made.

    Example: weir keys list alice --filter 'revoked = false'
    """
    request = messages.ListApiKeysRequest(parent=USER.full(user), filter=page.filter, show_deleted=deleted)
    KEYS.show_list(remote, request, page.limit)


def get(remote: Remote, name: KeyName) -> None:
    """Shows everything that is known of a key, but not the key itself, which nobody keeps.

    Example: weir keys get alice/laptop
    """
    KEYS.show_one(remote, name)


def create(
    remote: Remote,
    name: Annotated[
        str,
        typer.Argument(metavar="USER[/KEY]", help="The new key, such as alice/laptop; a user alone lets us choose."),
    ],
    fields: KeyFields,
    *,
    expires: options.EndOption = None,
    request_id: options.RequestIdOption,
) -> None:
    """Makes a key for a user and shows it, once.

    Example: weir keys create alice/laptop --model 'gpt-4o*' --expires 90d
    """
    parent, key_id = owner_and_id(API_KEY, name)
    draft = fields.draft()
    draft.put("expire_time", expires)
    request = messages.CreateApiKeyRequest(
        parent=parent, api_key_id=key_id, api_key=draft.record, request_id=request_id
    )
    KEYS.issue(remote, request, "created", SECRET)


def update(
    remote: Remote,
    name: KeyName,
    fields: KeyFields,
    *,
    expires: options.NewEndOption = None,
    etag: options.EtagOption = "",
) -> None:
    """Changes a key: what is not given stays as it is. A list that is given takes the place of the whole old one.

    Example: weir keys update alice/laptop --expires never
    """
    draft = fields.draft()
    draft.put("expire_time", expires)
    KEYS.update(remote, draft, name, etag)


def rotate(
    remote: Remote,
    name: KeyName,
    *,
    overlap: Annotated[
        Duration | None, options.duration("For how long the secret before works on; 24h if not given.")
    ] = None,
    expires: options.EndOption = None,
    etag: options.EtagOption = "",
    request_id: options.RequestIdOption,
) -> None:
    """Gives a key a new secret and shows it, once. The one before works on for the overlap.

    Example: weir keys rotate alice/laptop --overlap 1h
    """
    request = messages.RotateApiKeyRequest(
        name=API_KEY.full(name), overlap=overlap, expire_time=expires, etag=etag, request_id=request_id
    )
    KEYS.issue(remote, request, "rotated", SECRET)


def revoke(remote: Remote, name: KeyName, *, reason: options.ReasonOption = "", etag: options.EtagOption = "") -> None:
    """Ends a key for ever, at once, with all its secrets.

    Example: weir keys revoke alice/laptop --reason "the laptop was stolen"
    """
    KEYS.change(remote, messages.RevokeApiKeyRequest(name=API_KEY.full(name), reason=reason, etag=etag), "revoked")


def delete(
    remote: Remote, name: KeyName, *, etag: options.EtagOption = "", allow_missing: options.MissingOption = False
) -> None:
    """Deletes a key for the time being: it stops working at once, and `undelete` brings it back.

    Example: weir keys delete alice/laptop
    """
    KEYS.delete(remote, name, etag=etag, allow_missing=allow_missing)


def undelete(remote: Remote, name: KeyName, *, etag: options.EtagOption = "") -> None:
    """Brings a deleted key back as it was.

    Example: weir keys undelete alice/laptop
    """
    KEYS.undelete(remote, name, etag)
