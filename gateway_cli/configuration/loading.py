"""Makes a configuration of a file's text and the environment, or says everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from gateway_cli.configuration.allowances import DEFAULTS, PRIVACY, USERS, check_defaults, check_privacy
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.document import compose
from gateway_cli.configuration.found_providers import find_providers
from gateway_cli.configuration.key import MAPPING, Key, Kind, Section
from gateway_cli.configuration.models import MODELS, read_model
from gateway_cli.configuration.problem import ConfigurationRefused, Problem, Wrong
from gateway_cli.configuration.providers import PROVIDERS, read_provider
from gateway_cli.configuration.server import Server, core_settings, facade_settings, process_settings
from gateway_cli.configuration.server_keys import SERVER_KEYS
from gateway_cli.configuration.value import Reading, Value
from gateway_cli.configuration.variables import check_variables
from gateway_core.records.model import Model
from gateway_core.records.provider import Provider

FORMAT_VERSION = "1"


def _check_version(value: Value) -> None:
    if value.text() != FORMAT_VERSION:
        raise Wrong(f"this version of Weir reads files of version {FORMAT_VERSION}")


VERSION = Key("version", Kind(f"`{FORMAT_VERSION}`", _check_version), "The version of the format.", required=True)
SERVER = Key("server", MAPPING, "How the gateway itself runs.")
FILE_KEYS: Sequence[Key[object]] = (VERSION, PROVIDERS, MODELS, DEFAULTS, USERS, PRIVACY, SERVER)


def load(file_text: str | None, file_name: str, environment: Mapping[str, str]) -> Configuration:
    """Reads the configuration; without a file, or with an empty one, the defaults hold.

    Raises ConfigurationRefused with every problem there is, in the order of the file.
    """
    reading = Reading(file_name, environment)
    top = compose(file_text or "", reading)
    file = None if top is None else Section(top, FILE_KEYS)
    in_file = {name: read_provider(name, value) for name, value in _entries(file, PROVIDERS)}
    found = find_providers(reading, in_file)
    providers = found.providers | in_file
    models = {name: read_model(name, value, providers) for name, value in _entries(file, MODELS)}
    _check_the_rest(file)
    settings = _settings(Server(_server(file), reading), providers, found.models | models)
    check_variables(reading)
    if reading.problems:
        raise ConfigurationRefused(tuple(sorted(reading.problems, key=_place)))
    return replace(settings, notes=tuple(found.notes), warnings=_warnings(reading, settings))


def _entries(file: Section | None, key: Key[list[tuple[str, Value]]]) -> list[tuple[str, Value]]:
    return file.read(key, []) if file else []


def _check_the_rest(file: Section | None) -> None:
    if file is None:
        return
    file.check((VERSION, USERS))
    for key, check in ((DEFAULTS, check_defaults), (PRIVACY, check_privacy)):
        value = file.find(key)
        if value is not None:
            check(value)


def _server(file: Section | None) -> Section | None:
    value = file.find(SERVER) if file else None
    return None if value is None else Section(value, SERVER_KEYS)


def _settings(server: Server, providers: Mapping[str, Provider], models: Mapping[str, Model]) -> Configuration:
    core = core_settings(server, MappingProxyType(dict(providers)), MappingProxyType(dict(models)))
    return Configuration(core, facade_settings(server, core.drain), process_settings(server))


def _warnings(reading: Reading, settings: Configuration) -> tuple[str, ...]:
    nothing = () if settings.core.models else ("no model is configured, so callers have nothing to ask for",)
    return (*reading.warnings, *nothing)


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.line is None, problem.line or 0
