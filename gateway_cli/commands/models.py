"""`weir models`: the models that callers may ask for, and what answers for each."""

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
from gateway_cli.remote.names import MODEL, PROVIDER, provider_and_model
from gateway_cli.remote.table import Column, column, name_column
from weir.admin.v1 import model_service_pb2 as messages
from weir.admin.v1.model_pb2 import Model, ModelTarget
from weir.admin.v1.model_service_pb2_grpc import ModelServiceStub

ModelName: TypeAlias = Annotated[str, typer.Argument(metavar="MODEL", help="The model, by the name callers use.")]


def target_of(text: str) -> ModelTarget:
    """Reads `openai/gpt-4o-mini` or, with a weight, `openai/gpt-4o-mini=3`. Raises BadParameter."""
    pair, _, weight = text.rpartition("=")
    if not pair or not weight.isdecimal():
        pair, weight = text, "0"
    provider, model = provider_and_model(pair)
    return ModelTarget(provider=provider, provider_model=model, weight=int(weight))


def targets_of(model: Model) -> str:
    """Shows the targets as the command line takes them."""
    pairs = ((f"{PROVIDER.short(target.provider)}/{target.provider_model}", target.weight) for target in model.targets)
    return " ".join(f"{pair}={weight}" if weight > 1 else pair for pair, weight in pairs)


def fallbacks_of(model: Model) -> str:
    """Shows the models to try when no target answers."""
    return " ".join(MODEL.short(name) for name in model.fallbacks)


MODELS: Final = Collection(
    noun="model",
    kind=Model,
    shape=MODEL,
    stub=ModelServiceStub,
    messages=messages,
    columns=(
        name_column("MODEL", Model, MODEL),
        column("DISABLED", Model, "disabled"),
        column("STRATEGY", Model, "strategy"),
        Column("TARGETS", targets_of),
        Column("FALLBACKS", fallbacks_of),
        column("MANAGED BY", Model, "managed_by"),
    ),
)


class Strategy(StrEnum):
    """How calls spread over the targets."""

    FIXED = "fixed"
    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    RANDOM = "random"
    LEAST_BUSY = "least_busy"
    SCORED = "scored"


class AfterBreak(StrEnum):
    """What happens when a stream breaks."""

    FAIL = "fail"
    RESTART = "restart"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class ModelFields:
    """What may be said of a model."""

    target: Annotated[
        list[ModelTarget] | None,
        typer.Option(
            parser=target_of,
            metavar="PROVIDER/MODEL[=WEIGHT]",
            help="What can answer for it, such as openai/gpt-4o-mini; may be repeated.",
        ),
    ] = None
    fallback: Annotated[
        list[str] | None,
        typer.Option(
            parser=MODEL.full, metavar="MODEL", help="A model to try when no target answers; may be repeated."
        ),
    ] = None
    strategy: Annotated[Strategy | None, typer.Option(help="How calls spread over the targets.")] = None
    retries: Annotated[int | None, typer.Option(min=0, max=10, metavar="N", help="How often to ask again; 2.")] = None
    retry_backoff: Annotated[Duration | None, options.duration("How long to wait before asking again; 200ms.")] = None
    retry_budget: Annotated[
        float | None, typer.Option(min=0, max=1, metavar="SHARE", help="Which share of calls may be repetitions; 0.1.")
    ] = None
    stream_break: Annotated[AfterBreak | None, typer.Option(help="What happens when a stream breaks.")] = None
    disabled: options.DisabledOption = None

    def draft(self) -> Draft[Model]:
        """Begins a record."""
        draft = Draft(Model())
        draft.put("targets", self.target or None)
        draft.put("fallbacks", self.fallback or None)
        draft.put("strategy", self.strategy)
        draft.put("retries.attempts", self.retries)
        draft.put("retries.backoff", self.retry_backoff)
        draft.put("retries.budget", self.retry_budget)
        draft.put("stream_break", self.stream_break)
        draft.put("disabled", self.disabled)
        return draft


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the models that callers may ask for.")
    add(group, list_models, "list")
    for run in (get, create, update, delete):
        add(group, run)
    app.add_typer(group, name="models")


def list_models(remote: Remote, page: options.Page) -> None:
    """Lists models, in the order in which they were made.

    Example: weir models list --filter 'id = "gpt-*"'
    """
    MODELS.show_list(remote, messages.ListModelsRequest(filter=page.filter), page.limit)


def get(remote: Remote, name: ModelName) -> None:
    """Shows everything that is known of a model.

    Example: weir models get gpt-4o-mini
    """
    MODELS.show_one(remote, name)


def create(remote: Remote, name: ModelName, fields: ModelFields, *, request_id: options.RequestIdOption) -> None:
    """Makes a model.

    Example: weir models create fast --target openai/gpt-4o-mini=3 --target local/llama-3.1-8b --strategy weighted
    """
    request = messages.CreateModelRequest(
        model_id=MODEL.short(MODEL.full(name)), model=fields.draft().record, request_id=request_id
    )
    MODELS.change(remote, request, "created")


def update(
    remote: Remote,
    name: ModelName,
    fields: ModelFields,
    *,
    no_fallbacks: Annotated[bool, typer.Option("--no-fallbacks", help="Take all fallbacks away.")] = False,
    etag: options.EtagOption = "",
) -> None:
    """Changes a model: what is not given stays as it is. Targets that are given take the place of all old ones.

    Example: weir models update fast --fallback steady
    """
    draft = fields.draft()
    draft.put("fallbacks", [] if no_fallbacks else None)
    MODELS.update(remote, draft, name, etag)


def delete(
    remote: Remote, name: ModelName, *, etag: options.EtagOption = "", allow_missing: options.MissingOption = False
) -> None:
    """Deletes a model for good. No other model may fall back to it.

    Example: weir models delete fast
    """
    MODELS.delete(remote, name, etag=etag, allow_missing=allow_missing)
