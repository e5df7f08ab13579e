"""The keys of a user and of the user's API keys, and how they are read. No secret of a key is ever in a file."""

from collections.abc import Sequence

from admin.conduct.names import ID_RULE, is_id
from admin.configuration.allowances import ALLOWANCE_KEYS, place_of, read_allowances
from admin.configuration.declared import DeclaredApiKey, DeclaredUser
from admin.configuration.key import MAPPING, Key, Kind, Section
from admin.configuration.providers import DISABLED
from admin.configuration.quantities import MOMENT, MONEY
from admin.configuration.value import Value
from admin.configuration.words import DISPLAY_NAME, ID, NETWORK, PATTERN, list_of, one_of
from admin.translation.scopes import EVERYWHERE, USUAL_OPERATIONS
from gateway_core.records.stored_api_key import EVERYTHING
from gateway_core.records.user import User

MOST_SCOPES = 100
OPERATION = one_of("chat", "embeddings", "passthrough", "admin_read", "*")

KEY_NAME = Key("name", ID, "What the key is called.", required=True)
KEY_MODELS = Key(
    "models",
    list_of(PATTERN, least=1, most=MOST_SCOPES),
    "Which models it may ask for; `*` stands for any run of characters. By default all.",
)
KEY_OPERATIONS = Key(
    "operations",
    list_of(OPERATION, least=1),
    "What it may do; `*` is all but `admin_read`. By default `chat` and `embeddings`.",
)
KEY_NETWORKS = Key(
    "networks", list_of(NETWORK, least=1, most=MOST_SCOPES), "Where it may be used from. By default everywhere."
)
KEY_EXPIRES = Key("expires", MOMENT, "From when on it no longer works; a day begins in UTC.")
USER_KEY_KEYS: Sequence[Key[object]] = (
    KEY_NAME,
    KEY_MODELS,
    KEY_OPERATIONS,
    KEY_NETWORKS,
    KEY_EXPIRES,
    DISABLED,
    *ALLOWANCE_KEYS,
)


def _read_user_key(value: Value) -> DeclaredApiKey:
    section = Section(value, USER_KEY_KEYS)
    return DeclaredApiKey(
        name=section.read(KEY_NAME, ""),
        models=_once(section.read(KEY_MODELS, EVERYTHING)),
        operations=_once(section.read(KEY_OPERATIONS, USUAL_OPERATIONS)),
        networks=_networks(section.read(KEY_NETWORKS, ())),
        expires_at=section.read(KEY_EXPIRES, None),
        disabled=section.is_set(DISABLED),
        allowances=read_allowances(section),
        place=place_of(value),
    )


def _once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    return () if set(networks).issuperset(EVERYWHERE) else _once(networks)


DISPLAY_NAME_KEY = Key("display_name", DISPLAY_NAME, "Shows the user to people.")
BALANCE_USD = Key("balance_usd", MONEY, "The money the user begins with. Later changes of it in the file do nothing.")
USER_API_KEYS = Key("keys", list_of(Kind("keys", _read_user_key)), "The user's API keys. Each is shown once.")
USER_KEYS: Sequence[Key[object]] = (DISPLAY_NAME_KEY, BALANCE_USD, USER_API_KEYS, DISABLED, *ALLOWANCE_KEYS)

USERS = Key("users", MAPPING, "Who may call, by name.")


def read_user(name: str, value: Value) -> DeclaredUser:
    """Reads a user; what is wrong with it is noted."""
    if not is_id(name):
        value.note(f"the user's name {ID_RULE}")
    section = Section(value, USER_KEYS)
    stored = User(
        name=name,
        display_name=section.read(DISPLAY_NAME_KEY, ""),
        disabled=section.is_set(DISABLED),
        balance_nano=section.read(BALANCE_USD, None),
    )
    return DeclaredUser(stored, _keys(section), read_allowances(section), place_of(value))


def _keys(section: Section) -> tuple[DeclaredApiKey, ...]:
    keys = section.read(USER_API_KEYS, ())
    names = [key.name for key in keys if key.name]
    value = section.find(USER_API_KEYS)
    if value is not None and len(set(names)) < len(names):
        value.note("the names of a user's keys must differ")
    return keys
