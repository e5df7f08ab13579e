"""The keys at the top of a file, and how the whole file becomes what it declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from admin.configuration.allowances import ALLOWANCE_KEYS, place_of, read_allowances
from admin.configuration.declared import Allowance, Declared, DeclaredSettings
from admin.configuration.document import compose
from admin.configuration.key import MAPPING, NOT_ENFORCED, Key, Kind, Section
from admin.configuration.models import MODELS, Prices, read_model
from admin.configuration.problem import Problem, Wrong
from admin.configuration.providers import PROVIDERS, read_provider
from admin.configuration.quantities import wait_within
from admin.configuration.server_keys import SECTION_KEYS
from admin.configuration.users import USERS, read_user
from admin.configuration.value import Reading, Value
from admin.configuration.words import TRUTH_VALUE
from gateway_core.records.gateway_settings import STALENESS_BOUND, GatewaySettings

FORMAT_VERSION = "1"
LONGEST_STALENESS = 300


def _check_version(value: Value) -> None:
    if value.text() != FORMAT_VERSION:
        raise Wrong(f"this version of Weir reads files of version {FORMAT_VERSION}")


VERSION = Key("version", Kind(f"`{FORMAT_VERSION}`", _check_version), "The version of the format.", required=True)
DEFAULTS = Key("defaults", MAPPING, "What holds for every key that has nothing of its own.")
STORE_PROMPTS = Key("store_prompts", TRUTH_VALUE, "Whether prompts and replies may be kept.", "false")
REDACT_LOGS = Key("redact_logs", TRUTH_VALUE, "Whether logs hold no prompts and replies.", "true")
PRIVACY_KEYS: Sequence[Key[object]] = (STORE_PROMPTS, REDACT_LOGS)
PRIVACY = Key("privacy", MAPPING, "What may be kept. This version keeps no prompts, whatever it says.")
STALENESS = Key(
    "staleness_bound",
    wait_within(1, LONGEST_STALENESS, "from 1 second to 5 minutes"),
    "How long a core may serve without hearing that its configuration still holds. By default `10s`.",
)
SERVER = Key("server", MAPPING, "How the gateway itself runs.")
FILE_KEYS: Sequence[Key[object]] = (VERSION, PROVIDERS, MODELS, DEFAULTS, USERS, PRIVACY, STALENESS, SERVER)


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: what it declares is worth nothing if there are problems."""

    declared: Declared
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_file(text: str, variables: Mapping[str, str]) -> ReadFile:
    """Reads a file whose `${NAME}` are filled in from the variables, and only from them."""
    reading = Reading("", variables)
    top = compose(text, reading)
    declared = Declared()
    if top is not None:
        file = Section(top, FILE_KEYS)
        declared = read_records(file)
        server = file.find(SERVER)
        if server is not None:
            Section(server, SECTION_KEYS).check(SECTION_KEYS)
    elif not reading.problems:
        reading.problems.append(Problem("", None, "", "the file is empty: it must at least hold `version: 1`"))
    return ReadFile(declared, in_order(reading.problems), in_order(reading.warnings))


def read_records(file: Section) -> Declared:
    """Reads what the file declares, but for `server`; what is wrong is noted."""
    file.check((VERSION,))
    prices: Prices = {}
    return Declared(
        providers=MappingProxyType({name: read_provider(name, value) for name, value in file.entries(PROVIDERS)}),
        models=MappingProxyType({name: read_model(name, value, prices) for name, value in file.entries(MODELS)}),
        prices=MappingProxyType(prices),
        users=MappingProxyType({name: read_user(name, value) for name, value in file.entries(USERS)}),
        defaults=_read_defaults(file),
        settings=_read_settings(file),
    )


def in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Gives problems in the order of the file; those without a line come last."""
    return tuple(sorted(problems, key=lambda problem: (problem.line is None, problem.line or 0)))


def _read_defaults(file: Section) -> tuple[Allowance, ...]:
    value = file.find(DEFAULTS)
    return () if value is None else read_allowances(Section(value, ALLOWANCE_KEYS))


def _read_settings(file: Section) -> DeclaredSettings | None:
    privacy, staleness = file.find(PRIVACY), file.find(STALENESS)
    first = privacy or staleness
    if first is None:
        return None
    section = None if privacy is None else Section(privacy, PRIVACY_KEYS)
    settings = GatewaySettings(
        staleness_bound=file.read(STALENESS, STALENESS_BOUND),
        store_prompts=_read_privacy(section, STORE_PROMPTS, safe=False),
        redact_logs=_read_privacy(section, REDACT_LOGS, safe=True),
    )
    return DeclaredSettings(settings, place_of(first))


def _read_privacy(section: Section | None, key: Key[bool], *, safe: bool) -> bool:
    """Reads a choice, and warns of a wish to keep what this version never keeps."""
    if section is None:
        return safe
    wish = section.read(key, safe)
    value = section.find(key)
    if wish != safe and value is not None:
        value.doubt(NOT_ENFORCED)
    return wish
