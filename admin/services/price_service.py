"""PriceService: keeps what providers charge. Prices are only ever added."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from admin.conduct import filters
from admin.conduct.desk import Desk
from admin.conduct.filters import Compared, Filterable, read_filter
from admin.conduct.finding import not_found
from admin.conduct.names import PRICE, PROVIDER
from admin.conduct.pages import read_position
from admin.conduct.violations import Violations
from admin.services.prices_in_force import page_in_force
from admin.translation.prices import read_tokens, show_price
from admin.translation.references import read_provider_model, read_reference
from admin.translation.stamps import OWNER_NAMES, read_stamp
from gateway_core.errors import InvalidRequest
from gateway_core.interceptors.around import Context
from gateway_core.records.price import Price
from gateway_core.storage.query import Comparison, Page, Where
from gateway_core.storage.storage_error import NotThere
from weir.admin.v1 import price_pb2
from weir.admin.v1 import price_service_pb2 as messages
from weir.admin.v1.price_service_pb2_grpc import PriceServiceServicer

KIND: Final = "price"
TOLERANCE: Final = timedelta(minutes=5)
MOST_TOKENS: Final = 2**63 - 1
PROVIDER_NAME: Final = filters.exact("provider")


def _of_provider(comparison: Comparison, value: Compared) -> Where:
    written = PROVIDER_NAME.where(comparison, value)
    (given,) = PROVIDER.read(str(written.value), "filter")
    return replace(written, value=given)


FIELDS: Final = MappingProxyType(
    {
        "provider": Filterable(filters.EQUAL, _of_provider),
        "provider_model": filters.text("model"),
        "min_input_tokens": filters.number("min_input_tokens"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "start_time": filters.moment("effective_from"),
        "create_time": filters.moment("created_at"),
    }
)


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price that was asked for. Without a start it holds from now on."""

    provider: str
    model: str
    price: Price
    min_input_tokens: int
    start: datetime | None


class PriceService(PriceServiceServicer):
    """Keeps prices."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListPrices(self, request: messages.ListPricesRequest, context: Context) -> messages.ListPricesResponse:
        """Gives a page of prices, of all times or of one moment."""
        del context
        moment = _read_moment(request.at_time, "at_time") if request.HasField("at_time") else None
        position = read_position(request.page_size, request.page_token, request.filter, moment)
        page = Page(position.after, position.size + 1, read_filter(request.filter, FIELDS))
        async with self._desk.reading() as reading:
            found = await (reading.prices.page(page) if moment is None else page_in_force(reading.prices, moment, page))
        shown = found[: position.size]
        return messages.ListPricesResponse(
            prices=map(show_price, shown),
            next_page_token=position.token(shown[-1].uid) if len(found) > position.size else "",
        )

    async def GetPrice(self, request: messages.GetPriceRequest, context: Context) -> messages.GetPriceResponse:
        """Describes one price."""
        del context
        (uid,) = PRICE.read(request.name, "name")
        async with self._desk.reading() as reading:
            try:
                row = await reading.prices.get(uid)
            except NotThere as error:
                raise not_found(request.name) from error
        return messages.GetPriceResponse(price=show_price(row))

    async def CreatePrice(self, request: messages.CreatePriceRequest, context: Context) -> messages.CreatePriceResponse:
        """Adds a price."""
        new, once = _read_new(request.price), self._desk.request(request)
        async with self._desk.changing(context) as change:
            made = None if once is None else await change.requests.result_of(KIND, once)
            if made is not None:
                row = await change.prices.get(made)
            else:
                if new.start is not None and new.start < self._desk.now() - TOLERANCE:
                    raise InvalidRequest.at("price.start_time", "must not lie more than 5 minutes in the past")
                if await change.providers.find(Where("name", "=", new.provider)) is None:
                    raise InvalidRequest.at("price.provider", f"there is no {request.price.provider}")
                row = await change.prices.append(
                    new.provider,
                    new.model,
                    new.price,
                    effective_from=new.start or change.now,
                    min_input_tokens=new.min_input_tokens,
                )
                if once is not None:
                    await change.requests.remember(KIND, once, row.uid)
        return messages.CreatePriceResponse(price=show_price(row))


def _read_new(shown: price_pb2.Price) -> NewPrice:
    violations = Violations()
    new = NewPrice(
        provider=read_reference(PROVIDER, shown.provider, "price.provider", violations),
        model=read_provider_model(shown.provider_model, "price.provider_model", violations),
        price=read_tokens(shown.tokens, violations),
        min_input_tokens=violations.check_range("price.min_input_tokens", shown.min_input_tokens, 0, MOST_TOKENS),
        start=_read_moment(shown.start_time, "price.start_time") if shown.HasField("start_time") else None,
    )
    violations.refuse()
    return new


def _read_moment(written: Timestamp, field: str) -> datetime:
    try:
        return read_stamp(written)
    except ValueError as error:
        raise InvalidRequest.at(field, "must be a moment of the years 1 to 9999") from error
