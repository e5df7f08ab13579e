"""Where providers are: the addresses that some kinds have of themselves, and what an address may look like.

It reads the form of an address and never looks one up.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from admin.conduct.violations import Violations

LONGEST: Final = 2048
VISIBLE: Final = re.compile(r"[!-~]+")
USUAL: Final[Mapping[str, str]] = MappingProxyType({"openai": "https://api.openai.com/v1"})
NOWHERE: Final = frozenset(("simulator",))


def read_base_url(given: str, kind: str, field: str, violations: Violations) -> str:
    """Gives the address of a provider of this kind; an empty one stands for the kind's own, where it has one."""
    if kind in NOWHERE:
        if given:
            violations.note(field, f"must be empty: the {kind} is a part of the gateway and has no address")
        return ""
    if not given and kind and kind not in USUAL:
        violations.note(field, f"is required: the kind {kind} has no address of its own")
    if not given:
        return USUAL.get(kind, "")
    wrong = what_is_wrong(given)
    if wrong:
        violations.note(field, wrong)
    return given.rstrip("/")


def what_is_wrong(url: str) -> str:
    """Says why a text cannot be the address of a provider, or nothing."""
    if len(url) > LONGEST:
        return f"must have at most {LONGEST} characters"
    if not VISIBLE.fullmatch(url) or not _names_a_host(url):
        return "must be a URL that begins with http:// or https://"
    if "@" in urlsplit(url).netloc:
        return "must not hold a user or a password"
    return "must end with its path: no ? and no #" if "?" in url or "#" in url else ""


def _names_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
