"""The keys of a provider, and how one is read. It knows the kinds of providers by name and none of them any closer."""

from collections.abc import Sequence

from admin.conduct.names import ID_RULE, is_id
from admin.configuration.addresses import BASE_URL
from admin.configuration.allowances import ALLOWANCE_KEYS, place_of, read_allowances
from admin.configuration.declared import DeclaredCredential, DeclaredProvider
from admin.configuration.key import MAPPING, Key, Kind, Section
from admin.configuration.problem import Wrong, suggest
from admin.configuration.quantities import DAY_SECONDS, wait_within
from admin.configuration.value import Value
from admin.configuration.words import ID, PROVIDER_SECRET, TRUTH_VALUE, list_of, one_of, whole_number
from admin.translation.provider_addresses import USUAL
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts

KINDS = ("openai", "vllm", "simulator")
LATER_KINDS = ("anthropic", "gemini", "openrouter")
HOUR_SECONDS = 3600
WAIT = wait_within(0, DAY_SECONDS, "above 0 and at most 24 hours")

WEIGHT = Key("weight", whole_number(1, 1000), "Its share, in relation to the others.", "1")
DISABLED = Key("disabled", TRUTH_VALUE, "Takes it out of use for the time being.", "false")

CREDENTIAL_NAME = Key("name", ID, "What logs and metrics call it.", required=True)
SECRET = Key(
    "secret",
    PROVIDER_SECRET,
    "The provider's API key, best as `${VARIABLE}`. A credential that exists already keeps its own without this.",
)
CREDENTIAL_KEYS: Sequence[Key[object]] = (CREDENTIAL_NAME, SECRET, WEIGHT, DISABLED, *ALLOWANCE_KEYS)

CONNECT = Key("connect", WAIT, "Until the connection stands.", "5s")
FIRST_TOKEN = Key("first_token", WAIT, "Until a stream's first token.", "30s")
IDLE = Key("idle", WAIT, "Between two pieces of a stream.", "30s")
TOTAL = Key("total", WAIT, "For a whole reply that is not streamed.", "60s")
STREAM_TOTAL = Key("stream_total", WAIT, "For a whole stream.", "600s")
TIMEOUT_KEYS: Sequence[Key[object]] = (CONNECT, FIRST_TOKEN, IDLE, TOTAL, STREAM_TOTAL)

FAILURES = Key("failures", whole_number(1, 1000), "How many failures open the breaker.", "3")
RESET = Key("reset", wait_within(0, HOUR_SECONDS, "above 0 and at most 1 hour"), "When it is tried again.", "60s")
BREAKER_KEYS: Sequence[Key[object]] = (FAILURES, RESET)


def _read_credential(value: Value) -> DeclaredCredential:
    section = Section(value, CREDENTIAL_KEYS, quotes_keys=False)
    return DeclaredCredential(
        name=section.read(CREDENTIAL_NAME, ""),
        secret=section.read(SECRET, None),
        weight=section.read(WEIGHT, 1),
        disabled=section.is_set(DISABLED),
        allowances=read_allowances(section),
        place=place_of(value),
    )


def _read_timeouts(value: Value) -> Timeouts:
    section = Section(value, TIMEOUT_KEYS)
    given = Timeouts()
    return Timeouts(
        connect=section.read(CONNECT, given.connect),
        first_token=section.read(FIRST_TOKEN, given.first_token),
        idle=section.read(IDLE, given.idle),
        total=section.read(TOTAL, given.total),
        stream_total=section.read(STREAM_TOTAL, given.stream_total),
    )


def _read_breaker(value: Value) -> Breaker:
    section = Section(value, BREAKER_KEYS)
    return Breaker(section.read(FAILURES, Breaker().failures), section.read(RESET, Breaker().reset))


def _read_kind(value: Value) -> str:
    kind = value.text().lower()
    if kind in LATER_KINDS:
        raise Wrong(f"the kind `{kind}` is not available in this version")
    if kind not in KINDS:
        raise Wrong(f"must be one of {', '.join(f'`{known}`' for known in KINDS)}{suggest(kind, KINDS)}")
    return kind


PROVIDER_KIND = Kind("`openai` (any compatible server), `vllm`, `simulator`", _read_kind)

KIND = Key("kind", PROVIDER_KIND, "How the provider speaks.", required=True)
BASE_URL_KEY = Key("base_url", BASE_URL, "Where it is. For `openai` by default OpenAI's own address.")
CREDENTIALS = Key("credentials", list_of(Kind("credentials", _read_credential)), "Our accounts there, balanced.")
BALANCE = Key(
    "balance",
    one_of("round_robin", "weighted", "random", "least_busy"),
    "How calls spread over the credentials.",
    "round_robin",
)
TIMEOUTS = Key("timeouts", Kind("mapping", _read_timeouts), "How long the provider may take.")
BREAKER = Key("breaker", Kind("mapping", _read_breaker), "When to stop asking a provider that fails.", enforced=False)
PROVIDER_KEYS: Sequence[Key[object]] = (
    KIND,
    BASE_URL_KEY,
    CREDENTIALS,
    BALANCE,
    TIMEOUTS,
    BREAKER,
    DISABLED,
    *ALLOWANCE_KEYS,
)

PROVIDERS = Key("providers", MAPPING, "The places that answer, by a name of your choice.")


def read_provider(name: str, value: Value) -> DeclaredProvider:
    """Reads a provider; what is wrong with it is noted."""
    if not is_id(name):
        value.note(f"the provider's name {ID_RULE}")
    section = Section(value, PROVIDER_KEYS)
    kind = section.read(KIND, "")
    stored = StoredProvider(
        name=name,
        kind=kind,
        base_url=_base_url(section, kind),
        balance=section.read(BALANCE, BALANCE.default),
        timeouts=section.read(TIMEOUTS, Timeouts()),
        breaker=section.read(BREAKER, Breaker()),
        disabled=section.is_set(DISABLED),
    )
    return DeclaredProvider(stored, _credentials(section, kind), read_allowances(section), place_of(value))


def _base_url(section: Section, kind: str) -> str:
    given = section.find(BASE_URL_KEY)
    if kind == "vllm" and given is None:
        section.value.note("`base_url` is missing: the kind `vllm` has no usual one")
    if kind == "simulator" and given is not None:
        given.note("the simulator is a part of the gateway and has no address")
    return section.read(BASE_URL_KEY, USUAL.get(kind, ""))


def _credentials(section: Section, kind: str) -> tuple[DeclaredCredential, ...]:
    value = section.find(CREDENTIALS)
    credentials = section.read(CREDENTIALS, ())
    names = [credential.name for credential in credentials if credential.name]
    if value is not None and len(set(names)) < len(names):
        value.note("the names of credentials must differ")
    if kind == "openai" and not credentials:
        (value or section.value).doubt("no credential is declared: only a server that asks for none will answer")
    return credentials
