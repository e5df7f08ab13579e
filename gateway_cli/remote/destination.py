"""Where a remote command goes, and as whom: options, variables, a profile and defaults taken together.

It reads the files that these name and dials nothing.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import typer

from admin.configuration.addresses import GRPC_TARGET, is_host_and_port
from gateway_cli.remote.profiles import Profile, ProfileBook
from gateway_core.records.secret import Secret

ADDRESS_VARIABLE: Final = "WEIR_ADMIN_ADDRESS"
TOKEN_VARIABLE: Final = "WEIR_ADMIN_TOKEN"  # noqa: S105 -- the name of a variable
CA_VARIABLE: Final = "WEIR_ADMIN_CA"
CERT_VARIABLE: Final = "WEIR_ADMIN_CERT"
KEY_VARIABLE: Final = "WEIR_ADMIN_KEY"
PROFILE_VARIABLE: Final = "WEIR_PROFILE"
USUAL_ADDRESS: Final = "127.0.0.1:50052"
SAFE, PLAIN = "https://", "http://"
SAFE_PORT: Final = 443
FROM_STDIN: Final = "-"
AT_HOME: Final = ("127.", "localhost:", "[::1]:", "unix:")


@dataclass(frozen=True, slots=True)
class Tls:
    """What a connection is secured with. Without a CA those count that everybody trusts."""

    ca: bytes | None = None
    certificate: bytes | None = None
    key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Destination:
    """An admin service: its address as it was given and as gRPC takes it, and how to prove who one is there."""

    address: str
    target: str
    token: Secret | None = None
    tls: Tls | None = None

    @property
    def is_at_home(self) -> bool:
        """Says whether the service is on this machine."""
        return self.target.startswith(AT_HOME)


def find_destination(
    options: Profile, named: str | None, environment: Mapping[str, str], book: ProfileBook
) -> Destination:
    """Takes each setting from the first that gives it: option, variable, profile, default.

    A profile that is `named` by an option counts before the variables, as an option does. Raises BadParameter.
    """
    chosen = environment.get(PROFILE_VARIABLE) or book.current
    layers = [options]
    if named:
        layers.append(book.find(named))
    layers.append(_of_variables(environment))
    if chosen and not named:
        layers.append(book.find(chosen))
    address = next((layer.admin for layer in layers if layer.admin), USUAL_ADDRESS)
    return Destination(
        address=address,
        target=_target(address),
        token=_token(layers, environment),
        tls=_tls(address, layers),
    )


def sendable_token(text: str, place: str) -> Secret:
    """Gives a token without the blanks around it. Raises BadParameter for what cannot be one, without showing it."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise typer.BadParameter(f"{place} holds no admin token: it is {'empty' if not token else 'no single word'}")
    return Secret(token)


def read_file(path: str, what: str) -> bytes:
    """Reads a file that is named in an option, a variable or a profile. Raises BadParameter."""
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{what} {path} cannot be read: {error.strerror}") from error


def _of_variables(environment: Mapping[str, str]) -> Profile:
    token = environment.get(TOKEN_VARIABLE, "")
    return Profile(
        admin=environment.get(ADDRESS_VARIABLE, ""),
        token=sendable_token(token, TOKEN_VARIABLE) if token else None,
        ca_file=environment.get(CA_VARIABLE, ""),
        cert_file=environment.get(CERT_VARIABLE, ""),
        key_file=environment.get(KEY_VARIABLE, ""),
    )


def _target(address: str) -> str:
    rest = address.removeprefix(SAFE).removeprefix(PLAIN).rstrip("/")
    if is_host_and_port(rest) or (rest == address and GRPC_TARGET.fullmatch(address)):
        return rest
    if address.startswith(SAFE) and is_host_and_port(f"{rest}:{SAFE_PORT}"):
        return f"{rest}:{SAFE_PORT}"
    raise typer.BadParameter(
        f"{address!r} is no address of an admin service: it must be `host:port`, `https://host:port` (TLS) or a gRPC "
        "target such as `dns:///weir-admin:50052`"
    )


def _token(layers: Sequence[Profile], environment: Mapping[str, str]) -> Secret | None:
    for layer in layers:
        if layer.token is not None:
            return sendable_token(layer.token.reveal(), "the profile")
        if layer.token_file == FROM_STDIN:
            return sendable_token(sys.stdin.read(), "stdin")
        if layer.token_file:
            text = read_file(layer.token_file, "the token file").decode("utf-8", "replace")
            return sendable_token(text, layer.token_file)
        if layer.token_env:
            return sendable_token(environment.get(layer.token_env, ""), layer.token_env)
    return None


def _tls(address: str, layers: Sequence[Profile]) -> Tls | None:
    ca = next((layer.ca_file for layer in layers if layer.ca_file), "")
    own = next((layer for layer in layers if layer.cert_file or layer.key_file), Profile())
    if bool(own.cert_file) != bool(own.key_file):
        raise typer.BadParameter("a certificate and its key go together: give --cert-file and --key-file")
    if not ca and not own.cert_file and not address.startswith(SAFE):
        return None
    if address.startswith(PLAIN):
        raise typer.BadParameter(f"{address} is without TLS, so files for TLS mean nothing: write {SAFE}")
    return Tls(
        ca=read_file(ca, "the CA file") if ca else None,
        certificate=read_file(own.cert_file, "the certificate") if own.cert_file else None,
        key=read_file(own.key_file, "the key") if own.key_file else None,
    )
