"""What is said of keys outside of providers and models that are wrong, and where."""

import pytest

from tests.fakes.configurations import problems

LISTENER = "must be `host:port`, `[::1]:port`, `unix:/path` or `off`"
A_SIZE = "must be a size such as `32MiB`, `100kB`, or a number of bytes"
A_DURATION = "must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds"
USD = "must be an amount of USD as a decimal number, such as `0.15`"

OTHERS = [
    ("defaults: {limit: {}}", "defaults: unknown key `limit`, did you mean `limits`?"),
    (
        "defaults: {limits: {requests_per_minute: 0}}",
        "defaults.limits.requests_per_minute: must be a whole number from 1 to 1000000000000000",
    ),
    (
        "defaults: {limits: {tokens_per_minute: 1.5}}",
        "defaults.limits.tokens_per_minute: must be a whole number from 1 to 1000000000000000",
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
    ("users: {'a b': {}}", "users.?: the user's name must be printable ASCII without spaces"),
    ("users: {a: {balance: 1}}", "users.a: unknown key `balance`, did you mean `balance_usd`?"),
    ("users: {a: {balance_usd: lots}}", f"users.a.balance_usd: {USD}"),
    ("users: {a: {keys: [{models: []}]}}", "users.a.keys[0]: `name` is missing"),
    (
        "users: {a: {keys: [{name: k, expires: soon}]}}",
        "users.a.keys[0].expires: must be a date such as `2027-01-31`",
    ),
    ("users: {a: {keys: [{name: k, expires: 2027-02-30}]}}", "users.a.keys[0].expires: is no day of the calendar"),
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
    assert problem.startswith("weir.yaml:3: ")
    assert problem.endswith(expected)
