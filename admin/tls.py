"""Makes the credentials of a listener from files, and says which setting is wrong with them. It serves nothing."""

import ssl
from pathlib import Path

import grpc

from admin.settings import AdminTls


class BadTls(Exception):
    """The files for TLS cannot serve. The sentence names the setting; it stops the start and never reaches a caller."""


def server_credentials(tls: AdminTls) -> grpc.ServerCredentials:
    """Reads the files. Raises BadTls: gRPC itself would take them and refuse every caller."""
    certificate = _read("admin_tls.cert_file", tls.cert_file)
    key = _read("admin_tls.key_file", tls.key_file)
    authorities = None if tls.client_ca_file is None else _read("admin_tls.client_ca_file", tls.client_ca_file)
    _check(tls)
    return grpc.ssl_server_credentials([(key, certificate)], authorities, require_client_auth=authorities is not None)


def _read(setting: str, file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadTls(f"{setting}: {file} cannot be read: {error.strerror}") from error


def _check(tls: AdminTls) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(tls.cert_file, tls.key_file, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise BadTls(
            f"admin_tls.cert_file and admin_tls.key_file: {tls.cert_file} and {tls.key_file} do not hold a certificate "
            "and its key in PEM, without a password"
        ) from error
    try:
        if tls.client_ca_file is not None:
            context.load_verify_locations(tls.client_ca_file)
    except ssl.SSLError as error:
        raise BadTls(f"admin_tls.client_ca_file: {tls.client_ca_file} does not hold certificates in PEM") from error


def _no_password() -> str:
    return ""
