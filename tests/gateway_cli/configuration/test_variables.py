"""What the environment does to a configuration."""

from collections.abc import Callable
from pathlib import Path

import pytest

from admin.configuration.server_keys import SERVER_KEYS, variable_of
from admin.settings import AdminTls
from gateway_cli.configuration.configuration import Configuration
from gateway_core.records.secret import Secret
from tests.fakes.configurations import loaded, problems

SETTINGS: list[tuple[str, str, Callable[[Configuration], object], object]] = [
    ("WEIR_HTTP_LISTEN", "0.0.0.0:80", lambda c: c.facade.http_listen, "0.0.0.0:80"),
    ("WEIR_GRPC_LISTEN", "[::]:0", lambda c: c.core.grpc_listen, "[::]:0"),
    ("WEIR_ADMIN_LISTEN", "[::]:0", lambda c: c.admin.listen, "[::]:0"),
    ("WEIR_METRICS_LISTEN", "OFF", lambda c: c.process.metrics_listen, None),
    ("WEIR_CHANNELZ_LISTEN", "localhost:1", lambda c: c.core.channelz_listen, "localhost:1"),
    ("WEIR_CORE_ADDRESS", "unix:/core", lambda c: c.facade.core_address, "unix:/core"),
    ("WEIR_DATA_DIR", "here", lambda c: c.core.data_dir, Path("here")),
    (
        "WEIR_DATABASE_URL",
        "postgresql://w:pw@db/weir",
        lambda c: c.core.database_url,
        Secret("postgresql://w:pw@db/weir"),
    ),
    ("WEIR_MASTER_KEY", "0f" * 32, lambda c: c.core.master_key, Secret("0f" * 32)),
    ("WEIR_LOG_LEVEL", "ERROR", lambda c: c.process.log_level, "error"),
    ("WEIR_LOG_FORMAT", "json", lambda c: c.process.log_format, "json"),
    ("WEIR_DRAIN", "1m", lambda c: {c.core.drain, c.facade.drain, c.admin.drain}, {60.0}),
    ("WEIR_REQUEST_TIMEOUT", "5", lambda c: c.core.request_timeout, 5.0),
    ("WEIR_REFLECTION", "false", lambda c: c.core.reflection or c.admin.reflection, False),
    ("WEIR_MAX_BODY", "1GB", lambda c: c.facade.max_body_bytes, 10**9),
    ("WEIR_MAX_MESSAGE", "1KiB", lambda c: {c.core.max_message_bytes, c.admin.max_message_bytes}, {1024}),
    ("WEIR_MAX_JSON_DEPTH", "9", lambda c: c.facade.max_json_depth, 9),
    ("WEIR_MAX_CONCURRENT_STREAMS", "9", lambda c: c.core.max_concurrent_streams, 9),
    ("WEIR_CORS_ORIGINS", "https://a, https://b,", lambda c: c.facade.cors_origins, ("https://a", "https://b")),
    ("WEIR_KEEPALIVE", "1h", lambda c: c.facade.keepalive, 3600.0),
    ("WEIR_WRITE_TIMEOUT", "250ms", lambda c: c.facade.write_timeout, 0.25),
    ("WEIR_KEY_CACHE", "9", lambda c: c.core.key_cache, 9),
    ("WEIR_WATCH_ADMIN", "https://admin:50052", lambda c: c.core.watch_admin, "https://admin:50052"),
    ("WEIR_WATCH_TOKEN", "wadm_0123", lambda c: c.core.watch_token, Secret("wadm_0123")),
    ("WEIR_TRUSTED_FACADES", "10.0.0.0/8", lambda c: c.core.trusted_facades, ("10.0.0.0/8",)),
    (
        "WEIR_TRUSTED_PROXIES",
        "10.0.0.0/8, fd00::/8",
        lambda c: c.facade.trusted_proxies,
        ("10.0.0.0/8", "fd00::/8"),
    ),
    ("WEIR_BOOTSTRAP_API_KEY", "sk-0123456", lambda c: c.core.bootstrap_api_key, Secret("sk-0123456")),
    ("WEIR_BOOTSTRAP_ADMIN_TOKEN", "tk-0123456", lambda c: c.core.bootstrap_admin_token, Secret("tk-0123456")),
]

