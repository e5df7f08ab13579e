"""Every rpc of the contracts has a servicer in its server and a test that names it."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache

import pytest
from google.protobuf.descriptor import FileDescriptor

from tests.house_rules.sources import ROOT, Source, sources_in

GENERATED = ROOT / "protos" / "gen"
SERVERS = {"weir.v1": "gateway_core", "weir.admin.v1": "admin"}
SERVICER = "Servicer"


def files_of(contract: str) -> Iterator[FileDescriptor]:
    """Gives the description of every generated file of a contract."""
    for path in sorted(GENERATED.glob(f"{contract.replace('.', '/')}/*_pb2.py")):
        yield importlib.import_module(f"{contract}.{path.stem}").DESCRIPTOR


RPCS = sorted(
    (server, service.name, method.name)
    for contract, server in SERVERS.items()
    for file in files_of(contract)
    for service in file.services_by_name.values()
    for method in service.methods
)


@cache
def served_by(source: Source) -> frozenset[tuple[str, str]]:
    """Gives the rpcs that the classes of a file implement."""
    return frozenset(rpcs_in(source))


def rpcs_in(source: Source) -> Iterator[tuple[str, str]]:
    """Finds them."""
    for node in source.nodes():
        if isinstance(node, ast.ClassDef):
            services = [name_of(parent).removesuffix(SERVICER) for parent in node.bases if SERVICER in name_of(parent)]
            for method in node.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield from ((service, method.name) for service in services)


def name_of(node: ast.expr) -> str:
    """Gives the last name in `a.b.Name[...]`."""
    return ast.unparse(node).partition("[")[0].rpartition(".")[2]


def test_the_contracts_have_rpcs() -> None:
    assert {server for server, _, _ in RPCS} == set(SERVERS.values())


@pytest.mark.parametrize(("server", "service", "method"), RPCS)
def test_an_rpc_has_a_servicer(server: str, service: str, method: str) -> None:
    rooms = [source for source in sources_in(server) if source.path.startswith(f"{server}/services/")]
    assert any((service, method) in served_by(source) for source in rooms), f"{server}/services lacks {method}"


@pytest.mark.parametrize(("server", "service", "method"), RPCS)
def test_an_rpc_is_named_in_a_test(server: str, service: str, method: str) -> None:
    tests = [source for source in sources_in("tests") if source.name.startswith("test_")]
    assert any(f".{method}(" in source.text for source in tests), f"no test calls {server} {service}.{method}"


def test_a_servicer_is_recognised() -> None:
    text = "class S(pb2_grpc.ThingServiceServicer):\n    async def GetThing(self): ...\n    x = 1\n"
    text += "class T(Other):\n    def A(self): ...\n"
    assert served_by(Source("gateway_core/services/x.py", text)) == {("ThingService", "GetThing")}
