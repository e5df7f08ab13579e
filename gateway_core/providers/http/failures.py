"""Turns what a connection can suffer into the taxonomy. It goes by types and error numbers, never by prose."""

import errno
import ssl
from types import MappingProxyType
from typing import Final

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError, HttpProcessingError

from gateway_core.errors import UpstreamError

CONNECTION_FAILURES: Final = (aiohttp.ClientError, HttpProcessingError, OSError)
"""Everything that aiohttp lets out of a connection, while connecting, asking or reading."""

_SENTENCES: Final = MappingProxyType(
    {
        "closed": "the provider closed the connection before it answered",
        "cut": "the provider closed the connection in mid-body",
        "dns": "the provider's name was not found",
        "malformed": "the provider's answer is not valid HTTP",
        "network": "the connection to the provider failed",
        "refused": "the provider refused the connection",
        "request": "a header of the request to the provider holds a line break",
        "reset": "the provider reset the connection",
        "tls": "the TLS connection to the provider failed",
        "too_large": "the provider's answer is larger than what is allowed",
        "unreachable": "the provider cannot be reached over the network",
        "url": "the provider's address is not a valid http or https URL",
    }
)

_CAUSES_BY_TYPE: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (aiohttp.ClientConnectorDNSError, "dns"),
    (ssl.SSLError, "tls"),
    (ssl.CertificateError, "tls"),
    (aiohttp.InvalidURL, "url"),
    (HttpProcessingError, "malformed"),
    (aiohttp.ServerDisconnectedError, "closed"),
    (ConnectionRefusedError, "refused"),
    (ConnectionError, "reset"),
)

_CAUSES_BY_NUMBER: Final = MappingProxyType(
    {
        errno.ECONNREFUSED: "refused",
        errno.ECONNRESET: "reset",
        errno.ECONNABORTED: "reset",
        errno.EPIPE: "reset",
        errno.ENETUNREACH: "unreachable",
        errno.EHOSTUNREACH: "unreachable",
        errno.ENETDOWN: "unreachable",
        errno.EHOSTDOWN: "unreachable",
        errno.ETIMEDOUT: "unreachable",
    }
)


def upstream_error(cause: str) -> UpstreamError:
    """Makes the error for one of the fixed causes."""
    return UpstreamError(_SENTENCES[cause], facts={"cause": cause})


def failure_before_body(error: BaseException) -> UpstreamError:
    """Makes the error for a connection that failed before the head of the reply was there."""
    return upstream_error(_cause(error))


def failure_in_body(error: BaseException, connection_error: BaseException | None) -> UpstreamError:
    """Makes the error for a body that ended early. `connection_error` is what the connection itself met, if known."""
    if isinstance(error, HttpProcessingError) or isinstance(error.__cause__, ContentEncodingError):
        return upstream_error("malformed")
    cause = "closed" if connection_error is None else _cause(connection_error)
    return upstream_error("cut" if cause == "closed" else cause)


def _cause(error: BaseException) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError) and not isinstance(error, aiohttp.ClientConnectorDNSError):
        error = error.os_error
    for kind, cause in _CAUSES_BY_TYPE:
        if isinstance(error, kind):
            return cause
    number = error.errno if isinstance(error, OSError) else None
    return "network" if number is None else _CAUSES_BY_NUMBER.get(number, "network")
