"""Runs the checks one after the other, each only so long, and gives what they find as soon as it is known."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from gateway_cli.doctor.admin_service import check_admin_service
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.clock import check_clock
from gateway_cli.doctor.configuration import check_configuration
from gateway_cli.doctor.data_directory import check_data_directory
from gateway_cli.doctor.database import check_database
from gateway_cli.doctor.finding import Finding, broken
from gateway_cli.doctor.in_time import in_time
from gateway_cli.doctor.keys import check_keys
from gateway_cli.doctor.listeners import check_listeners
from gateway_cli.doctor.master_key import check_master_key
from gateway_cli.doctor.metrics import check_metrics
from gateway_cli.doctor.providers import check_providers
from gateway_cli.doctor.redis import check_redis

LIMIT = 15.0


@dataclass(frozen=True, slots=True)
class Check:
    """One check; its name is what is shown if it does not come to an end."""

    name: str
    run: Callable[[Case], Iterator[Finding]]


CHECKS = (
    Check("configuration", check_configuration),
    Check("listeners", check_listeners),
    Check("data directory", check_data_directory),
    Check("database", check_database),
    Check("master key", check_master_key),
    Check("redis", check_redis),
    Check("providers", check_providers),
    Check("keys", check_keys),
    Check("admin service", check_admin_service),
    Check("clock", check_clock),
    Check("metrics", check_metrics),
)


def examine_gateway(environment: Mapping[str, str], file: Path | None) -> Iterator[Finding]:
    """Examines the gateway that a file and variables describe, as it is now."""
    return examine(Case(environment, file, lambda: datetime.now(UTC)))


def examine(case: Case, checks: tuple[Check, ...] = CHECKS, limit: float = LIMIT) -> Iterator[Finding]:
    """Gives every finding. Later checks rest on what earlier ones learned, and say nothing where that is missing."""
    for check in checks:
        found = in_time(partial(_findings, check, case), limit)
        if found is None:
            yield broken(check.name, f"the check did not come to an end within {limit:g} s", "see what blocks it")
        else:
            yield from found


def _findings(check: Check, case: Case) -> tuple[Finding, ...]:
    return tuple(check.run(case))
