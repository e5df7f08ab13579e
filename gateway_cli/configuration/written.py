"""Writes a configuration down as YAML that would make the same again, but for its secrets: they are `***`."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

import yaml

from gateway_cli.configuration import server_keys as keys
from gateway_cli.configuration.addresses import OFF
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.key import Key
from gateway_cli.configuration.quantities import PICO_PER_MILLION
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.timeouts import Timeouts


class Writer(yaml.SafeDumper):
    """Writes prices as numbers without passing through a binary fraction."""

    def ignore_aliases(self, data: object) -> bool:
        """Writes everything out, even what occurs twice."""
        del data
        return True


def _write_decimal(writer: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    text = format(number, "f")
    return writer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def write(configuration: Configuration) -> str:
    """Gives the configuration as the text of a file."""
    Writer.add_representer(Decimal, _write_decimal)
    core = configuration.core
    document = {
        "version": 1,
        "server": _server(configuration),
        "providers": {name: _provider(provider) for name, provider in core.providers.items()},
        "models": {name: _model(model) for name, model in core.models.items()},
    }
    return yaml.dump(document, Dumper=Writer, sort_keys=False, allow_unicode=True, width=120)


def _server(configuration: Configuration) -> dict[str, object]:
    core, facade, process = configuration.core, configuration.facade, configuration.process
    given: dict[Key[object], object] = {
        keys.HTTP_LISTEN: facade.http_listen,
        keys.GRPC_LISTEN: core.grpc_listen or OFF,
        keys.METRICS_LISTEN: process.metrics_listen or OFF,
        keys.CHANNELZ_LISTEN: core.channelz_listen or OFF,
        keys.CORE_ADDRESS_KEY: facade.core_address,
        keys.DATA_DIR: core.data_dir,
        keys.DATABASE_URL: core.database_url,
        keys.MASTER_KEY: core.master_key,
        keys.LOG_LEVEL: process.log_level,
        keys.LOG_FORMAT: process.log_format,
        keys.DRAIN: core.drain,
        keys.REQUEST_TIMEOUT: core.request_timeout,
        keys.REFLECTION: core.reflection,
        keys.MAX_BODY: facade.max_body_bytes,
        keys.MAX_MESSAGE: core.max_message_bytes,
        keys.MAX_JSON_DEPTH: facade.max_json_depth,
        keys.MAX_CONCURRENT_STREAMS: core.max_concurrent_streams,
        keys.CORS_ORIGINS: facade.cors_origins,
        keys.KEEPALIVE: facade.keepalive,
        keys.WRITE_TIMEOUT: facade.write_timeout,
        keys.BOOTSTRAP_API_KEY: core.bootstrap_api_key,
        keys.BOOTSTRAP_ADMIN_TOKEN: core.bootstrap_admin_token,
    }
    return {key.name: _plain(value) for key, value in given.items() if value is not None}


def _plain(value: object) -> object:
    """Gives a value as YAML has it. Durations are numbers of seconds; a secret is what its `repr` shows."""
    if isinstance(value, float):
        return _duration(value)
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int) else str(value)


def _duration(seconds: float) -> str:
    exact = Decimal(repr(seconds)).normalize()
    return f"{exact:f}s"


def _provider(provider: Provider) -> dict[str, object]:
    written: dict[str, object] = {"kind": provider.kind}
    if provider.base_url:
        written["base_url"] = provider.base_url
    if any(credential.secret.reveal() for credential in provider.credentials):
        written["credentials"] = [_credential(credential) for credential in provider.credentials]
    written["balance"] = provider.balance
    written["timeouts"] = {field.name: _duration(getattr(provider.timeouts, field.name)) for field in fields(Timeouts)}
    return written


def _credential(credential: Credential) -> Mapping[str, object]:
    return {"name": credential.name, "secret": str(credential.secret), "weight": credential.weight}


def _model(model: Model) -> dict[str, object]:
    return {"strategy": model.strategy, "targets": [_target(target) for target in model.targets]}


def _target(target: Target) -> dict[str, object]:
    written: dict[str, object] = {"provider": target.provider, "model": target.model, "weight": target.weight}
    if target.price is not None:
        written["price"] = _price(target.price)
    return written


def _price(price: Price) -> dict[str, Decimal]:
    amounts = {field.name: getattr(price, field.name) for field in fields(Price)}
    return {name: Decimal(amount) / PICO_PER_MILLION for name, amount in amounts.items() if amount is not None}
