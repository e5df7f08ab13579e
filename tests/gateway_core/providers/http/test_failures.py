"""Errors of connections are recognised by type and number, whatever they say."""

import errno
import socket
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import BadStatusLine, ContentEncodingError, HttpProcessingError

from gateway_core.providers.http.failures import failure_before_body, failure_in_body, upstream_error

KEY = ConnectionKey("host.internal", 443, is_ssl=True, ssl=True, proxy=None, proxy_auth=None, proxy_headers_hash=None)


def connector_error(cause: OSError) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, cause)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name or service not known")), "dns"),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("expired")), "tls"),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "wrong version number")), "tls"),
        (connector_error(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), "refused"),
        (connector_error(OSError(errno.ECONNREFUSED, "Multiple exceptions")), "refused"),
        (connector_error(ConnectionResetError()), "reset"),
        (connector_error(OSError(errno.ENETUNREACH, "no")), "unreachable"),
        (connector_error(OSError(errno.EHOSTUNREACH, "no")), "unreachable"),
        (connector_error(OSError(errno.ETIMEDOUT, "no")), "unreachable"),
        (connector_error(OSError("Multiple exceptions: refused")), "network"),
        (connector_error(OSError(errno.EMFILE, "too many open files")), "network"),
        (aiohttp.ServerDisconnectedError(), "closed"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "no"), "reset"),
        (aiohttp.ClientOSError(errno.EPIPE, "no"), "reset"),
        (aiohttp.ClientConnectionResetError("no"), "reset"),
        (aiohttp.ClientConnectionError("connection refused"), "network"),
        (aiohttp.InvalidURL("nothing"), "url"),
        (BadStatusLine("x"), "malformed"),
        (HttpProcessingError(code=400, message="reset"), "malformed"),
    ],
)
def test_a_failure_before_the_body_has_one_cause_and_tells_no_internals(error: BaseException, cause: str) -> None:
    failure = failure_before_body(error)
    assert failure.facts == {"cause": cause}
    assert "internal" not in failure.message


@pytest.mark.parametrize(
    ("error", "connection_error", "cause"),
    [
        (aiohttp.ClientPayloadError("x"), None, "cut"),
        (aiohttp.ClientPayloadError("x"), aiohttp.ServerDisconnectedError(), "cut"),
        (aiohttp.ClientPayloadError("x"), aiohttp.ClientOSError(errno.ECONNRESET, "x"), "reset"),
        (aiohttp.ClientPayloadError("x"), HttpProcessingError(), "malformed"),
        (HttpProcessingError(), None, "malformed"),
    ],
)
def test_a_failure_in_the_body_is_what_the_connection_met(
    error: BaseException, connection_error: BaseException | None, cause: str
) -> None:
    assert failure_in_body(error, connection_error).facts == {"cause": cause}


def test_a_body_that_cannot_be_unpacked_is_malformed() -> None:
    error = aiohttp.ClientPayloadError("x")
    error.__cause__ = ContentEncodingError("x")
    assert failure_in_body(error, aiohttp.ServerDisconnectedError()).facts == {"cause": "malformed"}


def test_a_cause_outside_the_vocabulary_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        upstream_error("weather")
