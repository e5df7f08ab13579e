"""The admin service as other commands would find it: reachable, with a token that it takes."""

from datetime import timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from gateway_cli.doctor.admin_service import check_admin_service
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import State
from tests.fakes.answering_admin import TOKEN, AnsweringAdmin, Refusal, answering_admin
from tests.fakes.patients import NOW, said, unread_case
from weir.admin.v1.gateway_pb2 import DEPENDENCY_STATE_DOWN, DEPENDENCY_STATE_HEALTHY, Dependency, Gateway
from weir.admin.v1.gateway_service_pb2 import GetGatewayResponse

OK, WARN, FAIL = State.OK, State.WARN, State.FAIL
HEALTHY = Dependency(name="store", state=DEPENDENCY_STATE_HEALTHY)
DOWN = Dependency(name="store", state=DEPENDENCY_STATE_DOWN, message="it does not answer")


def case_with(**variables: str) -> Case:
    """Gives a case with these variables, and no profiles."""
    case = unread_case()
    case.environment = {"WEIR_PROFILES": "/dev/null", **variables}
    return case


def beside(admin: AnsweringAdmin) -> Case:
    """Gives a case that knows an admin service and a token."""
    return case_with(WEIR_ADMIN_ADDRESS=admin.address, WEIR_ADMIN_TOKEN=TOKEN)


def gateway(version: str, *dependencies: Dependency) -> GetGatewayResponse:
    """Writes what an admin service says of itself."""
    moment = Timestamp()
    moment.FromDatetime(NOW - timedelta(seconds=9))
    return GetGatewayResponse(gateway=Gateway(version=version, current_time=moment, dependencies=dependencies))


def test_a_service_that_is_well_is_fine_and_shows_its_clock() -> None:
    with answering_admin({"GetGateway": gateway("0.1.0", HEALTHY)}) as admin:
        case = beside(admin)
        assert said(check_admin_service, case) == [
            (OK, "admin service", f"{admin.address} answers and takes the token")
        ]
        assert admin.tokens == [f"Bearer {TOKEN}"]
    assert [(one.ours - one.theirs).total_seconds() for one in case.clocks] == [9]


def test_another_version_and_a_dependency_that_is_down_are_told() -> None:
    with answering_admin({"GetGateway": gateway("9.9.9", DOWN)}) as admin:
        found = said(check_admin_service, beside(admin))
    assert [state for state, _, _ in found] == [FAIL, WARN]
    assert "its store is not well: it does not answer" in found[0][2]
    assert "runs Weir 9.9.9, this is 0.1.0" in found[1][2]


def test_a_token_that_is_refused_fails() -> None:
    refusal = Refusal(StatusCode.UNAUTHENTICATED, "the admin token is not known", "ADMIN_TOKEN_INVALID")
    with answering_admin({"GetGateway": refusal}) as admin:
        ((state, _, sentence),) = said(check_admin_service, beside(admin))
    assert state is FAIL
    assert "the admin token is not known" in sentence


@pytest.mark.parametrize(
    ("address", "state"), [("127.0.0.1:1", WARN), ("name.invalid:1", FAIL)], ids=["at home", "elsewhere"]
)
def test_a_gateway_that_is_away_is_only_doubtful_at_home(address: str, state: State) -> None:
    assert said(check_admin_service, case_with(WEIR_ADMIN_ADDRESS=address, WEIR_ADMIN_TOKEN=TOKEN))[0][0] is state


def test_without_a_token_nobody_is_asked() -> None:
    ((state, _, sentence),) = said(check_admin_service, case_with())
    assert (state, sentence) == (WARN, "127.0.0.1:50052 is not asked, for there is no token")


def test_a_profile_that_is_missing_fails() -> None:
    ((state, _, sentence),) = said(check_admin_service, case_with(WEIR_PROFILE="prod"))
    assert state is FAIL
    assert "there is no profile prod" in sentence
