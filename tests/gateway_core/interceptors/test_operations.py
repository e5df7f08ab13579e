"""Every service of the contract has an operation, or none on purpose."""

import importlib
from pathlib import Path

import pytest

from gateway_core.interceptors.operations import NOBODYS, OPERATIONS, operation_of

GENERATED = Path(__file__).parents[3] / "protos" / "gen" / "weir" / "v1"
SERVICES = [
    service.full_name
    for path in sorted(GENERATED.glob("*_pb2.py"))
    for service in importlib.import_module(f"weir.v1.{path.stem}").DESCRIPTOR.services_by_name.values()
]


def test_the_contract_has_services() -> None:
    assert "weir.v1.ChatService" in SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_of_the_contract_has_a_row(service: str) -> None:
    assert service in OPERATIONS


@pytest.mark.parametrize(
    ("method", "operation"),
    [
        ("/weir.v1.ChatService/CreateChatCompletion", "chat"),
        ("/weir.v1.EmbeddingService/CreateEmbedding", "embeddings"),
        ("/weir.v1.PassthroughService/Call", "passthrough"),
        ("/weir.v1.ModelService/ListModels", None),
        ("/weir.v1.AccountService/GetAccount", None),
        ("/weir.v2.NewService/Do", NOBODYS),
        ("nonsense", NOBODYS),
    ],
)
def test_a_method_does_what_its_service_does(method: str, operation: str | None) -> None:
    assert operation_of(method) == operation
