"""Reads the settings of the process: a variable wins over the file, the file over the default."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from admin.configuration import server_keys as keys
from admin.configuration.key import Key, Section, read_or
from admin.configuration.problem import Problem
from admin.configuration.value import Reading, Value
from admin.settings import AdminSettings, AdminTls
from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_core.records.secret import Secret
from gateway_core.settings import CoreSettings
from rest_facade.settings import FacadeSettings

T = TypeVar("T")
D = TypeVar("D")
HALF_OF_TLS = "is not set, nor the key below `admin_tls`: TLS takes a certificate and its key"


class Server:
    """The settings of a process while they are read. What the file says is checked even if a variable wins."""

    def __init__(self, section: Section | None, reading: Reading, within: str = "") -> None:
        """Takes the file's section, if there is one; `within` names one inside of `server:`."""
        self._section = section
        self._reading = reading
        self._within = within

    def get(self, key: Key[T]) -> T:
        """Gives what holds for a key that has a default."""
        return self._get(key, key.kind.read(Value.of_variable(keys.variable_of(key), key.default, self._reading)))

    def secret(self, key: Key[Secret]) -> Secret | None:
        """Gives a secret, if there is one."""
        return self._get(key, None)

    def words(self, key: Key[str]) -> str | None:
        """Gives what has no default, if there is any."""
        return self._get(key, None)

    def tls(self) -> AdminTls | None:
        """Gives the files for TLS, if there are any; it takes both a certificate and its key."""
        section = self._section.read(keys.ADMIN_TLS, None) if self._section else None
        inner = Server(section, self._reading, keys.ADMIN_TLS.name)
        cert, key, authority = (inner.path(one) for one in (keys.CERT_FILE, keys.KEY_FILE, keys.CLIENT_CA_FILE))
        if cert is not None and key is not None:
            return AdminTls(cert, key, authority)
        if (cert, key, authority) != (None, None, None):
            missing = keys.variable_of(keys.CERT_FILE if cert is None else keys.KEY_FILE, keys.ADMIN_TLS.name)
            self._reading.problems.append(Problem(missing, None, "", HALF_OF_TLS))
        return None

    def path(self, key: Key[Path]) -> Path | None:
        """Gives a path, if there is one."""
        return self._get(key, None)

    def data_dir(self) -> Path:
        """Gives the folder for the gateway's files."""
        return self._get(keys.DATA_DIR, default_data_dir(self._reading.environment))

    def _get(self, key: Key[T], default: D) -> T | D:
        found: T | D = self._section.read(key, default) if self._section else default
        name = keys.variable_of(key, self._within)
        text = self._reading.environment.get(name)
        return read_or(Value.of_variable(name, text, self._reading), key.kind, default) if text else found


def default_data_dir(environment: Mapping[str, str]) -> Path:
    """Follows the XDG rules, which ask for absolute paths; without a home it is a folder right here."""
    data_home, home = environment.get("XDG_DATA_HOME", ""), environment.get("HOME", "")
    if Path(data_home).is_absolute():
        return Path(data_home, "weir")
    return Path(home, ".local", "share", "weir") if home else Path("weir-data")


def core_settings(server: Server) -> CoreSettings:
    """Makes the settings of the core."""
    return CoreSettings(
        data_dir=server.data_dir(),
        database_url=server.secret(keys.DATABASE_URL),
        master_key=server.secret(keys.MASTER_KEY),
        grpc_listen=server.get(keys.GRPC_LISTEN),
        channelz_listen=server.get(keys.CHANNELZ_LISTEN),
        reflection=server.get(keys.REFLECTION),
        request_timeout=server.get(keys.REQUEST_TIMEOUT),
        drain=server.get(keys.DRAIN),
        max_message_bytes=server.get(keys.MAX_MESSAGE),
        max_concurrent_streams=server.get(keys.MAX_CONCURRENT_STREAMS),
        bootstrap_api_key=server.secret(keys.BOOTSTRAP_API_KEY),
        bootstrap_admin_token=server.secret(keys.BOOTSTRAP_ADMIN_TOKEN),
        key_cache=server.get(keys.KEY_CACHE),
        watch_admin=server.words(keys.WATCH_ADMIN),
        watch_token=server.secret(keys.WATCH_TOKEN),
        trusted_facades=server.get(keys.TRUSTED_FACADES),
    )


def admin_settings(server: Server, core: CoreSettings) -> AdminSettings:
    """Makes the settings of the admin service; what holds for every gRPC listener is as for the core."""
    return AdminSettings(
        listen=server.get(keys.ADMIN_LISTEN),
        tls=server.tls(),
        reflection=core.reflection,
        drain=core.drain,
        max_message_bytes=core.max_message_bytes,
        max_concurrent_streams=core.max_concurrent_streams,
    )


def facade_settings(server: Server, drain: float) -> FacadeSettings:
    """Makes the settings of the facade, which stops as patiently as its core."""
    return FacadeSettings(
        http_listen=server.get(keys.HTTP_LISTEN),
        core_address=server.get(keys.CORE_ADDRESS_KEY),
        cors_origins=server.get(keys.CORS_ORIGINS),
        max_body_bytes=server.get(keys.MAX_BODY),
        max_json_depth=server.get(keys.MAX_JSON_DEPTH),
        keepalive=server.get(keys.KEEPALIVE),
        write_timeout=server.get(keys.WRITE_TIMEOUT),
        drain=drain,
        trusted_proxies=server.get(keys.TRUSTED_PROXIES),
    )


def process_settings(server: Server) -> ProcessSettings:
    """Makes the settings of the process around them."""
    return ProcessSettings(
        metrics_listen=server.get(keys.METRICS_LISTEN),
        log_level=server.get(keys.LOG_LEVEL),
        log_format=server.get(keys.LOG_FORMAT),
    )
