"""The table of rules that each file keeps or breaks by itself."""

from collections.abc import Mapping
from typing import Final

from tests.house_rules import code_rules, shape_rules, text_rules
from tests.house_rules.sources import PACKAGES, Source
from tests.house_rules.violation import Rule

ENVIRONMENT_READER = "gateway_cli/environment.py"


def anything(source: Source) -> bool:
    """Is for rules about every file."""
    return bool(source.path)


def may_not_read_the_environment(source: Source) -> bool:
    """Is for the packages, but for the one file that reads the environment."""
    return source.is_python() and source.path != ENVIRONMENT_READER


def is_of_a_package(source: Source) -> bool:
    """Is for rules about what is shipped."""
    return source.is_python() and source.is_in(*PACKAGES)


RULES: Final[Mapping[str, Rule]] = {
    "files are small": Rule(Source.is_python, shape_rules.large_files),
    "functions are small": Rule(Source.is_python, shape_rules.large_functions),
    "packages hold one docstring": Rule(Source.is_python, shape_rules.busy_package_files),
    "modules say their job": Rule(Source.is_python, shape_rules.missing_docstrings),
    "modules say it briefly": Rule(Source.is_python, shape_rules.long_docstrings),
    "names say something": Rule(Source.is_python, shape_rules.vague_names),
    "imports stand at the top": Rule(Source.is_python, code_rules.buried_imports),
    "modules do not change": Rule(Source.is_python, code_rules.global_statements),
    "nobody catches everything": Rule(is_of_a_package, code_rules.catch_all),
    "one file reads the environment": Rule(may_not_read_the_environment, code_rules.environment_reads),
    "silence has a reason": Rule(Source.is_python, code_rules.unexplained_silence),
    "no promises": Rule(anything, text_rules.promises),
    "no index addresses": Rule(anything, text_rules.index_addresses),
    "no machine paths": Rule(anything, text_rules.machine_paths),
}
