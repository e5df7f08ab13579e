"""PriceService over a real connection: prices are added, one version after the other, and explain what was charged."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from gateway_core.records.price import Price as StoredPrice
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.storage.query import Where
from tests.fakes.admin_calls import MovableTime, ahead, new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import price_service_pb2 as messages
from weir.admin.v1 import provider_service_pb2
from weir.admin.v1.price_pb2 import Price, TokenPrices
from weir.admin.v1.price_service_pb2_grpc import PriceServiceStub
from weir.admin.v1.provider_pb2 import PROVIDER_KIND_SIMULATOR, Provider
from weir.admin.v1.provider_service_pb2_grpc import ProviderServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.price_service_pb2_grpc import PriceServiceAsyncStub

TOKENS = TokenPrices(input_pico_usd=150_000, output_pico_usd=600_000)
NOBODY = "prices/prc_01m7z3989far80fhrmrk2yygp9"


@pytest.fixture
def time() -> MovableTime:
    """Gives the time of the admin service."""
    return MovableTime()


@pytest.fixture
async def world(time: MovableTime) -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows two providers."""
    async with running_admin(clock=time.clock()) as running:
        async with running.store.changing(ACTOR) as change:
            for name in ("sim", "other"):
                await change.providers.create(StoredProvider(name, "simulator"))
        yield running


@pytest.fixture
def prices(world: AdminWorld) -> "PriceServiceAsyncStub":
    """Calls the service as somebody who looks after money."""
    return world.stub(PriceServiceStub, "billing")


def price_of(model: str = "m", **fields: object) -> Price:
    """Describes a price."""
    return Price(**{"provider": "providers/sim", "provider_model": model, "tokens": TOKENS, **fields})  # type: ignore[arg-type] # fields of tests


async def made(prices: "PriceServiceAsyncStub", model: str = "m", **fields: object) -> Price:
    """Adds a price."""
    return (await prices.CreatePrice(messages.CreatePriceRequest(price=price_of(model, **fields)))).price


async def listed(prices: "PriceServiceAsyncStub", **fields: object) -> list[tuple[str, int]]:
    """Lists models and versions."""
    response = await prices.ListPrices(messages.ListPricesRequest(**fields))  # type: ignore[arg-type] # fields of tests
    return sorted((price.provider_model, price.version) for price in response.prices)


async def test_a_price_holds_from_now_on(world: AdminWorld, prices: "PriceServiceAsyncStub") -> None:
    price = await made(prices, name="prices/ignored", version=9)
    assert price.name == f"prices/{price.uid}"
    assert price.uid.startswith("prc_")
    assert (price.provider, price.provider_model, price.version) == ("providers/sim", "m", 1)
    assert price.start_time == price.create_time
    assert abs(price.start_time.ToDatetime(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    assert price.tokens == TOKENS
    assert (await prices.GetPrice(messages.GetPriceRequest(name=price.name))).price == price
    async with world.store.reading() as reading:
        (row,) = await reading.prices.in_force(datetime.now(UTC))
    assert row.price == StoredPrice(150_000, 600_000)


async def test_a_new_price_is_the_next_version(prices: "PriceServiceAsyncStub") -> None:
    first = await made(prices)
    later = await made(prices, start_time=ahead(days=1), min_input_tokens=200_000)
    assert (later.version, later.min_input_tokens) == (2, 200_000)
    assert later.start_time.ToDatetime() > first.start_time.ToDatetime()
    assert (await made(prices, "n")).version == 1
    assert (await made(prices, provider="providers/other")).version == 1


@pytest.mark.parametrize("start", [{"minutes": -4}, {"minutes": 0}, {"days": 3650}])
async def test_a_start_may_lie_a_little_in_the_past(prices: "PriceServiceAsyncStub", start: dict[str, float]) -> None:
    moment = ahead(**start)
    assert (await made(prices, start_time=moment)).start_time == moment


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"provider": ""}, ("price.provider",)),
        ({"provider": "sim"}, ("price.provider",)),
        ({"provider": "providers/nobody"}, ("price.provider",)),
        ({"model": "", "min_input_tokens": -1}, ("price.provider_model", "price.min_input_tokens")),
        ({"model": "a b"}, ("price.provider_model",)),
        ({"tokens": TokenPrices()}, ("price.tokens.input_pico_usd", "price.tokens.output_pico_usd")),
        ({"tokens": TokenPrices(input_pico_usd=10**12 + 1, output_pico_usd=0)}, ("price.tokens.input_pico_usd",)),
        ({"start_time": ahead(minutes=-6)}, ("price.start_time",)),
        ({"start_time": Timestamp(seconds=10**12)}, ("price.start_time",)),
    ],
)
async def test_what_is_wrong_with_a_new_price_is_said(
    prices: "PriceServiceAsyncStub", fields: dict[str, object], paths: tuple[str, ...]
) -> None:
    status = await refused(made(prices, **fields))  # type: ignore[arg-type] # fields of tests
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", paths)
    assert await listed(prices) == []


