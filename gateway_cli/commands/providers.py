"""`weir providers`: the places that answer."""

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
from gateway_cli.remote.names import PROVIDER
from gateway_cli.remote.table import column, name_column
from weir.admin.v1 import provider_service_pb2 as messages
from weir.admin.v1.provider_pb2 import Provider
from weir.admin.v1.provider_service_pb2_grpc import ProviderServiceStub

ProviderName: TypeAlias = Annotated[str, typer.Argument(metavar="PROVIDER", help="The provider, such as openai.")]
PROVIDERS: Final = Collection(
    noun="provider",
    kind=Provider,
    shape=PROVIDER,
    stub=ProviderServiceStub,
    messages=messages,
    columns=(
        name_column("PROVIDER", Provider, PROVIDER),
        column("KIND", Provider, "kind"),
        column("DISABLED", Provider, "disabled"),
        column("ADDRESS", Provider, "base_url"),
        column("BALANCE", Provider, "balance"),
        column("MANAGED BY", Provider, "managed_by"),
    ),
)


class Kind(StrEnum):
    """How a provider speaks."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    GEMINI = "gemini"
    OPENROUTER = "openrouter"
    VLLM = "vllm"
    SIMULATOR = "simulator"


class Balance(StrEnum):
    """How calls spread over the credentials of a provider."""

    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    RANDOM = "random"
    LEAST_BUSY = "least_busy"


@dataclass(frozen=True, slots=True)
class ProviderFields:
    """What may be said of a provider besides its kind."""

    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where it is; empty means the kind's own address.")
    ] = None
    balance: Annotated[Balance | None, typer.Option(help="How calls spread over its credentials.")] = None
    connect: Annotated[Duration | None, options.duration("How long connecting may take; 5s by default.")] = None
    first_token: Annotated[Duration | None, options.duration("How long until a stream's first token; 30s.")] = None
    idle: Annotated[Duration | None, options.duration("How long a stream may be silent; 30s.")] = None
    total: Annotated[Duration | None, options.duration("How long a whole reply may take; 60s.")] = None
    stream_total: Annotated[Duration | None, options.duration("How long a whole stream may take; 600s.")] = None
    breaker_failures: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How many failures take it out of traffic for a while; 3.")
    ] = None
    breaker_reset: Annotated[Duration | None, options.duration("After which time it is tried again; 60s.")] = None
    disabled: options.DisabledOption = None

    def draft(self, kind: Kind | None) -> Draft[Provider]:
        """Begins a record."""
        draft = Draft(Provider())
        draft.put("kind", kind)
        draft.put("base_url", self.base_url)
        draft.put("balance", self.balance)
        for name in ("connect", "first_token", "idle", "total", "stream_total"):
            draft.put(f"timeouts.{name}", getattr(self, name))
        draft.put("breaker.failures", self.breaker_failures)
        draft.put("breaker.reset", self.breaker_reset)
        draft.put("disabled", self.disabled)
        return draft


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the providers: the places that answer.")
    add(group, list_providers, "list")
    for run in (get, create, update, delete):
        add(group, run)
    app.add_typer(group, name="providers")


def list_providers(remote: Remote, page: options.Page) -> None:
    """Lists providers, in the order in which they were made.

    Example: weir providers list --filter 'kind = OPENAI'
    """
    PROVIDERS.show_list(remote, messages.ListProvidersRequest(filter=page.filter), page.limit)


def get(remote: Remote, name: ProviderName) -> None:
    """Shows everything that is known of a provider.

    Example: weir providers get openai
    """
    PROVIDERS.show_one(remote, name)


def create(
    remote: Remote,
    name: ProviderName,
    *,
    kind: Annotated[Kind, typer.Option(help="How it speaks.")],
    fields: ProviderFields,
    request_id: options.RequestIdOption,
) -> None:
    """Makes a provider. Its secrets are added by `weir credentials create`.

    Example: weir providers create local --kind vllm --base-url http://gpu-1:8000/v1
    """
    request = messages.CreateProviderRequest(
        provider_id=PROVIDER.short(PROVIDER.full(name)), provider=fields.draft(kind).record, request_id=request_id
    )
    PROVIDERS.change(remote, request, "created")


def update(
    remote: Remote,
    name: ProviderName,
    *,
    kind: Annotated[Kind | None, typer.Option(help="How it speaks.")] = None,
    fields: ProviderFields,
    etag: options.EtagOption = "",
) -> None:
    """Changes a provider: what is not given stays as it is.

    Example: weir providers update openai --balance least_busy --idle 45s
    """
    PROVIDERS.update(remote, fields.draft(kind), name, etag)


def delete(
    remote: Remote,
    name: ProviderName,
    *,
    force: Annotated[bool, typer.Option("--force", "--with-credentials", help="Delete its credentials too.")] = False,
    etag: options.EtagOption = "",
    allow_missing: options.MissingOption = False,
) -> None:
    """Deletes a provider for good. It must not be a target of any model.

    Example: weir providers delete local --with-credentials
    """
    PROVIDERS.delete(remote, name, etag=etag, allow_missing=allow_missing, force=force)
