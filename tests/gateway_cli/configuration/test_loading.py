"""What a good configuration becomes."""

from pathlib import Path

import pytest

from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.records.timeouts import Timeouts
from gateway_core.settings import CoreSettings
from rest_facade.settings import FacadeSettings
from tests.fakes.configurations import PLAIN, SECRET_HALVES, loaded

BENCH = """\
# Three providers on loopback.
version: 1
providers:
  mock-fast:  {kind: openai, base_url: "http://127.0.0.1:9100/v1", credentials: [{name: a, secret: sk-mock}]}
  mock-slow:  {kind: openai, base_url: "http://127.0.0.1:9102/v1", credentials: [{name: a, secret: sk-mock}]}
models:
  bench:       {targets: [{provider: mock-fast, model: gpt-4o-mini, price: {input: 0.15, output: 0.60}}]}
  bench-slow:  {targets: [{provider: mock-slow, model: gpt-4o-mini, price: {input: 0.15, output: 0.60}}]}
defaults: {limits: {requests_per_minute: 100000000, tokens_per_minute: 100000000000, concurrent_requests: 100000}}
"""

EVERYTHING = """\
version: 1
providers:
  openai:
    kind: openai
    base_url: https://api.openai.com/v1/
    credentials:
      - {name: a, secret: "${OPENAI_API_KEY}"}
      - {name: b, secret: "${OPENAI_API_KEY_B:-spare}", weight: 2}
    balance: least_busy
    breaker: {failures: 3, reset: 60s}
    timeouts: {connect: 1s, first_token: 2s, idle: 3s, total: 1m, stream_total: 1h}
models:
  fast:
    strategy: scored
    targets:
      - provider: openai
        model: gpt-4o-mini
        weight: 3
        price: {input: 0.15, output: 0.60, cached_input: 0.075, cache_write: 1, audio_input: 2.5, image_input: 3,
                reasoning: 0.000001, audio_output: 40}
    retries: {attempts: 2, backoff: 200ms, budget: 0.1}
    fallback: [slow]
    stream_break: continue
defaults:
  limits: {requests_per_minute: 600, tokens_per_minute: 200000, concurrent_requests: 50}
  quotas: [{per: month, cost_usd: 100}]
users:
  alice:
    {balance_usd: 20, quotas: [{per: month, cost_usd: 10}], keys: [{name: laptop, models: [fast], expires: 2027-01-01}]}
privacy: {store_prompts: true, redact_logs: false}
"""

SERVER = """\
version: 1
server:
  http_listen: "[::1]:8081"
  grpc_listen: unix:/run/weir.sock
  metrics_listen: off
  channelz_listen: localhost:0
  core_address: core:50051
  data_dir: /var/lib/weir
  log_level: DEBUG
  log_format: json
  drain: 0
  request_timeout: 1.5m
  reflection: no
  max_body: 100kB
  max_message: 1.5 MiB
  max_json_depth: 50
  max_concurrent_streams: 7
  cors_origins: [https://a.example, "http://b.example:3000"]
  keepalive: 500ms
  write_timeout: 2
  database_url: sqlite:////var/lib/weir/records
  master_key: ${MASTER}
  bootstrap_api_key: ${KEY}
  bootstrap_admin_token: 0123456789
"""


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "---\n"])
def test_without_a_file_or_with_an_empty_one_the_simulator_answers(text: str | None) -> None:
    configuration = loaded(text, {"HOME": "/home/me"})
    assert configuration.core == CoreSettings(
        providers={"simulator": Provider("simulator", "simulator", "", (Credential("none", Secret("")),))},
        models={"weir-demo": Model("weir-demo", (Target("simulator", "weir-demo", price=Price(100_000, 400_000)),))},
        data_dir=Path("/home/me/.local/share/weir"),
    )
    assert configuration.facade == FacadeSettings()
    assert configuration.process == ProcessSettings()
    assert configuration.notes == ("no provider is configured, so the simulator answers as model weir-demo",)
    assert configuration.warnings == ()


def test_the_configuration_of_the_measurements_loads() -> None:
    configuration = loaded(BENCH)
    assert list(configuration.core.providers) == ["mock-fast", "mock-slow"]
    assert configuration.core.models["bench"] == Model(
        "bench", (Target("mock-fast", "gpt-4o-mini", price=Price(150_000, 600_000)),)
    )
    assert configuration.warnings == ("`defaults.limits` is checked but not enforced by this version",)
    assert configuration.notes == ()


def test_every_key_of_the_format_is_read_or_warned_of() -> None:
    configuration = loaded(EVERYTHING, {"OPENAI_API_KEY": "sk-one"})
    assert configuration.core.providers == {
        "openai": Provider(
            name="openai",
            kind="openai",
            base_url="https://api.openai.com/v1",
            credentials=(Credential("a", Secret("sk-one")), Credential("b", Secret("spare"), 2)),
            balance="least_busy",
            timeouts=Timeouts(1.0, 2.0, 3.0, 60.0, 3600.0),
        )
    }
    price = Price(150_000, 600_000, 75_000, 1_000_000, 2_500_000, 3_000_000, 1, 40_000_000)
    assert configuration.core.models == {
        "fast": Model("fast", (Target("openai", "gpt-4o-mini", 3, price),), "weighted")
    }
    assert sorted(configuration.warnings) == [
        "`defaults.limits` is checked but not enforced by this version",
        "`defaults.quotas` is checked but not enforced by this version",
        "`models.fast.fallback` is checked but not enforced by this version",
        "`models.fast.retries` is checked but not enforced by this version",
        "`models.fast.strategy`: `scored` is not available in this version, so it is `weighted`",
        "`models.fast.stream_break` is checked but not enforced by this version",
        "`privacy.redact_logs` is checked but not enforced by this version",
        "`privacy.store_prompts` is checked but not enforced by this version",
        "`providers.openai.breaker` is checked but not enforced by this version",
        "`users` is checked but not enforced by this version",
    ]


