"""The keys of a provider, and how one is read. It knows the kinds of providers by name and none of them any closer."""

from collections.abc import Sequence

from gateway_cli.configuration.addresses import BASE_URL
from gateway_cli.configuration.key import MAPPING, Key, Kind, Section
from gateway_cli.configuration.problem import Wrong, suggest
from gateway_cli.configuration.quantities import WAIT
from gateway_cli.configuration.value import Value
from gateway_cli.configuration.words import NAME, PROVIDER_SECRET, list_of, name_problem, one_of, whole_number
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.records.timeouts import Timeouts

KINDS = ("openai", "vllm", "simulator")
LATER_KINDS = ("anthropic", "gemini", "openrouter")
OPENAI_BASE_URL = "https://api.openai.com/v1"
NO_CREDENTIAL = Credential("none", Secret(""))
WITHOUT_CREDENTIALS = ("vllm", "simulator")

WEIGHT = Key("weight", whole_number(1, 1_000_000), "Its share, in relation to the others.", "1")

CREDENTIAL_NAME = Key("name", NAME, "What logs and metrics call it.", required=True)
SECRET = Key("secret", PROVIDER_SECRET, "The provider's API key, best as `${VARIABLE}`.", required=True)
CREDENTIAL_KEYS: Sequence[Key[object]] = (CREDENTIAL_NAME, SECRET, WEIGHT)

CONNECT = Key("connect", WAIT, "Until the connection stands.", "5s")
FIRST_TOKEN = Key("first_token", WAIT, "Until a stream's first token.", "30s")
IDLE = Key("idle", WAIT, "Between two pieces of a stream.", "30s")
TOTAL = Key("total", WAIT, "For a whole reply that is not streamed.", "60s")
STREAM_TOTAL = Key("stream_total", WAIT, "For a whole stream.", "600s")
TIMEOUT_KEYS: Sequence[Key[object]] = (CONNECT, FIRST_TOKEN, IDLE, TOTAL, STREAM_TOTAL)

FAILURES = Key("failures", whole_number(1, 1_000_000), "How many failures open the breaker.")
RESET = Key("reset", WAIT, "After how long it is tried again.")
BREAKER_KEYS: Sequence[Key[object]] = (FAILURES, RESET)


def _read_credential(value: Value) -> Credential:
    section = Section(value, CREDENTIAL_KEYS, quotes_keys=False)
    return Credential(
        name=section.read(CREDENTIAL_NAME, ""),
        secret=section.read(SECRET, Secret("")),
        weight=section.read(WEIGHT, 1),
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


def _read_breaker(value: Value) -> None:
    Section(value, BREAKER_KEYS).check(BREAKER_KEYS)


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
CREDENTIALS = Key(
    "credentials",
    list_of(Kind("credentials", _read_credential)),
    "Our accounts there; several are balanced. `vllm` and `simulator` may do without.",
)
BALANCE = Key(
    "balance",
    one_of("round_robin", "weighted", "random", "least_busy"),
    "How calls spread over the credentials.",
    "round_robin",
)
TIMEOUTS = Key("timeouts", Kind("mapping", _read_timeouts), "How long the provider may take.")
BREAKER = Key("breaker", Kind("mapping", _read_breaker), "When to stop asking a provider that fails.", in_force=False)
PROVIDER_KEYS: Sequence[Key[object]] = (KIND, BASE_URL_KEY, CREDENTIALS, BALANCE, TIMEOUTS, BREAKER)

PROVIDERS = Key("providers", MAPPING, "The places that answer, by a name of your choice.")


def read_provider(name: str, value: Value) -> Provider:
    """Reads a provider; what is wrong with it is noted."""
    problem = name_problem(name)
    if problem:
        value.note(f"the provider's name {problem}")
    section = Section(value, PROVIDER_KEYS)
    section.check((BREAKER,))
    kind = section.read(KIND, "")
    return Provider(
        name=name,
        kind=kind,
        base_url=_base_url(section, kind),
        credentials=_credentials(section, kind),
        balance=section.read(BALANCE, "round_robin"),
        timeouts=section.read(TIMEOUTS, Timeouts()),
    )


def _base_url(section: Section, kind: str) -> str:
    given = section.find(BASE_URL_KEY)
    if kind == "vllm" and given is None:
        section.value.note("`base_url` is missing: the kind `vllm` has no usual one")
    if kind == "simulator" and given is not None:
        given.note("the simulator is a part of the gateway and has no address")
    return section.read(BASE_URL_KEY, OPENAI_BASE_URL if kind == "openai" else "")


def _credentials(section: Section, kind: str) -> tuple[Credential, ...]:
    value = section.find(CREDENTIALS)
    credentials = section.read(CREDENTIALS, ())
    names = [credential.name for credential in credentials if credential.name]
    if value is not None and len(set(names)) < len(names):
        value.note("the names of credentials must differ")
    if credentials:
        return credentials
    if kind == "openai" and (value is None or value.is_list):
        (value or section.value).note("the kind `openai` needs at least one credential")
    return (NO_CREDENTIAL,) if kind in WITHOUT_CREDENTIALS else ()
