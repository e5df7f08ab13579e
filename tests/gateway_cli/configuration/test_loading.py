"""What a good configuration becomes."""

from pathlib import Path

import pytest

from admin.configuration.declared import Declared
from admin.settings import AdminSettings, AdminTls
from gateway_cli.configuration.found_providers import NO_PROVIDER
from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_core.records.price import Price
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import StoredModel, StoredTarget
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
  admin_listen: 127.0.0.1:0
  admin_tls: {cert_file: /etc/cert.pem, key_file: /etc/key.pem}
  key_cache: 10
  watch_admin: admin:50052
  watch_token: 0123456789
  trusted_facades: []
  trusted_proxies: [10.0.0.0/8]
  bootstrap_api_key: ${KEY}
  bootstrap_admin_token: 0123456789
"""


@pytest.mark.parametrize("text", [None, "", "# nothing\n", "---\n"])
def test_without_a_file_or_with_an_empty_one_nothing_is_declared(text: str | None) -> None:
    configuration = loaded(text, {"HOME": "/home/me"})
    assert configuration.core == CoreSettings(data_dir=Path("/home/me/.local/share/weir"))
    assert configuration.facade == FacadeSettings()
    assert configuration.admin == AdminSettings()
    assert configuration.process == ProcessSettings()
    assert configuration.declared == Declared(has_file=False, has_environment=True)
    assert configuration.notes == (NO_PROVIDER,)
    assert configuration.warnings == ()


def test_the_configuration_of_the_measurements_loads() -> None:
    configuration = loaded(BENCH)
    declared = configuration.declared
    assert list(declared.providers) == ["mock-fast", "mock-slow"]
    assert declared.models["bench"].value == StoredModel("bench", (StoredTarget("mock-fast", "gpt-4o-mini"),))
    assert declared.prices["mock-fast", "gpt-4o-mini"].price == Price(150_000, 600_000)
    assert configuration.warnings == (
        (
            "weir.yaml:9: defaults.limits: is kept as a record, but not yet enforced by this version; "
            "so is every other `limits`"
        ),
    )
    assert configuration.notes == ()


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
        trusted_proxies=("10.0.0.0/8",),
    )
    assert configuration.admin == AdminSettings(
        listen="127.0.0.1:0",
        tls=AdminTls(Path("/etc/cert.pem"), Path("/etc/key.pem")),
        reflection=False,
        drain=0.0,
        max_message_bytes=1_572_864,
        max_concurrent_streams=7,
    )
    assert configuration.process == ProcessSettings(metrics_listen=None, log_level="debug", log_format="json")
    assert core == CoreSettings(
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
        key_cache=10,
        watch_admin="admin:50052",
        watch_token=Secret("0123456789"),
        trusted_facades=(),
    )


def test_providers_of_the_file_alone_mean_a_warning_if_there_is_no_model() -> None:
    configuration = loaded("version: 1\nproviders: {sim: {kind: simulator}}\n")
    assert list(configuration.declared.providers) == ["sim"]
    assert configuration.warnings == (
        "no model is configured here, so callers have nothing to ask for unless the database has one",
    )


def test_a_name_that_only_the_database_can_know_is_warned_of() -> None:
    text = (
        "version: 1\n"
        "providers: {main: {kind: simulator}}\n"
        "models:\n"
        "  m:\n"
        "    targets:\n"
        "      - {provider: mian, model: x}\n"
        "    fallback: [other]\n"
    )
    assert loaded(text).warnings == (
        (
            "weir.yaml:6: models.m.targets[0].provider: there is no provider of this name here, so the database must "
            "have it, did you mean `main`?"
        ),
        (
            "weir.yaml:7: models.m.fallback: is kept as a record, but not yet enforced by this version; "
            "so is every other `fallback`"
        ),
        "weir.yaml:7: models.m.fallback: there is no model `other` here, so the database must have it",
    )


def test_the_simulator_needs_no_declaration_where_nothing_else_is_declared() -> None:
    assert loaded("version: 1\nmodels: {m: {targets: [{provider: simulator, model: x}]}}\n").warnings == ()


def test_sections_without_content_are_empty() -> None:
    text = "version: 1\nproviders:\nmodels:\ndefaults:\nusers:\nprivacy:\nserver:\n"
    declared = loaded(text).declared
    assert (dict(declared.providers), dict(declared.models), dict(declared.users)) == ({}, {}, {})


def test_a_reference_may_have_a_default_and_be_a_part_of_a_text() -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: 'http://${H:-gpu}:${P}/v1'}}\n"
    for variables, host in (({"P": "8000"}, "gpu"), ({"P": "8000", "H": ""}, "gpu"), ({"P": "8000", "H": "x"}, "x")):
        assert loaded(text, variables).declared.providers["g"].value.base_url == f"http://{host}:8000/v1"


def test_the_settings_cannot_be_changed_and_show_no_secret() -> None:
    configuration = loaded(PLAIN, {"WEIR_BOOTSTRAP_API_KEY": "bootstrap-secret"})
    shown = repr(configuration) + str(configuration)
    assert not any(half in shown for half in (*SECRET_HALVES, "bootstrap-secret"))
    with pytest.raises(TypeError):
        configuration.declared.models["x"] = configuration.declared.models["fast"]  # type: ignore[index] # it must fail
