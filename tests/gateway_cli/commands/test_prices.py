"""`weir prices`: decimals of people become the integers of the contract, and nothing is rounded."""

import msgspec
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.price_pb2 import Price, TokenPrices
from weir.admin.v1.price_service_pb2 import (
    CreatePriceRequest,
    CreatePriceResponse,
    GetPriceRequest,
    GetPriceResponse,
    ListPricesRequest,
    ListPricesResponse,
)

MINI = Price(
    name="prices/prc_1",
    provider="providers/openai",
    provider_model="gpt-4o-mini",
    version=2,
    tokens=TokenPrices(input_pico_usd=150_000, output_pico_usd=600_000, cache_read_pico_usd=1),
)
EVERY_CLASS = "--cache-read 1 --cache-write 2 --audio-input 3 --image-input 4 --reasoning 5 --audio-output 6"
WHEN = "--from 1970-01-01T00:00:05Z"
REQUESTS = [
    ("list", ListPricesRequest(page_size=1000)),
    (
        "list --at 1970-01-02 --filter x --limit 4",
        ListPricesRequest(page_size=4, filter="x", at_time=Timestamp(seconds=86_400)),
    ),
    ("get prc_1", GetPriceRequest(name="prices/prc_1")),
    (
        "create openai/gpt-4o-mini --input 0.15 --output 0.60",
        CreatePriceRequest(
            price=Price(
                provider="providers/openai",
                provider_model="gpt-4o-mini",
                tokens=TokenPrices(input_pico_usd=150_000, output_pico_usd=600_000),
            )
        ),
    ),
    (
        f"create p/org/m --input 0 --output 0.000001 {EVERY_CLASS} {WHEN} --min-input-tokens 128000",
        CreatePriceRequest(
            price=Price(
                provider="providers/p",
                provider_model="org/m",
                start_time=Timestamp(seconds=5),
                min_input_tokens=128_000,
                tokens=TokenPrices(
                    input_pico_usd=0,
                    output_pico_usd=1,
                    cache_read_pico_usd=1_000_000,
                    cache_write_pico_usd=2_000_000,
                    audio_input_pico_usd=3_000_000,
                    image_input_pico_usd=4_000_000,
                    reasoning_pico_usd=5_000_000,
                    audio_output_pico_usd=6_000_000,
                ),
            )
        ),
    ),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("prices", *line.split()) == request_


def test_prices_are_listed_in_usd_per_million_tokens() -> None:
    with answering_admin({"ListPrices": ListPricesResponse(prices=[MINI])}) as admin:
        row = weir("prices", "list", admin=admin).stdout.splitlines()[1].split()
    assert row == ["prc_1", "openai", "gpt-4o-mini", "2", "0", "0.15", "0.60", "-", "-"]


def test_one_price_shows_the_classes_that_have_their_own() -> None:
    with answering_admin({"GetPrice": GetPriceResponse(price=MINI)}) as admin:
        lines = [line.split(maxsplit=1) for line in weir("prices", "get", "prc_1", admin=admin).stdout.splitlines()]
    assert ["tokens.cache_read", "0.000001 USD per million tokens"] in lines
    assert not [line for line in lines if line[0] == "tokens.reasoning"]


@pytest.mark.parametrize("option", ["-o", "--format"])
def test_where_output_is_a_price_the_form_has_another_name(option: str) -> None:
    with answering_admin({"CreatePrice": CreatePriceResponse(price=MINI)}) as admin:
        result = weir("prices", "create", "openai/x", "--input", "1", "--output", "2", option, "json", admin=admin)
    assert msgspec.json.decode(result.stdout)["name"] == "prices/prc_1"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("create openai/x --input 0.0000001 --output 1", "may have 6 decimals"),
        ("create openai/x --input 1e-3 --output 1", "is no amount of USD"),
        ("create openai/x --input 1", "--output"),
        ("create gpt-4o --input 1 --output 1", "must look like openai/gpt-4o-mini"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(line: str, sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("prices", *line.split(), admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