DATA_DIRS = [
    ({"XDG_DATA_HOME": "/data", "HOME": "/people/me"}, "/data/weir"),
    ({"XDG_DATA_HOME": "relative", "HOME": "/people/me"}, "/people/me/.local/share/weir"),
    ({"HOME": "/people/me"}, "/people/me/.local/share/weir"),
    ({}, "weir-data"),
    ({"XDG_DATA_HOME": "", "HOME": ""}, "weir-data"),
    ({"WEIR_DATA_DIR": "/mine", "XDG_DATA_HOME": "/data"}, "/mine"),
]

NOT_MISTAKES = [
    ("WEIR_URL", "http://x"),
    ("WEIR_API_KEY", "k"),
    ("WEIR_ADMIN_ADDRESS", "x"),
    ("WEIR_ADMIN_TOKEN", "x"),
    ("WEIR_ADMIN_CA", "x"),
    ("WEIR_PROFILE", "x"),
    ("WEIR_CONFIG", "x"),
    ("WEIR_TEST_ANYTHING", "x"),
    ("WEIR_SERVICE_HOST", "10.0.0.1"),
    ("WEIR_SERVICE_PORT", "8080"),
    ("WEIR_SERVICE_PORT_HTTP", "8080"),
    ("WEIR_CORE_SERVICE_HOST", "10.0.0.1"),
    ("WEIR_PORT", "tcp://10.0.0.1:8080"),
    ("WEIR_CORE_PORT_50051_TCP", "tcp://10.0.0.1:50051"),
    ("WEIR_PORT_8080_TCP_ADDR", "10.0.0.1"),
    ("WEIR_PORT_8080_TCP_PROTO", "tcp"),
    ("WEIR_PORT_8080_TCP_PORT", "8080"),
    ("WEIRDO", "x"),
    ("weir_lower", "x"),
]

MISTAKES = [
    ("WEIR_HTTP_LISTN", "unknown variable, did you mean `WEIR_HTTP_LISTEN`?"),
    ("WEIR_DATABASE", "unknown variable, did you mean `WEIR_DATABASE_URL`?"),
    ("WEIR_HTTP_PORT", "unknown variable"),
    ("WEIR_PORT", "unknown variable"),
    ("WEIR_XYZZY_QUUX_PLUGH_42", "unknown variable"),
    ("WEIR_", "unknown variable"),
]


def test_every_setting_has_a_row_here() -> None:
    assert [row[0] for row in SETTINGS] == [variable_of(key) for key in SERVER_KEYS]


@pytest.mark.parametrize(("variable", "text", "read", "expected"), SETTINGS)
def test_a_variable_sets_what_its_key_sets(
    variable: str, text: str, read: Callable[[Configuration], object], expected: object
) -> None:
    assert read(loaded(None)) != expected
    assert read(loaded(None, {variable: text})) == expected


def test_a_variable_wins_over_the_file_and_an_empty_one_does_not_count() -> None:
    text = "version: 1\nserver: {drain: 10s}\n"
    assert loaded(text).core.drain == 10.0
    assert loaded(text, {"WEIR_DRAIN": "20s"}).core.drain == 20.0
    assert loaded(text, {"WEIR_DRAIN": ""}).core.drain == 10.0


def test_what_the_file_says_is_checked_even_if_a_variable_wins() -> None:
    assert len(problems("version: 1\nserver: {drain: x}\n", {"WEIR_DRAIN": "20s"})) == 1


