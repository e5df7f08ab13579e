"""Kinds of values that are addresses: where to listen, what to dial. It reads their form and never looks one up."""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

from admin.configuration.key import Kind
from admin.configuration.problem import Wrong
from admin.configuration.value import Value
from admin.translation.provider_addresses import what_is_wrong

HIGHEST_PORT = 65535
OFF = "off"
HOST_AND_PORT = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<host>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")
UNIX = re.compile(r"unix:/[!-~]+")
GRPC_TARGET = re.compile(r"(dns|ipv4|ipv6|unix|unix-abstract|xds|vsock):[!-~]+")
TLS = "https://"


def is_host_and_port(text: str) -> bool:
    """Says whether a text is `host:port` or `[::1]:port`."""
    match = HOST_AND_PORT.fullmatch(text)
    if not match or int(match["port"]) > HIGHEST_PORT:
        return False
    return match["six"] is None or is_ipv6(match["six"])


def is_ipv6(text: str) -> bool:
    """Says whether a text is an IPv6 address."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _read_http_listener(value: Value) -> str:
    text = value.text()
    if not is_host_and_port(text):
        raise Wrong("must be `host:port` or `[::1]:port`")
    return text


def _read_optional_listener(value: Value) -> str | None:
    text = value.text()
    if text.lower() == OFF:
        return None
    if not is_host_and_port(text):
        raise Wrong("must be `host:port`, `[::1]:port` or `off`")
    return text


def _read_grpc_listener(value: Value) -> str | None:
    text = value.text()
    if text.lower() == OFF:
        return None
    if not is_host_and_port(text) and not UNIX.fullmatch(text):
        raise Wrong("must be `host:port`, `[::1]:port`, `unix:/path` or `off`")
    return text


def _read_admin_address(value: Value) -> str:
    text = value.text()
    if not is_host_and_port(text.removeprefix(TLS)):
        raise Wrong("must be `host:port`, or `https://host:port` for TLS")
    return text


def _read_core_address(value: Value) -> str:
    text = value.text()
    if not is_host_and_port(text) and not GRPC_TARGET.fullmatch(text):
        raise Wrong("must be `host:port` or a gRPC target such as `dns:///core:50051`")
    return text


def _url(text: str) -> str:
    wrong = what_is_wrong(text)
    if wrong:
        raise Wrong(wrong)
    return text


def _read_base_url(value: Value) -> str:
    return _url(value.text()).rstrip("/")


def _read_origin(value: Value) -> str:
    text = value.text()
    if text != "*" and urlsplit(_url(text)).path:
        raise Wrong("must be `*` or an origin such as `https://app.example.com`, without a path")
    return text


HTTP_LISTENER = Kind("`host:port`", _read_http_listener)
OPTIONAL_LISTENER = Kind("`host:port` or `off`", _read_optional_listener)
GRPC_LISTENER = Kind("`host:port`, `unix:/path` or `off`", _read_grpc_listener)
CORE_ADDRESS = Kind("gRPC target", _read_core_address)
ADMIN_ADDRESS = Kind("`host:port` or `https://host:port`", _read_admin_address)
BASE_URL = Kind("URL", _read_base_url)
ORIGIN = Kind("origins", _read_origin)
