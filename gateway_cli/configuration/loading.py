"""Makes a configuration of a file's text and the environment, or says everything that is wrong with them."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from admin.configuration.declared import Declared
from admin.configuration.document import compose
from admin.configuration.file_format import FILE_KEYS, SERVER, in_order, read_records
from admin.configuration.key import Section
from admin.configuration.problem import ConfigurationRefused, Problem
from admin.configuration.references import doubtful_references
from admin.configuration.server_keys import SECTION_KEYS
from admin.configuration.value import Reading
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.found_providers import Found, find_providers
from gateway_cli.configuration.server import (
    Server,
    admin_settings,
    core_settings,
    facade_settings,
    process_settings,
)
from gateway_cli.configuration.variables import check_variables


def load(file_text: str | None, file_name: str, environment: Mapping[str, str]) -> Configuration:
    """Reads the configuration; without a file, or with an empty one, the defaults hold.

    Raises ConfigurationRefused with every problem there is, in the order of the file.
    """
    reading = Reading(file_name, environment)
    top = compose(file_text or "", reading)
    file = None if top is None else Section(top, FILE_KEYS)
    in_file = Declared(has_file=False) if file is None else read_records(file)
    found = find_providers(reading, in_file.providers)
    core = core_settings(server := Server(_server(file), reading))
    configuration = Configuration(
        core=core,
        facade=facade_settings(server, core.drain),
        admin=admin_settings(server, core),
        process=process_settings(server),
        declared=_together(in_file, found),
        notes=tuple(found.notes),
    )
    check_variables(reading)
    if reading.problems:
        raise ConfigurationRefused(in_order(reading.problems))
    return replace(configuration, warnings=_warnings(reading, configuration.declared))


def _server(file: Section | None) -> Section | None:
    value = file.find(SERVER) if file else None
    return None if value is None else Section(value, SECTION_KEYS)


def _together(in_file: Declared, found: Found) -> Declared:
    """Adds what was found to what the file declares, which wins."""
    added = [f"providers/{name}" for name in found.providers if name not in in_file.providers]
    added += [f"models/{name}" for name in found.models if name not in in_file.models]
    return replace(
        in_file,
        providers=MappingProxyType({**found.providers, **in_file.providers}),
        models=MappingProxyType({**found.models, **in_file.models}),
        found=frozenset(added),
        has_environment=True,
    )


def _warnings(reading: Reading, declared: Declared) -> tuple[str, ...]:
    doubtful = [
        Problem(reading.file_name, place.line, place.path, sentence)
        for place, sentence in doubtful_references(declared)
    ]
    told = map(str, in_order([*reading.warnings, *doubtful]))
    if declared.providers and not declared.models:
        return (*told, "no model is configured here, so callers have nothing to ask for unless the database has one")
    return tuple(told)
