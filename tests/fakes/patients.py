"""Gateways for the doctor to look at: nothing but a folder, or one whose database has been used."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, State
from tests.fakes.configurations import loaded

NOW = datetime(2027, 3, 1, 12, 0, 0, tzinfo=UTC)
Said = list[tuple[State, str, str]]


def case_of(folder: Path, text: str | None = None, variables: Mapping[str, str] | None = None) -> Case:
    """Gives a case with a configuration, of a gateway that keeps its data in the folder."""
    environment = {"WEIR_DATA_DIR": str(folder), **(variables or {})}
    return Case(environment, None, lambda: NOW, configuration=loaded(text, environment))


def unread_case() -> Case:
    """Gives a case whose configuration was refused."""
    return Case({}, None, lambda: NOW)


def said(check: Callable[[Case], Iterator[Finding]], case: Case) -> Said:
    """Gives what a check says, without its advice; what is not well must have some."""
    findings = list(check(case))
    assert all(finding.advice for finding in findings if finding.state is State.FAIL)
    return [(finding.state, finding.subject, finding.sentence) for finding in findings]