def test_a_variable_that_is_wrong_is_named_without_its_value() -> None:
    assert problems(None, {"WEIR_MAX_JSON_DEPTH": "sk-oops"}) == [
        "WEIR_MAX_JSON_DEPTH: must be a whole number from 1 to 500"
    ]
    assert problems(None, {"WEIR_BOOTSTRAP_API_KEY": "short"}) == [
        "WEIR_BOOTSTRAP_API_KEY: must have 8 to 4096 characters"
    ]
    assert problems(None, {"WEIR_CORS_ORIGINS": "https://a,b"}) == [
        "WEIR_CORS_ORIGINS: must be a URL that begins with http:// or https://"
    ]


def test_nothing_is_filled_into_a_variable() -> None:
    assert loaded(None, {"WEIR_DATA_DIR": "${HOME}", "HOME": "/h"}).core.data_dir == Path("${HOME}")


@pytest.mark.parametrize(("environment", "expected"), DATA_DIRS)
def test_the_data_folder_follows_the_environment(environment: dict[str, str], expected: str) -> None:
    assert loaded(None, environment).core.data_dir == Path(expected)


@pytest.mark.parametrize(("name", "text"), NOT_MISTAKES)
def test_a_variable_for_somebody_else_is_no_mistake(name: str, text: str) -> None:
    assert problems(None, {name: text}) == []


@pytest.mark.parametrize(("name", "sentence"), MISTAKES)
def test_an_unknown_variable_is_refused_with_the_nearest_name(name: str, sentence: str) -> None:
    (problem,) = problems(None, {name: "8080"})
    assert problem.startswith(f"{name}: {sentence}")


def test_a_variable_that_the_file_refers_to_is_no_mistake() -> None:
    text = "version: 1\nserver: {bootstrap_api_key: '${WEIR_MY_OWN_KEY}'}\n"
    assert loaded(text, {"WEIR_MY_OWN_KEY": "0123456789"}).core.bootstrap_api_key == Secret("0123456789")


@pytest.mark.parametrize("name", ["DASHBOARD_LISTEN", "REDIS_URL"])
def test_a_variable_of_a_later_version_is_warned_of(name: str) -> None:
    assert loaded(None, {f"WEIR_{name}": "x"}).warnings == (f"WEIR_{name}: is set, but not in force in this version",)


HALF = "is not set, nor the key below `admin_tls`: TLS takes a certificate and its key"


def test_the_files_for_tls_come_from_the_file_or_from_variables() -> None:
    variables = {"WEIR_ADMIN_TLS_CERT_FILE": "c.pem", "WEIR_ADMIN_TLS_KEY_FILE": "k.pem"}
    assert loaded(None).admin.tls is None
    assert loaded(None, variables).admin.tls == AdminTls(Path("c.pem"), Path("k.pem"))
    text = "version: 1\nserver: {admin_tls: {cert_file: /c, key_file: /k, client_ca_file: /ca}}\n"
    assert loaded(text).admin.tls == AdminTls(Path("/c"), Path("/k"), Path("/ca"))
    assert loaded(text, variables).admin.tls == AdminTls(Path("c.pem"), Path("k.pem"), Path("/ca"))


@pytest.mark.parametrize(
    ("text", "variables", "missing"),
    [
        (None, {"WEIR_ADMIN_TLS_KEY_FILE": "k.pem"}, "WEIR_ADMIN_TLS_CERT_FILE"),
        ("version: 1\nserver: {admin_tls: {cert_file: /c}}\n", {}, "WEIR_ADMIN_TLS_KEY_FILE"),
        (None, {"WEIR_ADMIN_TLS_CLIENT_CA_FILE": "ca"}, "WEIR_ADMIN_TLS_CERT_FILE"),
    ],
)
def test_half_of_what_tls_takes_is_refused(text: str | None, variables: dict[str, str], missing: str) -> None:
    assert problems(text, variables) == [f"{missing}: {HALF}"]
