"""Names inside of messages: those of other records, and those that providers know their models by."""

from typing import Final

from admin.conduct.names import NamePattern
from admin.conduct.violations import Violations
from gateway_core.errors import InvalidRequest

LONGEST_PROVIDER_MODEL: Final = 256
HEAVIEST: Final = 1000


def read_reference(pattern: NamePattern, name: str, field: str, violations: Violations) -> str:
    """Gives the last id of a record's name, or notes what is wrong with the name."""
    try:
        return pattern.read(name, field)[-1]
    except InvalidRequest as error:
        for violation in error.violations:
            violations.note(violation.field, violation.description)
        return ""


def read_provider_model(name: str, field: str, violations: Violations) -> str:
    """Gives back the name that a provider knows a model by."""
    violations.check_text(field, name, longest=LONGEST_PROVIDER_MODEL, required=True)
    if " " in name:
        violations.note(field, "must not hold spaces")
    return name


def read_weight(given: int, field: str, violations: Violations) -> int:
    """Reads a share of calls: 0 stands for 1."""
    return violations.check_range(field, given or 1, 1, HEAVIEST)
