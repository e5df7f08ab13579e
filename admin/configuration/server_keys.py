"""The one table of the settings that a file gives below `server:` and the environment gives as `WEIR_*`.

It holds names, kinds, defaults and meanings, and is what the documentation is made of.
"""

from collections.abc import Sequence

from admin.configuration.addresses import (
    ADMIN_ADDRESS,
    CORE_ADDRESS,
    GRPC_LISTENER,
    HTTP_LISTENER,
    OPTIONAL_LISTENER,
    ORIGIN,
)
from admin.configuration.key import Key, Kind, Section
from admin.configuration.quantities import DURATION, SIZE, WAIT
from admin.configuration.value import Value
from admin.configuration.words import (
    FILE,
    FOLDER,
    NETWORK,
    TRUTH_VALUE,
    comma_list_of,
    one_of,
    secret_of,
    whole_number,
)

BOOTSTRAP_SECRET = secret_of(8, 4096)
ADDRESS_WITH_PASSWORD = secret_of(1, 4096)

HTTP_LISTEN = Key("http_listen", HTTP_LISTENER, "Where REST is served. Port 0 picks a free one.", "127.0.0.1:8080")
GRPC_LISTEN = Key("grpc_listen", GRPC_LISTENER, "Where the core serves gRPC.", "127.0.0.1:50051")
ADMIN_LISTEN = Key("admin_listen", HTTP_LISTENER, "Where the admin service serves gRPC.", "127.0.0.1:50052")
METRICS_LISTEN = Key("metrics_listen", OPTIONAL_LISTENER, "Where Prometheus finds the metrics.", "127.0.0.1:9464")
CHANNELZ_LISTEN = Key("channelz_listen", GRPC_LISTENER, "Where channelz answers, on a port of its own.", "off")
CORE_ADDRESS_KEY = Key(
    "core_address", CORE_ADDRESS, "Which core a facade dials when it runs without one.", "dns:///127.0.0.1:50051"
)
DATA_DIR = Key(
    "data_dir",
    FOLDER,
    "Where the gateway keeps its files. Default: `$XDG_DATA_HOME/weir`, else `~/.local/share/weir`, else `weir-data`.",
)
DATABASE_URL = Key(
    "database_url",
    ADDRESS_WITH_PASSWORD,
    "Where records are kept: `postgresql://user:password@host/database`. Default: a SQLite file in `data_dir`.",
)
MASTER_KEY = Key(
    "master_key",
    secret_of(43, 1024),
    "Seals what is secret there: 32 bytes in base64 or hex, older ones behind a comma. Default: a file in `data_dir`.",
)
LOG_LEVEL = Key("log_level", one_of("debug", "info", "warning", "error"), "What is worth a line in the log.", "info")
LOG_FORMAT = Key("log_format", one_of("text", "json"), "How a line of the log is written.", "text")
DRAIN = Key("drain", DURATION, "How long calls may go on when the gateway is told to stop.", "30s")
REQUEST_TIMEOUT = Key("request_timeout", WAIT, "How long a call may take if the caller sets no deadline.", "10m")
REFLECTION = Key("reflection", TRUTH_VALUE, "Whether gRPC clients may ask which services there are.", "true")
MAX_BODY = Key("max_body", SIZE, "The largest body of a REST request.", "32MiB")
MAX_MESSAGE = Key("max_message", SIZE, "The largest gRPC message.", "32MiB")
MAX_JSON_DEPTH = Key("max_json_depth", whole_number(1, 500), "How deeply the JSON of a request may be nested.", "100")
MAX_CONCURRENT_STREAMS = Key(
    "max_concurrent_streams",
    whole_number(1, 2**31 - 1),
    "How many calls one gRPC connection may carry at once.",
    "1000",
)
CORS_ORIGINS = Key("cors_origins", comma_list_of(ORIGIN), "Which web pages may call; `*` means all of them.", "*")
KEEPALIVE = Key("keepalive", WAIT, "After how much silence a stream carries a comment, so that nobody cuts it.", "15s")
WRITE_TIMEOUT = Key("write_timeout", WAIT, "How long a client may take to read before it is given up.", "30s")
KEY_CACHE = Key("key_cache", whole_number(1, 10_000_000), "How many API keys a core holds in memory.", "50000")
WATCH_ADMIN = Key(
    "watch_admin", ADMIN_ADDRESS, "An admin service that a core listens to besides the database, should that be away."
)
WATCH_TOKEN = Key("watch_token", BOOTSTRAP_SECRET, "The admin token for that; the role `viewer` is enough.")
TRUSTED_FACADES = Key(
    "trusted_facades",
    comma_list_of(NETWORK),
    "Which facades a core believes what they say about the addresses of their callers.",
    "127.0.0.0/8,::1/128",
)
TRUSTED_PROXIES = Key(
    "trusted_proxies", comma_list_of(NETWORK), "Which proxies a facade believes what they write into `X-Forwarded-For`."
)
BOOTSTRAP_API_KEY = Key("bootstrap_api_key", BOOTSTRAP_SECRET, "An API key that works from the start.")
BOOTSTRAP_ADMIN_TOKEN = Key("bootstrap_admin_token", BOOTSTRAP_SECRET, "An admin token that works from the start.")

CERT_FILE = Key("cert_file", FILE, "The certificate, in PEM.")
KEY_FILE = Key("key_file", FILE, "Its key, in PEM, without a password.")
CLIENT_CA_FILE = Key("client_ca_file", FILE, "Who vouches for the certificates that clients must then show.")
ADMIN_TLS_KEYS: Sequence[Key[object]] = (CERT_FILE, KEY_FILE, CLIENT_CA_FILE)


def _read_tls(value: Value) -> Section:
    section = Section(value, ADMIN_TLS_KEYS)
    section.check(ADMIN_TLS_KEYS)
    return section


ADMIN_TLS = Key("admin_tls", Kind("mapping", _read_tls), "Makes the admin service speak TLS.")

SERVER_KEYS: Sequence[Key[object]] = (
    HTTP_LISTEN,
    GRPC_LISTEN,
    ADMIN_LISTEN,
    METRICS_LISTEN,
    CHANNELZ_LISTEN,
    CORE_ADDRESS_KEY,
    DATA_DIR,
    DATABASE_URL,
    MASTER_KEY,
    LOG_LEVEL,
    LOG_FORMAT,
    DRAIN,
    REQUEST_TIMEOUT,
    REFLECTION,
    MAX_BODY,
    MAX_MESSAGE,
    MAX_JSON_DEPTH,
    MAX_CONCURRENT_STREAMS,
    CORS_ORIGINS,
    KEEPALIVE,
    WRITE_TIMEOUT,
    KEY_CACHE,
    WATCH_ADMIN,
    WATCH_TOKEN,
    TRUSTED_FACADES,
    TRUSTED_PROXIES,
    BOOTSTRAP_API_KEY,
    BOOTSTRAP_ADMIN_TOKEN,
)
SECTION_KEYS: Sequence[Key[object]] = (*SERVER_KEYS, ADMIN_TLS)


def variable_of(key: Key[object], within: str = "") -> str:
    """Gives the name of the variable that sets the same as a key below `server:`, or `within` a section there."""
    return f"WEIR_{within.upper()}{'_' if within else ''}{key.name.upper()}"


def every_variable() -> list[str]:
    """Names every variable that sets what a key below `server:` does."""
    tls = (variable_of(key, ADMIN_TLS.name) for key in ADMIN_TLS_KEYS)
    return [*(variable_of(key) for key in SERVER_KEYS), *tls]
