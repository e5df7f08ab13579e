"""What is said of keys outside of providers and models that are wrong, and where."""

import pytest

from tests.fakes.declarations import problems, warnings

LISTENER = "must be `host:port`, `[::1]:port`, `unix:/path` or `off`"
A_SIZE = "must be a size such as `32MiB`, `100kB`, or a number of bytes"
A_DURATION = "must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds"
ID = "must be 1 to 128 letters, digits and . _ : @ + ~ -, beginning with a letter or a digit"
A_NETWORK = "must be a network without host bits, such as `10.0.0.0/8` or `2001:db8::/32`"
A_MOMENT = "must be a date such as `2027-01-31`, or a moment such as `2027-01-31T12:00:00Z`"
USD = "must be an amount of USD as a decimal number, such as `0.15`"

OTHERS = [
    ("defaults: {limit: {}}", "defaults: unknown key `limit`, did you mean `limits`?"),
    (
        "defaults: {limits: {requests_per_minute: 0}}",
        "defaults.limits.requests_per_minute: must be a whole number from 1 to 9223372036854775807",
    ),
    (
        "defaults: {limits: {tokens_per_minute: 1.5}}",
        "defaults.limits.tokens_per_minute: must be a whole number from 1 to 9223372036854775807",
    ),
    (
        "defaults: {quotas: [{per: week, requests: 1}]}",
        "defaults.quotas[0].per: must be one of `day`, `month`, `total`",
    ),
    (
        "defaults: {quotas: [{per: day}]}",
        "defaults.quotas[0]: a quota needs `requests`, `tokens` or `cost_usd`",
    ),
    (
        "defaults: {quotas: [{per: day, cost_usd: 0.0000000001}]}",
        "defaults.quotas[0].cost_usd: is finer than a nano-USD: at most 9 decimals",
    ),
    ("users: {'a b': {}}", f"users.?: the user's name {ID}"),
    ("users: {a: {balance: 1}}", "users.a: unknown key `balance`, did you mean `balance_usd`?"),
    ("users: {a: {balance_usd: lots}}", f"users.a.balance_usd: {USD}"),
    ("users: {a: {keys: [{models: [m]}]}}", "users.a.keys[0]: `name` is missing"),
    (
        "users: {a: {keys: [{name: k, expires: soon}]}}",
        f"users.a.keys[0].expires: {A_MOMENT}",
    ),
    ("users: {a: {keys: [{name: k, expires: 2027-02-30}]}}", "users.a.keys[0].expires: is no moment of the calendar"),
    ("users: {a: {keys: [{name: k, expires: '2027-01-01T10:00:00'}]}}", f"users.a.keys[0].expires: {A_MOMENT}"),
    ("users: {a: {keys: [{name: k, expires: '2027-01-01T25:00:00Z'}]}}", "is no moment of the calendar"),
    ("users: {a: {keys: [{name: k, expires: '0001-01-01T00:00:00+10:00'}]}}", "is no moment of the calendar"),
    ("users: {a: {keys: [{name: k}, {name: k}]}}", "users.a.keys: the names of a user's keys must differ"),
    ("users: {a: {keys: [{name: k, models: []}]}}", "users.a.keys[0].models: must have 1 to 100 entries"),
    ("users: {a: {keys: [{name: k, models: ['']}]}}", "models[0]: must be text of 1 to 256 characters"),
    ("users: {a: {keys: [{name: k, operations: []}]}}", "operations: must have at least one entry"),
    (
        "users: {a: {keys: [{name: k, operations: [chatt]}]}}",
        "must be one of `chat`, `embeddings`, `passthrough`, `admin_read`, `*`, did you mean `chat`?",
    ),
    ("users: {a: {keys: [{name: k, networks: [10.0.0.1/8]}]}}", f"networks[0]: {A_NETWORK}"),
    ("users: {a: {keys: [{name: k, networks: ['fe80::%1/128']}]}}", f"networks[0]: {A_NETWORK}"),
    ("users: {a: {display_name: [x]}}", "users.a.display_name: must be a single value, not a list or a mapping"),
    (
        f"users: {{a: {{display_name: {'x' * 201}}}}}",
        "users.a.display_name: must have at most 200 characters, all of them printable",
    ),
    ("users: {a: {disabled: 1}}", "users.a.disabled: must be `true` or `false`"),
    (
        "users: {a: {quotas: [{per: day, tokens: 1}, {per: day, tokens: 2}]}}",
        "users.a.quotas: bounds the same for the same time twice",
    ),
    ("users: {a: {quotas: [{per: day, cost_usd: 0}]}}", "users.a.quotas[0].cost_usd: must be more than 0"),
    ("users: {a: {quotas: [{per: day, cost_usd: 9000000001}]}}", "quotas[0].cost_usd: is too large to be meant"),
    ("users: {a: {balance_usd: 1000000001}}", "users.a.balance_usd: is too large to be meant"),
    ("server: {watch_admin: nowhere}", "server.watch_admin: must be `host:port`, or `https://host:port` for TLS"),
    ("server: {trusted_proxies: [10.0.0.1/8]}", f"server.trusted_proxies[0]: {A_NETWORK}"),
    ("server: {admin_tls: {cert: x}}", "server.admin_tls: unknown key `cert`, did you mean `cert_file`?"),
    ("server: {admin_tls: {cert_file: ''}}", "server.admin_tls.cert_file: must be the path of a file"),
    ("users: {a: {keys: [{name: k, models: [1]}]}}", "users.a.keys[0].models[0]: must be text: put it in quotes"),
    ("privacy: {store_prompts: maybe}", "privacy.store_prompts: must be `true` or `false`"),
    ("server: {htp_listen: x}", "server: unknown key `htp_listen`, did you mean `http_listen`?"),
    ("server: {http_listen: 8080}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {http_listen: ':8080'}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {http_listen: 'h:65536'}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {http_listen: '[x]:1'}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {http_listen: off}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {http_listen: 'unix:/x'}", "server.http_listen: must be `host:port` or `[::1]:port`"),
    ("server: {grpc_listen: nowhere}", f"server.grpc_listen: {LISTENER}"),
    ("server: {channelz_listen: nowhere}", f"server.channelz_listen: {LISTENER}"),
    ("server: {metrics_listen: 'unix:/x'}", "server.metrics_listen: must be `host:port`, `[::1]:port` or `off`"),
    (
        "server: {core_address: 'http://core'}",
        "server.core_address: must be `host:port` or a gRPC target such as `dns:///core:50051`",
    ),
    ("server: {data_dir: ''}", "server.data_dir: must be the path of a folder"),
    ("server: {log_level: warn}", "`debug`, `info`, `warning`, `error`, did you mean `warning`?"),
    ("server: {log_format: xml}", "server.log_format: must be one of `text`, `json`"),
    ("server: {drain: -1s}", f"server.drain: {A_DURATION}"),
    ("server: {keepalive: 0}", "server.keepalive: must be longer than 0 seconds"),
    ("server: {reflection: perhaps}", "server.reflection: must be `true` or `false`"),
    ("server: {max_body: big}", f"server.max_body: {A_SIZE}"),
    ("server: {max_body: 0}", "server.max_body: must be a whole number of bytes from 1 to 2147483647"),
    ("server: {max_body: 1.5}", "server.max_body: must be a whole number of bytes from 1 to 2147483647"),
    ("server: {max_message: 3GiB}", "server.max_message: must be a whole number of bytes from 1 to 2147483647"),
    ("server: {max_json_depth: 501}", "server.max_json_depth: must be a whole number from 1 to 500"),
    (
        "server: {cors_origins: ['https://a.example/path']}",
        "server.cors_origins[0]: must be `*` or an origin such as `https://app.example.com`, without a path",
    ),
    ("server: {cors_origins: {}}", "server.cors_origins: must be a single value, not a list or a mapping"),
    ("server: {bootstrap_api_key: short}", "server.bootstrap_api_key: must have 8 to 4096 characters"),
    ("server: {bootstrap_api_key: }", "server.bootstrap_api_key: has no value"),
]


