"""Writes the page of the documentation that lists every setting, from the tables that also read them."""

from collections.abc import Iterable, Sequence

from admin.configuration.allowances import ALLOWANCE_KEYS, LIMIT_KEYS, QUOTA_KEYS
from admin.configuration.file_format import FILE_KEYS, PRIVACY_KEYS
from admin.configuration.key import Key
from admin.configuration.models import MODEL_KEYS, PRICE_KEYS, RETRY_KEYS, TARGET_KEYS
from admin.configuration.providers import BREAKER_KEYS, CREDENTIAL_KEYS, PROVIDER_KEYS, TIMEOUT_KEYS
from admin.configuration.server_keys import ADMIN_TLS, ADMIN_TLS_KEYS, SERVER_KEYS, variable_of
from admin.configuration.users import USER_KEY_KEYS, USER_KEYS
from gateway_cli.configuration.found_providers import LATER_KEYS, OPENAI_KEY, OPENAI_MODELS, OPENAI_URL
from gateway_cli.configuration.variables import CLIENT_VARIABLES, CONFIG, LATER_VARIABLES, TEST_PREFIX

HEAD = """\
# Settings

Written by `weir config reference`, for the version that `weir version` names; do not edit.

Weir reads one YAML file: the one given with `--config`, else the one named by `WEIR_CONFIG`, else `weir.yaml` in the
working directory. Without a file the defaults hold. A variable wins over the file, the file over the default; an empty
variable counts as not set. Unknown keys and unknown `WEIR_*` variables stop the start. `weir config check` lists
everything that is wrong, `weir config show` what is in effect.

- Durations: `500ms`, `5s`, `1m`, `1h`, or a number of seconds.
- Sizes: `32MiB`, `100kB`, or a number of bytes.
- Prices: USD per million tokens as decimal numbers with at most 6 decimals. They are kept exactly.
- Text may hold `${NAME}` or `${NAME:-default}`, filled in from the environment; `$${` stands for a literal `${`. A
  variable that is not set and has no default is an error. In `{...}` such text needs quotes.
- Anchors (`&name`, `*name`) may stand for whole values. Merge keys (`<<`) are refused, and so are duplicate keys.
- What is marked *not yet enforced* is checked and kept as a record like everything else, and warned of: this version
  does not act on it.

## Files and records

Everything but `server` becomes records, as the admin service keeps them, and `weir config export` writes them back.

- A start applies its file unless the start before applied the same. What administrators change meanwhile outlives a
  restart; `weir config plan` shows it as drift, `weir config apply` undoes it.
- A record that the file names belongs to the file, whoever made it. One that the file made and no longer names is
  deleted. Nothing else that others made is touched.
- What a record leaves out is as by default, with three exceptions: a credential without `secret` keeps the one it has,
  `balance_usd` counts only when the user is made, and a model without `price` keeps its price.
- A new `price` holds from the moment it is applied; older ones stay, for the calls that were made then.
- API keys are made once and shown once. A key that was revoked stays revoked, and a key that left the file and comes
  back is a new one.
- A start without a file leaves the records of an earlier file as they are.
"""

SECTIONS: Sequence[tuple[str, Sequence[Key[object]]]] = (
    ("providers.*", PROVIDER_KEYS),
    ("providers.*.credentials[]", CREDENTIAL_KEYS),
    ("providers.*.timeouts", TIMEOUT_KEYS),
    ("providers.*.breaker", BREAKER_KEYS),
    ("models.*", MODEL_KEYS),
    ("models.*.targets[]", TARGET_KEYS),
    ("models.*.targets[].price", PRICE_KEYS),
    ("models.*.retries", RETRY_KEYS),
    ("users.*", USER_KEYS),
    ("users.*.keys[]", USER_KEY_KEYS),
    ("defaults", ALLOWANCE_KEYS),
    ("*.limits", LIMIT_KEYS),
    ("*.quotas[]", QUOTA_KEYS),
    ("privacy", PRIVACY_KEYS),
)


def reference_page() -> str:
    """Gives the whole page, as it must stand in `docs/settings.md`."""
    parts = [HEAD, _file(), _server(), _tls(), *(_section(name, keys) for name, keys in SECTIONS), _variables()]
    return "\n".join(parts)


def _file() -> str:
    rows = ((f"`{key.name}`", key.kind.words, _meaning(key)) for key in FILE_KEYS)
    return "## The file\n\n" + _table(("key", "value", "meaning"), rows)


def _server() -> str:
    rows = (
        (f"`{key.name}`", f"`{variable_of(key)}`", key.kind.words, _default(key), _meaning(key)) for key in SERVER_KEYS
    )
    return "## `server`\n\n" + _table(("key", "variable", "value", "default", "meaning"), rows)


def _tls() -> str:
    rows = (
        (f"`{key.name}`", f"`{variable_of(key, ADMIN_TLS.name)}`", key.kind.words, _meaning(key))
        for key in ADMIN_TLS_KEYS
    )
    return f"## `server.{ADMIN_TLS.name}`\n\n{ADMIN_TLS.meaning}\n\n" + _table(
        ("key", "variable", "value", "meaning"), rows
    )


def _section(name: str, keys: Sequence[Key[object]]) -> str:
    title = ", ".join(f"`{part}`" for part in name.split(", "))
    rows = ((f"`{key.name}`", key.kind.words, _default(key), _meaning(key)) for key in keys)
    return f"## {title}\n\n" + _table(("key", "value", "default", "meaning"), rows)


def _variables() -> str:
    rows = [
        (f"`{CONFIG}`", "The configuration file."),
        (f"`{OPENAI_KEY}`", f"Adds the provider `openai` with the models {_spelled(OPENAI_MODELS)}, without prices."),
        (f"`{OPENAI_URL}`", f"Where the provider added by `{OPENAI_KEY}` is."),
        *((f"`{name}`", "Noticed; its dialect is not available in this version.") for name in LATER_KEYS),
        *((f"`{name}`", "For clients, such as `weir chat`.") for name in CLIENT_VARIABLES),
        *((f"`{name}`", "Not in force in this version.") for name in LATER_VARIABLES),
        (f"`{TEST_PREFIX}*`", "For the tests of the project."),
    ]
    rule = (
        "\nA provider or a model of the file wins over one from a variable, and a variable that the file refers to adds"
        "\nnothing by itself. Where the gateway has no provider at all, the simulator answers as model `weir-demo`.\n"
    )
    return "## Other variables\n\n" + _table(("variable", "meaning"), rows) + rule


def _default(key: Key[object]) -> str:
    if key.required:
        return "required"
    return f"`{key.default}`" if key.default else ""


def _meaning(key: Key[object]) -> str:
    return key.meaning if key.enforced else f"{key.meaning} *Not yet enforced.*"


def _spelled(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
