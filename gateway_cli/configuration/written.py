"""Writes a configuration down as YAML that would make the same again, but for its secrets: they are `***`."""

from dataclasses import fields

from admin.configuration import server_keys as keys
from admin.configuration.addresses import OFF
from admin.configuration.key import Key
from admin.configuration.quantities import show_duration
from admin.configuration.yaml_text import write_yaml, written
from admin.settings import AdminTls
from gateway_cli.configuration.configuration import Configuration


def write(configuration: Configuration) -> str:
    """Gives the configuration as the text of a file."""
    return write_yaml({"version": 1, "server": _server(configuration), **written(configuration.declared)})


def _server(configuration: Configuration) -> dict[str, object]:
    core, facade, process = configuration.core, configuration.facade, configuration.process
    given: dict[Key[object], object] = {
        keys.HTTP_LISTEN: facade.http_listen,
        keys.GRPC_LISTEN: core.grpc_listen or OFF,
        keys.ADMIN_LISTEN: configuration.admin.listen,
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
        keys.KEY_CACHE: core.key_cache,
        keys.WATCH_ADMIN: core.watch_admin,
        keys.WATCH_TOKEN: core.watch_token,
        keys.TRUSTED_FACADES: core.trusted_facades,
        keys.TRUSTED_PROXIES: facade.trusted_proxies,
        keys.BOOTSTRAP_API_KEY: core.bootstrap_api_key,
        keys.BOOTSTRAP_ADMIN_TOKEN: core.bootstrap_admin_token,
        keys.ADMIN_TLS: configuration.admin.tls,
    }
    return {key.name: _plain(value) for key, value in given.items() if value is not None}


def _plain(value: object) -> object:
    """Gives a value as YAML has it. Durations are numbers of seconds; a secret is what its `repr` shows."""
    if isinstance(value, float):
        return show_duration(value)
    if isinstance(value, AdminTls):
        files = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: str(file) for name, file in files.items() if file is not None}
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str | int) else str(value)