@pytest.mark.parametrize(("section", "expected"), OTHERS)
def test_any_other_key_that_is_wrong_is_refused_with_line_and_path(section: str, expected: str) -> None:
    (problem,) = problems(f"version: 1\n\n{section}\n")
    assert problem.startswith("3: ")
    assert problem.endswith(expected)


NOT_ENFORCED = "is kept as a record, but not yet enforced by this version"
DOUBTFUL = [
    ("defaults: {limits: {requests_per_minute: 1}}", f"defaults.limits: {NOT_ENFORCED}; so is every other `limits`"),
    ("users: {a: {quotas: [{per: day, tokens: 1}]}}", f"users.a.quotas: {NOT_ENFORCED}; so is every other `quotas`"),
    ("privacy: {store_prompts: true}", f"privacy.store_prompts: {NOT_ENFORCED}"),
    ("privacy: {redact_logs: false}", f"privacy.redact_logs: {NOT_ENFORCED}"),
    (
        "providers: {p: {kind: simulator, breaker: {failures: 1}}}",
        f"providers.p.breaker: {NOT_ENFORCED}; so is every other `breaker`",
    ),
    (
        "models: {m: {targets: [{provider: p, model: x}], strategy: scored}}",
        "models.m: `scored` is kept, but acts as `weighted` in this version",
    ),
    (
        "providers: {p: {kind: openai}}",
        "providers.p: no credential is declared: only a server that asks for none will answer",
    ),
    (
        "providers: {p: {kind: openai, credentials: []}}",
        "providers.p.credentials: no credential is declared: only a server that asks for none will answer",
    ),
]


@pytest.mark.parametrize(("section", "expected"), DOUBTFUL)
def test_what_is_not_enforced_is_warned_of_with_line_and_path(section: str, expected: str) -> None:
    assert warnings(f"version: 1\n\n{section}\n") == [f"3: {expected}"]


@pytest.mark.parametrize(
    "section",
    [
        "privacy: {store_prompts: false, redact_logs: true}",
        "users: {a: {keys: [{name: k}]}}",
        "staleness_bound: 3s",
        "models: {m: {targets: [{provider: p, model: x}], strategy: weighted}}",
    ],
)
def test_what_is_enforced_is_nothing_to_warn_of(section: str) -> None:
    assert warnings(f"version: 1\n{section}\n") == []


def test_what_is_not_enforced_is_warned_of_once() -> None:
    users = "users: {a: {limits: {requests_per_minute: 1}}, b: {limits: {requests_per_minute: 1}}}"
    assert len(warnings(f"version: 1\n{users}\n")) == 1
