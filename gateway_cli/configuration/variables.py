"""The names of the variables that begin with `WEIR_`: which mean something, to whom, and which are mistakes."""

import re
from collections.abc import Collection

from admin.configuration.problem import Problem, suggest
from admin.configuration.server_keys import every_variable
from admin.configuration.value import Reading

PREFIX = "WEIR_"
TEST_PREFIX = "WEIR_TEST_"
CONFIG = "WEIR_CONFIG"
CLIENT_VARIABLES = (
    "WEIR_URL",
    "WEIR_API_KEY",
    "WEIR_ADMIN_ADDRESS",
    "WEIR_ADMIN_TOKEN",
    "WEIR_ADMIN_CA",
    "WEIR_ADMIN_CERT",
    "WEIR_ADMIN_KEY",
    "WEIR_PROFILE",
    "WEIR_PROFILES",
)
LATER_VARIABLES = ("WEIR_DASHBOARD_LISTEN", "WEIR_REDIS_URL")

SERVICE_NAME = re.compile(r"WEIR(_[A-Z0-9_]+)?_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)")
SERVICE_PORT = re.compile(r"WEIR(_[A-Z0-9_]+)?_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?")
SERVICE_ADDRESS = re.compile(r"(tcp|udp|sctp)://.*")


def check_variables(reading: Reading) -> None:
    """Notes each variable that means nothing, and warns of those that do not mean anything yet.

    A variable that the file refers to is no mistake, whatever its name.
    """
    known = {*every_variable(), *CLIENT_VARIABLES, CONFIG}
    for name, text in sorted(reading.environment.items()):
        if not name.startswith(PREFIX) or name in reading.referenced or _is_ours(name, text, known):
            continue
        if name in LATER_VARIABLES:
            reading.warnings.append(Problem(name, None, "", "is set, but not in force in this version"))
        else:
            sentence = f"unknown variable{suggest(name, (*known, *LATER_VARIABLES))}"
            reading.problems.append(Problem(name, None, "", sentence))


def _is_ours(name: str, text: str, known: Collection[str]) -> bool:
    return name in known or name.startswith(TEST_PREFIX) or _is_of_kubernetes(name, text)


def _is_of_kubernetes(name: str, text: str) -> bool:
    """Says whether the cluster made the variable up, which it does for a Service that is called `weir`."""
    if SERVICE_NAME.fullmatch(name):
        return True
    described = re.search(r"_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR)$", name)
    return bool(SERVICE_PORT.fullmatch(name) and (described or SERVICE_ADDRESS.fullmatch(text)))