def test_safe_privacy_is_nothing_to_warn_of() -> None:
    assert loaded("version: 1\nprivacy: {store_prompts: false, redact_logs: true}\n").warnings == ()


def test_every_setting_of_the_process_is_read() -> None:
    configuration = loaded(SERVER, {"KEY": "sk-bootstrap", "MASTER": "ab" * 32})
    core = configuration.core
    assert configuration.facade == FacadeSettings(
        http_listen="[::1]:8081",
        core_address="core:50051",
        cors_origins=("https://a.example", "http://b.example:3000"),
        max_body_bytes=100_000,
        max_json_depth=50,
        keepalive=0.5,
        write_timeout=2.0,
        drain=0.0,
    )
    assert configuration.process == ProcessSettings(metrics_listen=None, log_level="debug", log_format="json")
    assert core == CoreSettings(
        providers=core.providers,
        models=core.models,
        data_dir=Path("/var/lib/weir"),
        database_url=Secret("sqlite:////var/lib/weir/records"),
        master_key=Secret("ab" * 32),
        grpc_listen="unix:/run/weir.sock",
        channelz_listen="localhost:0",
        reflection=False,
        request_timeout=90.0,
        drain=0.0,
        max_message_bytes=1_572_864,
        max_concurrent_streams=7,
        bootstrap_api_key=Secret("sk-bootstrap"),
        bootstrap_admin_token=Secret("0123456789"),
    )


def test_providers_without_credentials_get_one_that_is_empty() -> None:
    text = "version: 1\nproviders: {gpu: {kind: vllm, base_url: http://gpu:8000/v1}, sim: {kind: simulator}}\n"
    providers = loaded(text).core.providers
    assert providers["gpu"].credentials == providers["sim"].credentials == (Credential("none", Secret("")),)


def test_openai_has_a_usual_address() -> None:
    text = "version: 1\nproviders: {o: {kind: openai, credentials: [{name: a, secret: s}]}}\n"
    assert loaded(text).core.providers["o"].base_url == "https://api.openai.com/v1"


def test_providers_of_the_file_alone_mean_no_simulator_and_a_warning_if_there_is_no_model() -> None:
    configuration = loaded("version: 1\nproviders: {sim: {kind: simulator}}\n")
    assert list(configuration.core.providers) == ["sim"]
    assert configuration.warnings == ("no model is configured, so callers have nothing to ask for",)


def test_a_model_without_a_price_has_none() -> None:
    text = "version: 1\nmodels: {mine: {targets: [{provider: simulator, model: x}]}}\n"
    assert loaded(text).core.models["mine"].targets[0].price is None


def test_sections_without_content_are_empty() -> None:
    text = "version: 1\nproviders:\nmodels:\ndefaults:\nusers:\nprivacy:\nserver:\n"
    assert list(loaded(text).core.models) == ["weir-demo"]


def test_an_anchor_stands_for_a_whole_value() -> None:
    sections = "  a: {kind: simulator, timeouts: &t {idle: 7s}}\n  b: {kind: simulator, timeouts: *t}\n"
    text = f"version: 1\nproviders:\n{sections}"
    providers = loaded(text).core.providers
    assert providers["a"].timeouts == providers["b"].timeouts == Timeouts(idle=7.0)


def test_a_variable_that_looks_like_yaml_or_a_reference_stays_text() -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: http://g, credentials: [{name: a, secret: '${K}'}]}}\n"
    for secret in ("{a:b}", "${OTHER}", "null", "12"):
        assert loaded(text, {"K": secret}).core.providers["g"].credentials[0].secret == Secret(secret)


def test_a_reference_may_have_a_default_and_be_a_part_of_a_text() -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: 'http://${H:-gpu}:${P}/v1'}}\n"
    assert loaded(text, {"P": "8000"}).core.providers["g"].base_url == "http://gpu:8000/v1"
    assert loaded(text, {"P": "8000", "H": ""}).core.providers["g"].base_url == "http://gpu:8000/v1"
    assert loaded(text, {"P": "8000", "H": "x"}).core.providers["g"].base_url == "http://x:8000/v1"


def test_a_doubled_dollar_keeps_a_reference_from_being_one() -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: http://g, credentials: [{name: a, secret: '$${K}'}]}}\n"
    assert loaded(text).core.providers["g"].credentials[0].secret == Secret("${K}")


def test_the_settings_cannot_be_changed_and_show_no_secret() -> None:
    configuration = loaded(PLAIN, {"WEIR_BOOTSTRAP_API_KEY": "bootstrap-secret"})
    shown = repr(configuration) + str(configuration)
    assert not any(half in shown for half in (*SECRET_HALVES, "bootstrap-secret"))
    with pytest.raises(TypeError):
        configuration.core.models["x"] = configuration.core.models["fast"]  # type: ignore[index]  # it must fail
