"""Every rpc of the records, and every word of their enums, can be reached from the command line."""

from enum import StrEnum

import pytest
from google.protobuf.descriptor import EnumDescriptor, ServiceDescriptor

from gateway_cli.commands.keys import Operation
from gateway_cli.commands.limits import Period
from gateway_cli.commands.models import AfterBreak, Strategy
from gateway_cli.commands.providers import Balance, Kind
from gateway_cli.commands.tokens import Role
from gateway_cli.remote.fields import number_of, word_of
from tests.fakes.answering_admin import answering_admin, weir
from weir.admin.v1 import (
    admin_token_pb2,
    admin_token_service_pb2,
    api_key_pb2,
    api_key_service_pb2,
    credential_service_pb2,
    limit_pb2,
    limit_service_pb2,
    model_pb2,
    model_service_pb2,
    price_service_pb2,
    provider_pb2,
    provider_service_pb2,
    settings_service_pb2,
    user_service_pb2,
)

GROUPS: dict[str, tuple[ServiceDescriptor, str]] = {
    "users": (
        user_service_pb2.DESCRIPTOR.services_by_name["UserService"],
        "list; get a; create a; update a --disable; delete a; undelete a; adjust a --by 1 --reason x",
    ),
    "keys": (
        api_key_service_pb2.DESCRIPTOR.services_by_name["ApiKeyService"],
        "list; get a/b; create a; update a/b --disable; rotate a/b; revoke a/b; delete a/b; undelete a/b",
    ),
    "tokens": (
        admin_token_service_pb2.DESCRIPTOR.services_by_name["AdminTokenService"],
        "list; get a; create --role viewer; revoke a; whoami",
    ),
    "providers": (
        provider_service_pb2.DESCRIPTOR.services_by_name["ProviderService"],
        "list; get a; create a --kind openai; update a --disable; delete a",
    ),
    "credentials": (
        credential_service_pb2.DESCRIPTOR.services_by_name["CredentialService"],
        "list; get a/b; create a/b; update a/b --disable; rotate a/b; delete a/b",
    ),
    "models": (
        model_service_pb2.DESCRIPTOR.services_by_name["ModelService"],
        "list; get a; create a --target p/m; update a --disable; delete a",
    ),
    "limits": (
        limit_service_pb2.DESCRIPTOR.services_by_name["LimitService"],
        "list; get a; create --on defaults --requests 1 --per day; update a --requests 1; delete a",
    ),
    "prices": (
        price_service_pb2.DESCRIPTOR.services_by_name["PriceService"],
        "list; get a; create p/m --input 1 --output 1",
    ),
    "settings": (
        settings_service_pb2.DESCRIPTOR.services_by_name["SettingsService"],
        "get; update --store-prompts",
    ),
}
WORDS: list[tuple[type[StrEnum], EnumDescriptor]] = [
    (Operation, api_key_pb2.ApiKeyOperation.DESCRIPTOR),
    (Period, limit_pb2.LimitPeriod.DESCRIPTOR),
    (AfterBreak, model_pb2.StreamBreak.DESCRIPTOR),
    (Strategy, model_pb2.RoutingStrategy.DESCRIPTOR),
    (Balance, provider_pb2.CredentialBalance.DESCRIPTOR),
    (Kind, provider_pb2.ProviderKind.DESCRIPTOR),
    (Role, admin_token_pb2.AdminRole.DESCRIPTOR),
]


@pytest.mark.parametrize("group", GROUPS)
def test_every_rpc_of_a_service_has_a_command(group: str) -> None:
    service, lines = GROUPS[group]
    with answering_admin({}) as admin:
        for line in lines.split("; "):
            result = weir(group, *line.split(), admin=admin, stdin="secret")
            assert result.exit_code == 0, result.output
    asked = {type(request).__name__.removesuffix("Request") for request in admin.requests}
    assert asked == set(service.methods_by_name)


@pytest.mark.parametrize(("words", "described"), WORDS, ids=[words.__name__ for words, _ in WORDS])
def test_the_words_of_an_option_are_those_of_the_contract(words: type[StrEnum], described: EnumDescriptor) -> None:
    numbers = [value.number for value in described.values if value.number]
    assert [word_of(described, number) for number in numbers] == list(words)
    assert [number_of(described, word) for word in words] == numbers
