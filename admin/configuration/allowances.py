"""The keys of limits, quotas, users and privacy. This version checks their shape and puts none of them in force."""

from collections.abc import Sequence

from gateway_cli.configuration.key import MAPPING, Key, Kind, Section
from gateway_cli.configuration.quantities import DATE, MONEY
from gateway_cli.configuration.value import Value
from gateway_cli.configuration.words import NAME, TRUTH_VALUE, list_of, name_problem, one_of, whole_number

COUNT = whole_number(1, 10**15)

REQUESTS_PER_MINUTE = Key("requests_per_minute", COUNT, "Requests a minute.")
TOKENS_PER_MINUTE = Key("tokens_per_minute", COUNT, "Tokens a minute, read and written.")
CONCURRENT_REQUESTS = Key("concurrent_requests", COUNT, "Requests at the same time.")
LIMIT_KEYS: Sequence[Key[object]] = (REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, CONCURRENT_REQUESTS)


def _check_limits(value: Value) -> None:
    Section(value, LIMIT_KEYS).check(LIMIT_KEYS)


PER = Key("per", one_of("day", "month", "total"), "For which time it counts.", required=True)
REQUESTS = Key("requests", COUNT, "How many requests.")
TOKENS = Key("tokens", COUNT, "How many tokens.")
COST = Key("cost_usd", MONEY, "How much money.")
AMOUNTS: Sequence[Key[object]] = (REQUESTS, TOKENS, COST)
QUOTA_KEYS: Sequence[Key[object]] = (PER, *AMOUNTS)


def _check_quota(value: Value) -> None:
    section = Section(value, QUOTA_KEYS)
    section.check(QUOTA_KEYS)
    if not any(section.find(key) for key in AMOUNTS):
        value.note("a quota needs `requests`, `tokens` or `cost_usd`")


LIMITS = Key("limits", Kind("mapping", _check_limits), "How much at once.", in_force=False)
QUOTAS = Key("quotas", list_of(Kind("quotas", _check_quota)), "How much in the long run.", in_force=False)
DEFAULT_KEYS: Sequence[Key[object]] = (LIMITS, QUOTAS)

KEY_NAME = Key("name", NAME, "What the key is called.", required=True)
KEY_MODELS = Key("models", list_of(NAME), "Which models it may use.")
KEY_EXPIRES = Key("expires", DATE, "The day from which it no longer works.")
USER_KEY_KEYS: Sequence[Key[object]] = (KEY_NAME, KEY_MODELS, KEY_EXPIRES)


def _check_user_key(value: Value) -> None:
    Section(value, USER_KEY_KEYS).check(USER_KEY_KEYS)


BALANCE = Key("balance_usd", MONEY, "The money the user begins with.")
USER_QUOTAS = Key("quotas", list_of(Kind("quotas", _check_quota)), "How much in the long run.")
USER_API_KEYS = Key("keys", list_of(Kind("keys", _check_user_key)), "The user's API keys.")
USER_KEYS: Sequence[Key[object]] = (BALANCE, USER_QUOTAS, USER_API_KEYS)


def _check_users(value: Value) -> None:
    for name, user in value.entries():
        problem = name_problem(name)
        if problem:
            user.note(f"the user's name {problem}")
        Section(user, USER_KEYS).check(USER_KEYS)


STORE_PROMPTS = Key("store_prompts", TRUTH_VALUE, "Whether prompts and replies may be kept.", "false")
REDACT_LOGS = Key("redact_logs", TRUTH_VALUE, "Whether logs hold no prompts and replies.", "true")
PRIVACY_KEYS: Sequence[Key[object]] = (STORE_PROMPTS, REDACT_LOGS)

DEFAULTS = Key("defaults", MAPPING, "What holds for every key that has nothing of its own.")
USERS = Key("users", Kind("mapping", _check_users), "Who may call, by name.", in_force=False)
PRIVACY = Key("privacy", MAPPING, "What may be kept. This version keeps no prompts, whatever it says.")


def check_defaults(value: Value) -> None:
    """Checks the section `defaults`."""
    Section(value, DEFAULT_KEYS).check(DEFAULT_KEYS)


def check_privacy(value: Value) -> None:
    """Checks the section `privacy`, and warns of a wish to keep what this version never keeps."""
    section = Section(value, PRIVACY_KEYS)
    for key, safe in ((STORE_PROMPTS, False), (REDACT_LOGS, True)):
        if section.read(key, safe) != safe:
            value.reading.warnings.append(f"`{value.path}.{key.name}` is checked but not enforced by this version")