async def test_the_same_request_adds_one_price_however_late_it_comes_again(
    prices: "PriceServiceAsyncStub", time: MovableTime
) -> None:
    request = messages.CreatePriceRequest(price=price_of(start_time=ahead()), request_id=new_request())
    first = await prices.CreatePrice(request)
    time.move(hours=1)
    assert await prices.CreatePrice(request) == first
    assert await listed(prices) == [("m", 1)]
    request.price.min_input_tokens = 1
    status = await refused(prices.CreatePrice(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")
    request.request_id = "1"
    assert (await refused(prices.CreatePrice(request))).fields == ("request_id",)


async def test_requests_for_prices_and_providers_are_not_mistaken_for_each_other(
    world: AdminWorld,
) -> None:
    once, prices, providers = new_request(), world.stub(PriceServiceStub), world.stub(ProviderServiceStub)
    provider = provider_service_pb2.CreateProviderRequest(
        provider_id="third", provider=Provider(kind=PROVIDER_KIND_SIMULATOR), request_id=once
    )
    price = messages.CreatePriceRequest(price=price_of(), request_id=once)
    first = await prices.CreatePrice(price)
    assert (await providers.CreateProvider(provider)).provider.name == "providers/third"
    assert await prices.CreatePrice(price) == first


@pytest.mark.parametrize("name", [NOBODY, "prices/any"])
async def test_nobody_finds_what_is_not_there(prices: "PriceServiceAsyncStub", name: str) -> None:
    status = await refused(prices.GetPrice(messages.GetPriceRequest(name=name)))
    assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
    assert status.facts == {"resource": name}
    assert (await refused(prices.GetPrice(messages.GetPriceRequest(name="price")))).fields == ("name",)


async def test_prices_outlive_their_provider(world: AdminWorld, prices: "PriceServiceAsyncStub") -> None:
    price = await made(prices)
    async with world.store.changing(ACTOR) as change:
        provider = await change.providers.find(Where("name", "=", "sim"))
        assert provider is not None
        await change.providers.delete(provider.uid)
    assert (await prices.GetPrice(messages.GetPriceRequest(name=price.name))).price == price
    assert (await refused(made(prices))).fields == ("price.provider",)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", [("gpt-4o", 1), ("gpt-4o", 2), ("other", 1)]),
        ("provider = providers/sim", [("gpt-4o", 1), ("gpt-4o", 2)]),
        ("provider = providers/nobody", []),
        ('provider_model = "gpt*"', [("gpt-4o", 1), ("gpt-4o", 2)]),
        ("provider_model != gpt-4o", [("other", 1)]),
        ("min_input_tokens >= 100 AND managed_by = API", [("gpt-4o", 2)]),
        ('start_time > "2100-01-01T00:00:00Z"', []),
        ('create_time > "2020-01-01T00:00:00Z" AND min_input_tokens = 0', [("gpt-4o", 1), ("other", 1)]),
    ],
)
async def test_lists_are_filtered(prices: "PriceServiceAsyncStub", written: str, found: list[tuple[str, int]]) -> None:
    await made(prices, "gpt-4o")
    await made(prices, "gpt-4o", min_input_tokens=100)
    await made(prices, "other", provider="providers/other")
    assert await listed(prices, filter=written) == found
    assert await listed(prices, filter=written, at_time=ahead(minutes=1)) == found


async def test_lists_show_what_holds_at_a_moment(prices: "PriceServiceAsyncStub") -> None:
    await made(prices)
    await made(prices, start_time=ahead(days=1))
    await made(prices, "n", start_time=ahead(days=2))
    assert await listed(prices) == [("m", 1), ("m", 2), ("n", 1)]
    assert await listed(prices, at_time=ahead(days=-1)) == []
    assert await listed(prices, at_time=ahead(hours=1)) == [("m", 1)]
    assert await listed(prices, at_time=ahead(hours=25)) == [("m", 2)]
    assert await listed(prices, at_time=ahead(hours=49), filter="provider_model = n") == [("n", 1)]


@pytest.mark.parametrize("at_time", [None, ahead(hours=1)])
async def test_pages_go_on_where_the_last_ended(prices: "PriceServiceAsyncStub", at_time: Timestamp | None) -> None:
    for model in ("a", "b", "c"):
        await made(prices, model)
    request = messages.ListPricesRequest(page_size=2, at_time=at_time)
    first = await prices.ListPrices(request)
    request.page_token = first.next_page_token
    last = await prices.ListPrices(request)
    assert (len(first.prices), last.next_page_token) == (2, "")
    assert sorted(price.provider_model for price in (*first.prices, *last.prices)) == ["a", "b", "c"]
    request.at_time.CopyFrom(ahead(hours=2))
    assert (await refused(prices.ListPrices(request))).fields == ("page_token",)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"filter": "provider = sim"}, "filter"),
        ({"filter": 'provider = "providers/s*"'}, "filter"),
        ({"filter": "version = 1"}, "filter"),
        ({"at_time": Timestamp(seconds=-(10**12))}, "at_time"),
        ({"page_size": -1}, "page_size"),
        ({"page_token": "nonsense"}, "page_token"),
    ],
)
async def test_a_wrong_list_is_refused(prices: "PriceServiceAsyncStub", fields: dict[str, object], path: str) -> None:
    assert (await refused(listed(prices, **fields))).fields == (path,)
