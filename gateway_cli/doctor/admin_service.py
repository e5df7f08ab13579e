"""Checks that the admin service answers, that it takes the token, and what it says of itself."""

import sys
from collections.abc import Iterator
from datetime import UTC
from importlib.metadata import version

import typer

from gateway_cli.doctor.case import Case, ClockReading
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine
from gateway_cli.remote.connection import Remote, opened_remote
from gateway_cli.remote.destination import Destination, find_destination
from gateway_cli.remote.failures import UNAVAILABLE, RemoteFailed
from gateway_cli.remote.output import Format, Output
from gateway_cli.remote.profiles import Profile, place_of, read_book
from weir.admin.v1.gateway_pb2 import DEPENDENCY_STATE_HEALTHY, Gateway
from weir.admin.v1.gateway_service_pb2 import GetGatewayRequest
from weir.admin.v1.gateway_service_pb2_grpc import GatewayServiceStub

SUBJECT = "admin service"
PATIENCE = 5.0


def check_admin_service(case: Case) -> Iterator[Finding]:
    """Asks it about the gateway, at the address and with the token that other commands would use."""
    try:
        book = read_book(place_of(case.environment))
        destination = find_destination(Profile(), None, case.environment, book)
        if destination.token is None:
            sentence = f"{destination.address} is not asked, for there is no token"
            yield doubtful(SUBJECT, sentence, "set WEIR_ADMIN_TOKEN, or `weir profiles set`")
            return
        with opened_remote(destination, PATIENCE, Output(Format.JSON, sys.stdout, styled=False)) as remote:
            yield from _ask(case, remote)
    except typer.BadParameter as error:
        yield broken(SUBJECT, str(error), "correct the profile or the variable")
    except RemoteFailed as failed:
        yield _failed(destination, failed)


def _ask(case: Case, remote: Remote) -> Iterator[Finding]:
    began = case.now()
    gateway = remote.ask(remote.stub(GatewayServiceStub).GetGateway, GetGatewayRequest()).gateway
    middle = began + (case.now() - began) / 2
    case.clocks.append(ClockReading("the admin service", gateway.current_time.ToDatetime(UTC), middle))
    yield from _dependencies(gateway)
    ours = version("weir-gateway")
    if gateway.version == ours:
        yield fine(SUBJECT, f"{remote.address} answers and takes the token")
    else:
        yield doubtful(
            SUBJECT, f"{remote.address} runs Weir {gateway.version}, this is {ours}", "bring both up to date"
        )


def _dependencies(gateway: Gateway) -> Iterator[Finding]:
    for dependency in gateway.dependencies:
        if dependency.state != DEPENDENCY_STATE_HEALTHY:
            sentence = f"its {dependency.name} is not well: {dependency.message or 'it does not say why'}"
            yield broken(SUBJECT, sentence, "see the log of the gateway")


def _failed(destination: Destination, failed: RemoteFailed) -> Finding:
    if failed.status == UNAVAILABLE and destination.is_at_home:
        return doubtful(SUBJECT, f"no gateway answers at {destination.address} of this machine", "start it: `weir up`")
    return broken(SUBJECT, str(failed), "`weir tokens whoami` tries again")
