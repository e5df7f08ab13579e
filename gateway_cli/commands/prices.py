"""`weir prices`: what providers charge, in USD per million tokens."""

from dataclasses import dataclass, fields
from typing import Annotated, Final

import typer
from google.protobuf.timestamp_pb2 import Timestamp
from typer.models import OptionInfo

from gateway_cli.remote import options
from gateway_cli.remote.collection import Collection
from gateway_cli.remote.command import Connection, add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.moments import ahead
from gateway_cli.remote.money import read_price, write_price
from gateway_cli.remote.names import PRICE, PROVIDER, provider_and_model
from gateway_cli.remote.output import Format
from gateway_cli.remote.table import Column, column, name_column
from weir.admin.v1 import price_service_pb2 as messages
from weir.admin.v1.price_pb2 import Price
from weir.admin.v1.price_service_pb2_grpc import PriceServiceStub


def usd(sentence: str) -> OptionInfo:
    """Makes an option that takes a price."""
    option: OptionInfo = typer.Option(parser=read_price, metavar="USD", help=sentence)
    return option


def input_of(price: Price) -> str:
    """Shows the price of a million prompt tokens."""
    return write_price(price.tokens.input_pico_usd)


def output_of(price: Price) -> str:
    """Shows the price of a million reply tokens."""
    return write_price(price.tokens.output_pico_usd)


PRICES: Final = Collection(
    noun="price",
    kind=Price,
    shape=PRICE,
    stub=PriceServiceStub,
    messages=messages,
    columns=(
        name_column("PRICE", Price, PRICE),
        name_column("PROVIDER", Price, PROVIDER, "provider"),
        column("MODEL", Price, "provider_model"),
        column("VERSION", Price, "version"),
        column("FROM TOKENS", Price, "min_input_tokens"),
        Column("INPUT USD/M", input_of),
        Column("OUTPUT USD/M", output_of),
        column("STARTS", Price, "start_time"),
        column("MANAGED BY", Price, "managed_by"),
    ),
)


@dataclass(frozen=True, slots=True)
class Charges:
    """What a million tokens of each class cost. The fields are those of the contract."""

    input: Annotated[int, usd("A million prompt tokens.")]
    output: Annotated[int, usd("A million reply tokens.")]
    cache_read: Annotated[int | None, usd("Those read from a cache; else as input.")] = None
    cache_write: Annotated[int | None, usd("Those written to a cache; else as input.")] = None
    audio_input: Annotated[int | None, usd("Those of sounds; else as input.")] = None
    image_input: Annotated[int | None, usd("Those of images; else as input.")] = None
    reasoning: Annotated[int | None, usd("Those of reasoning; else as output.")] = None
    audio_output: Annotated[int | None, usd("Those of sounds in replies; else as output.")] = None

    def put_into(self, draft: Draft[Price]) -> None:
        """Writes them into a record."""
        for charge in fields(self):
            draft.put(f"tokens.{charge.name}_pico_usd", getattr(self, charge.name))


@dataclass(frozen=True, slots=True)
class PriceConnection(Connection):
    """The options of the connection where `--output` is a price."""

    form: Annotated[
        Format, typer.Option("--format", "-o", help="How results are written.", rich_help_panel=options.CONNECTION)
    ] = Format.TABLE


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps what providers charge. Prices are only ever added.")
    add(group, list_prices, "list")
    add(group, get)
    add(group, create, connection=PriceConnection)
    app.add_typer(group, name="prices")


def list_prices(
    remote: Remote,
    *,
    at: Annotated[
        Timestamp | None,
        typer.Option(parser=ahead, metavar="TIME", help="Only those in force then: now, 30d, 2027-01-31, or RFC 3339."),
    ] = None,
    page: options.Page,
) -> None:
    """Lists prices, in the order in which they were made.

    Example: weir prices list --at now --filter 'provider = "providers/openai"'
    """
    PRICES.show_list(remote, messages.ListPricesRequest(filter=page.filter, at_time=at), page.limit)


def get(
    remote: Remote,
    name: Annotated[str, typer.Argument(metavar="PRICE", help="The price, by the id that `list` shows.")],
) -> None:
    """Shows everything that is known of a price, with the classes of tokens that cost something of their own.

    Example: weir prices get prc_7k2
    """
    PRICES.show_one(remote, name)


def create(
    remote: Remote,
    target: Annotated[
        str, typer.Argument(metavar="PROVIDER/MODEL", help="Whose model it is for, such as openai/gpt-4o-mini.")
    ],
    charges: Charges,
    *,
    starts: Annotated[
        Timestamp | None, typer.Option("--from", parser=ahead, metavar="TIME", help="From when on; else from now on.")
    ] = None,
    min_input_tokens: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Only for calls of so many prompt tokens or more.")
    ] = None,
    request_id: options.RequestIdOption,
) -> None:
    """Adds a price, in USD per million tokens. It takes the place of the one before.

    Example: weir prices create openai/gpt-4o-mini --input 0.15 --output 0.60 --cache-read 0.075
    """
    provider, model = provider_and_model(target)
    draft = Draft(Price(provider=provider, provider_model=model))
    charges.put_into(draft)
    draft.put("start_time", starts)
    draft.put("min_input_tokens", min_input_tokens)
    PRICES.change(remote, messages.CreatePriceRequest(price=draft.record, request_id=request_id), "created")
