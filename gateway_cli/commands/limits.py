"""`weir limits`: how much may be used."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, TypeAlias

import typer

from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.money import read_usd, write_usd
from gateway_cli.remote.names import LIMIT, short_subject, subject_of
from gateway_cli.remote.table import Column, column, name_column
from weir.admin.v1 import limit_service_pb2 as messages
from weir.admin.v1.limit_pb2 import Limit
from weir.admin.v1.limit_service_pb2_grpc import LimitServiceStub

LimitName: TypeAlias = Annotated[str, typer.Argument(metavar="LIMIT", help="The limit, by the id that `list` shows.")]
SUBJECTS: Final = "users/alice, keys/alice/laptop, models/gpt-4o, providers/openai, credentials/openai/main or defaults"


def subject_column(limit: Limit) -> str:
    """Shows what is bounded as `--on` takes it."""
    return short_subject(limit.subject)


def amount_of(limit: Limit) -> str:
    """Shows how much, and of what."""
    kind = limit.WhichOneof("amount")
    if kind == "cost_nano_usd":
        return write_usd(limit.cost_nano_usd)
    return f"{getattr(limit, kind)} {kind.replace('_', ' ')}" if kind else ""


LIMITS: Final = Collection(
    noun="limit",
    kind=Limit,
    shape=LIMIT,
    stub=LimitServiceStub,
    messages=messages,
    columns=(
        name_column("LIMIT", Limit, LIMIT),
        Column("ON", subject_column),
        Column("AMOUNT", amount_of),
        column("PER", Limit, "period"),
        column("MANAGED BY", Limit, "managed_by"),
    ),
)


class Period(StrEnum):
    """For which time a limit counts."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much, and of what: one of these."""

    requests: Annotated[int | None, typer.Option(min=1, metavar="N", help="So many calls.")] = None
    tokens: Annotated[int | None, typer.Option(min=1, metavar="N", help="So many tokens, read and written.")] = None
    cost_usd: Annotated[int | None, typer.Option(parser=read_usd, metavar="USD", help="So much money.")] = None
    concurrent: Annotated[int | None, typer.Option(min=1, metavar="N", help="So many calls at the same time.")] = None

    def draft(self) -> Draft[Limit]:
        """Begins a record. Raises BadParameter unless exactly one amount is given."""
        if sum(value is not None for value in (self.requests, self.tokens, self.cost_usd, self.concurrent)) != 1:
            raise typer.BadParameter("give one of --requests, --tokens, --cost-usd, --concurrent")
        draft = Draft(Limit())
        draft.put("requests", self.requests)
        draft.put("tokens", self.tokens)
        draft.put("cost_nano_usd", self.cost_usd)
        draft.put("concurrent_requests", self.concurrent)
        return draft


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps the limits: how much may be used.")
    add(group, list_limits, "list")
    for run in (get, create, update, delete):
        add(group, run)
    app.add_typer(group, name="limits")


def list_limits(
    remote: Remote,
    *,
    on: Annotated[
        str | None, typer.Option("--on", parser=subject_of, metavar="SUBJECT", help=f"Only those on {SUBJECTS}.")
    ] = None,
    page: options.Page,
) -> None:
    """Lists limits, in the order in which they were made.

    Example: weir limits list --on users/alice
    """
    parts = [f'subject = "{on}"' if on else "", page.filter]
    request = messages.ListLimitsRequest(filter=" AND ".join(part for part in parts if part))
    LIMITS.show_list(remote, request, page.limit)


def get(remote: Remote, name: LimitName) -> None:
    """Shows everything that is known of a limit.

    Example: weir limits get lim_7k2
    """
    LIMITS.show_one(remote, name)


def create(
    remote: Remote,
    *,
    on: Annotated[
        str, typer.Option("--on", parser=subject_of, metavar="SUBJECT", help=f"What is bounded: {SUBJECTS}.")
    ],
    amount: Amount,
    per: Annotated[Period | None, typer.Option(help="For which time it counts; not with --concurrent.")] = None,
    request_id: options.RequestIdOption,
) -> None:
    """Makes a limit.

    Example: weir limits create --on users/alice --requests 600 --per minute
    """
    draft = amount.draft()
    draft.put("subject", on)
    draft.put("period", per)
    LIMITS.change(remote, messages.CreateLimitRequest(limit=draft.record, request_id=request_id), "created")


def update(remote: Remote, name: LimitName, amount: Amount, *, etag: options.EtagOption = "") -> None:
    """Changes how much. What was used counts on.

    Example: weir limits update lim_7k2 --requests 900
    """
    LIMITS.update(remote, amount.draft(), name, etag)


def delete(
    remote: Remote, name: LimitName, *, etag: options.EtagOption = "", allow_missing: options.MissingOption = False
) -> None:
    """Deletes a limit for good, with the count of what was used.

    Example: weir limits delete lim_7k2
    """
    LIMITS.delete(remote, name, etag=etag, allow_missing=allow_missing)
