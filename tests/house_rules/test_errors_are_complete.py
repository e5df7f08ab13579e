"""Every error has a reason and a use; every reason has a gRPC code and an HTTP reply."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache

import grpc
import pytest

from gateway_core import errors
from gateway_core.interceptors import status
from rest_facade import error_body
from tests.house_rules.sources import Source, sources_in
from weir.v1.error_reason_pb2 import DESCRIPTOR

REASON_ENUM = DESCRIPTOR.enum_types_by_name["ErrorReason"]
REASONS = {name.removeprefix("ERROR_REASON_") for name in REASON_ENUM.values_by_name} - {"UNSPECIFIED"}
CLASSES = {
    name: found
    for name, found in vars(errors).items()
    if inspect.isclass(found) and issubclass(found, errors.GatewayError) and hasattr(found, "reason")
}
DEFINED_IN = "gateway_core/errors.py"


@cache
def uses(source: Source) -> frozenset[str]:
    """Gives the classes that a file makes, raises or puts into a table; to catch one is no use."""
    passive = {id(part) for node in source.nodes() for whole in passive_parts(node) for part in ast.walk(whole)}
    return frozenset(node.id for node in source.nodes() if isinstance(node, ast.Name) and id(node) not in passive)


def passive_parts(node: ast.AST) -> Iterator[ast.AST]:
    """Gives the pieces of syntax in which a class is only talked about."""
    if isinstance(node, ast.ExceptHandler) and node.type:
        yield node.type
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
        yield node.annotation
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
        yield node.returns
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"isinstance", "issubclass"}:
        yield from node.args[1:]


def test_there_are_errors_and_reasons() -> None:
    assert CLASSES
    assert REASONS


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_has_a_reason_of_the_contract(name: str) -> None:
    assert CLASSES[name].reason in REASONS


@pytest.mark.parametrize("name", CLASSES)
def test_an_error_is_raised_somewhere_in_the_servers(name: str) -> None:
    servers = ("admin", "gateway_core")
    users = [s.path for server in servers for s in sources_in(server) if s.path != DEFINED_IN and name in uses(s)]
    assert users, f"nothing in {servers} makes or raises {name}"


def test_every_reason_has_a_grpc_code() -> None:
    assert status.CODES.keys() == REASONS
    assert all(isinstance(code, grpc.StatusCode) for code in status.CODES.values())


def test_every_reason_has_an_http_reply() -> None:
    assert error_body.ROWS.keys() == REASONS
    assert all(400 <= row.status < 600 for row in error_body.ROWS.values())


def test_to_catch_an_error_is_no_use() -> None:
    text = "def f(x: A) -> B:\n    try:\n        isinstance(x, C)\n    except (D, m.E):\n        raise F from G(H)\n"
    assert {"A", "B", "C", "D"}.isdisjoint(uses(Source("gateway_core/x.py", text)))
    assert {"F", "G", "H"} <= uses(Source("gateway_core/x.py", text))
