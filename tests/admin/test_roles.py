"""Every rpc of administration has its roles, and nothing else has."""

import importlib
from collections.abc import Iterator

import pytest

from admin.roles import ALL, MONEY, OPERATING, OWNING, ROLES, SPENDING, TECHNICAL, roles_of
from tests.house_rules.sources import ROOT

CONTRACT = ROOT / "protos" / "gen" / "weir" / "admin" / "v1"


def rpcs_of_the_contract() -> Iterator[tuple[str, str]]:
    """Gives service and rpc for all of them."""
    for path in sorted(CONTRACT.glob("*_pb2.py")):
        file = importlib.import_module(f"weir.admin.v1.{path.stem}").DESCRIPTOR
        for service in file.services_by_name.values():
            yield from ((service.name, method.name) for method in service.methods)


RPCS = sorted(rpcs_of_the_contract())


def test_every_rpc_has_roles_and_every_row_is_an_rpc() -> None:
    assert len(RPCS) > 40
    assert sorted((service, rpc) for service, rows in ROLES.items() for rpc in rows) == RPCS


@pytest.mark.parametrize(("service", "rpc"), RPCS)
def test_an_owner_may_call_everything(service: str, rpc: str) -> None:
    assert "owner" in ROLES[service][rpc]


@pytest.mark.parametrize(("service", "rpc"), RPCS)
def test_a_viewer_changes_nothing(service: str, rpc: str) -> None:
    reads = rpc.startswith(("List", "Get", "Verify", "Export", "Watch"))
    assert reads or "viewer" not in ROLES[service][rpc]


@pytest.mark.parametrize("method", ["/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/X"])
def test_health_and_reflection_are_open_to_everybody(method: str) -> None:
    assert roles_of(method) is None


def test_groups_are_the_documented_ones() -> None:
    assert {"owner", "operator", "viewer", "billing"} == ALL
    assert {"owner", "operator", "viewer"} == TECHNICAL
    assert {"owner", "operator"} == OPERATING
    assert {"owner", "operator", "billing"} == SPENDING
    assert {"owner", "billing"} == MONEY
    assert {"owner"} == OWNING


def test_some_rows() -> None:
    assert roles_of("/weir.admin.v1.UserService/CreateUser") == OPERATING
    assert roles_of("/weir.admin.v1.AdminTokenService/CreateAdminToken") == OWNING
    assert roles_of("/weir.admin.v1.AdminTokenService/GetAdminCaller") == ALL
    assert roles_of("/weir.admin.v1.UserService/AdjustUserBalance") == MONEY
    assert roles_of("/weir.admin.v1.LimitService/DeleteLimit") == SPENDING
    assert roles_of("/weir.admin.v1.ConfigService/WatchConfig") == TECHNICAL
    assert roles_of("/weir.admin.v1.SecretService/ListMasterKeys") == TECHNICAL
