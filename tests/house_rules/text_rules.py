"""What no file of the project holds, whatever its language."""

import re
from collections.abc import Iterator

from tests.house_rules.sources import Source
from tests.house_rules.violation import Violation, at

# The patterns are written so that this file does not match them.
PROMISES = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
INDEX_ADDRESSES = re.compile(
    r"https?://[^\s\"'>)]*(?:pypi|pythonhosted|devpi|artifactory|nexus|registry\.npm)|/simpl[e]\b|--(?:extra-)?index-ur[l]\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~$}/-])/(?:root|home|Users|work|mnt|workspace)/[\w.]")


def matches(source: Source, pattern: re.Pattern[str], what: str) -> Iterator[Violation]:
    """Finds the lines that match."""
    for number, line in enumerate(source.lines, 1):
        if found := pattern.search(line):
            yield at(source, number, f"{what}: {found[0]}")


def promises(source: Source) -> Iterator[Violation]:
    """Finds notes about work that was not done."""
    return matches(source, PROMISES, "do it or make it an issue")


def index_addresses(source: Source) -> Iterator[Violation]:
    """Finds addresses of package indexes: which one is used is the machine's affair."""
    return matches(source, INDEX_ADDRESSES, "address of a package index")


def machine_paths(source: Source) -> Iterator[Violation]:
    """Finds paths that exist on one machine only."""
    return matches(source, MACHINE_PATHS, "path of one machine")
