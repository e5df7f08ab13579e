"""`weir credentials`: the gateway's own accounts at providers. Their secrets go in and never come out."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

import typer

from gateway_cli.environment import read_environment
from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.names import ANY, CREDENTIAL, PROVIDER
from gateway_cli.remote.secret_input import SecretSource
from gateway_cli.remote.table import column, name_column
from weir.admin.v1 import credential_service_pb2 as messages
from weir.admin.v1.credential_pb2 import Credential
from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceStub

CredentialName: TypeAlias = Annotated[
    str, typer.Argument(metavar="PROVIDER/CREDENTIAL", help="The credential, such as openai/main.")
]
CREDENTIALS: Final = Collection(
    noun="credential",
    kind=Credential,
    shape=CREDENTIAL,
    stub=CredentialServiceStub,
    messages=messages,
    columns=(
        name_column("CREDENTIAL", Credential, CREDENTIAL),
        column("SECRET", Credential, "hint"),
        column("WEIGHT", Credential, "weight"),
        column("DISABLED", Credential, "disabled"),
        column("MANAGED BY", Credential, "managed_by"),
        column("UPDATED", Credential, "update_time"),
    ),
)


@dataclass(frozen=True, slots=True)
class CredentialFields:
    """What may be said of a credential besides its secret."""

    weight: Annotated[
        int | None, typer.Option(min=1, max=1000, metavar="N", help="Its share of the calls, where they are weighted.")
    ] = None
    disabled: options.DisabledOption = None

    def draft(self) -> Draft[Credential]:
        """Begins a record."""
        draft = Draft(Credential())
        draft.put("weight", self.weight)
        draft.put("disabled", self.disabled)
        return draft


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the gateway's own accounts at providers.")
    add(group, list_credentials, "list")
    for run in (get, create, update, rotate, delete):
        add(group, run)
    app.add_typer(group, name="credentials")


def list_credentials(
    remote: Remote,
    provider: Annotated[str, typer.Argument(metavar="[PROVIDER]", help="Whose credentials; else all.")] = ANY,
    *,
    page: options.Page,
) -> None:
    """Lists the credentials of a provider or of all, without their secrets.

    Example: weir credentials list openai
    """
    request = messages.ListCredentialsRequest(parent=PROVIDER.full(provider), filter=page.filter)
    CREDENTIALS.show_list(remote, request, page.limit)


def get(remote: Remote, name: CredentialName) -> None:
    """Shows everything that is known of a credential but its secret.

    Example: weir credentials get openai/main
    """
    CREDENTIALS.show_one(remote, name)


def create(
    remote: Remote,
    name: CredentialName,
    secret: SecretSource,
    fields: CredentialFields,
    *,
    request_id: options.RequestIdOption,
) -> None:
    """Takes in a secret of a provider.

    Example: weir credentials create openai/main --secret-env OPENAI_API_KEY
    """
    parent, _, credential_id = CREDENTIAL.full(name).rsplit("/", 2)
    request = messages.CreateCredentialRequest(
        parent=parent,
        credential_id=credential_id,
        credential=fields.draft().record,
        secret=secret.read(read_environment()).reveal(),
        request_id=request_id,
    )
    CREDENTIALS.change(remote, request, "created")


def update(remote: Remote, name: CredentialName, fields: CredentialFields, *, etag: options.EtagOption = "") -> None:
    """Changes everything about a credential but its secret.

    Example: weir credentials update openai/main --weight 3
    """
    CREDENTIALS.update(remote, fields.draft(), name, etag)


def rotate(
    remote: Remote,
    name: CredentialName,
    secret: SecretSource,
    *,
    etag: options.EtagOption = "",
    request_id: options.RequestIdOption,
) -> None:
    """Replaces the secret. Calls that begin afterwards use the new one.

    Example: weir credentials rotate openai/main --secret-file new-key.txt
    """
    request = messages.RotateCredentialRequest(
        name=CREDENTIAL.full(name), secret=secret.read(read_environment()).reveal(), etag=etag, request_id=request_id
    )
    CREDENTIALS.change(remote, request, "rotated")


def delete(
    remote: Remote, name: CredentialName, *, etag: options.EtagOption = "", allow_missing: options.MissingOption = False
) -> None:
    """Deletes a credential for good. Calls that run go on.

    Example: weir credentials delete openai/main
    """
    CREDENTIALS.delete(remote, name, etag=etag, allow_missing=allow_missing)
