"""Checks that the configuration is one that a gateway would start with."""

from collections.abc import Iterator

from admin.configuration.problem import ConfigurationRefused
from gateway_cli.configuration.config_file import load_file
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine

SUBJECT = "configuration"


def check_configuration(case: Case) -> Iterator[Finding]:
    """Reads file and variables, for the checks that follow, too."""
    place = (
        f"{case.file} with the variables of the environment" if case.file else "no file, only variables and defaults"
    )
    try:
        case.configuration = load_file(case.file, case.environment)
    except ConfigurationRefused as refused:
        for problem in refused.problems:
            yield broken(SUBJECT, str(problem), "correct it; `weir config check` says whether it is right then")
        return
    for warning in case.configuration.warnings:
        yield doubtful(SUBJECT, warning)
    yield fine(SUBJECT, place)
