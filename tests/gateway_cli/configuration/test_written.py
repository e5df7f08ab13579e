"""A configuration that is written down makes itself again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_cli.configuration.config_file import load_file
from gateway_cli.configuration.written import write
from tests.fakes.configurations import NO_VARIABLES, PLAIN, SECRET_HALVES, loaded

UNPRICED = "version: 1\nmodels: {m: {targets: [{provider: simulator, model: x}]}}\n"
EXAMPLE = Path(__file__).parents[3] / "weir.example.yaml"


TLS = "version: 1\nserver: {admin_tls: {cert_file: c.pem, key_file: k.pem}, trusted_proxies: 10.0.0.0/8}\n"


@pytest.mark.parametrize("text", [None, PLAIN, UNPRICED, TLS, EXAMPLE.read_text()])
def test_what_is_written_makes_the_same_configuration(text: str | None) -> None:
    configuration = loaded(text, {"WEIR_KEEPALIVE": "333.25ms", "WEIR_METRICS_LISTEN": "off"})
    again = loaded(write(configuration))
    assert write(again) == write(configuration)
    assert again.facade == configuration.facade
    assert again.process == configuration.process
    assert again.core == configuration.core
    assert again.admin == configuration.admin
    assert again.declared.models == configuration.declared.models
    assert again.declared.prices == configuration.declared.prices


def test_secrets_are_masked() -> None:
    written = write(
        loaded(PLAIN, {"WEIR_BOOTSTRAP_API_KEY": "bootstrap-key", "WEIR_BOOTSTRAP_ADMIN_TOKEN": "the-token"})
    )
    assert not any(secret in written for secret in (*SECRET_HALVES, "bootstrap-key", "the-token"))
    assert written.count("'***'") == 3


@given(pico=st.integers(0, 10**12))
def test_every_price_survives_exactly(pico: int) -> None:
    dollars = f"{pico // 10**6}.{pico % 10**6:06}"
    text = (
        "version: 1\nmodels: {m: {targets: [{provider: simulator, model: x, "
        f"price: {{input: {dollars}, output: 0}}}}]}}}}\n"
    )
    configuration = loaded(text)
    price = configuration.declared.prices["simulator", "x"].price
    assert price.input == pico
    written = write(configuration)
    assert f"input: {pico // 10**6}" in written
    assert loaded(written).declared.prices["simulator", "x"].price == price


def test_the_example_is_free_of_problems_and_warnings() -> None:
    configuration = load_file(EXAMPLE, NO_VARIABLES)
    assert configuration.warnings == ()
    assert configuration.notes == ()
