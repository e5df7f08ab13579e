"""The examination as a whole: its order, its limits, and the check of the configuration that begins it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.configuration import check_configuration
from gateway_cli.doctor.examination import CHECKS, Check, examine
from gateway_cli.doctor.finding import Finding, State, fine
from gateway_cli.doctor.in_time import at_once, in_time
from tests.fakes.patients import NOW, said, unread_case


def test_work_at_once_gives_its_results_in_order_and_leaves_behind_what_takes_too_long() -> None:
    never, first = Event(), Event()

    def waits() -> str:
        assert first.wait(10)
        return "waited"

    def releases() -> str:
        first.set()
        return "released"

    assert at_once([waits, releases], 10) == ["waited", "released"]
    assert at_once([never.wait, lambda: True], 0.05) == [None, True]
    assert in_time(never.wait, 0.0) is None
    never.set()


def test_a_check_that_hangs_is_told_and_the_next_one_runs() -> None:
    never = Event()

    def hangs(case: Case) -> Iterator[Finding]:
        del case
        never.wait()
        yield fine("x", "y")

    checks = (Check("first", hangs), Check("second", lambda _: iter((fine("second", "well"),))))
    found = [(one.state, one.subject) for one in examine(unread_case(), checks, limit=0.05)]
    assert found == [(State.FAIL, "first"), (State.OK, "second")]
    never.set()


def test_a_configuration_that_is_refused_leaves_the_rest_unexamined(tmp_path: Path) -> None:
    file = tmp_path / "weir.yaml"
    file.write_text("version: 2\nmodelz: {}\n")
    found = [(one.state, one.subject) for one in examine(Case({"WEIR_PROFILES": "/dev/null"}, file, lambda: NOW))]
    assert found[0] == (State.FAIL, "configuration")
    assert {subject for _, subject in found} == {"configuration", "admin service", "clock"}


def test_a_configuration_that_is_right_is_kept_with_its_warnings(tmp_path: Path) -> None:
    file = tmp_path / "weir.yaml"
    file.write_text("version: 1\n")
    case = Case({"WEIR_REDIS_URL": "redis://127.0.0.1:1"}, file, lambda: NOW)
    assert [state for state, _, _ in said(check_configuration, case)] == [State.WARN, State.OK]
    assert case.configuration is not None


def test_the_clocks_are_compared_when_all_have_been_read() -> None:
    names = [check.name for check in CHECKS]
    assert max(names.index(name) for name in ("database", "providers", "admin service")) < names.index("clock")
