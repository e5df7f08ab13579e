"""Finds the credential in a call's metadata. It does not know which credentials are good, and never repeats one."""

from collections.abc import Sequence

from gateway_core.errors import ApiKeyInvalid, InvalidRequest

MAX_CREDENTIAL_LENGTH = 4096

AUTHORIZATION = "authorization"
PLACES = frozenset((AUTHORIZATION, "x-api-key", "x-goog-api-key"))
HOW_TO_SEND = "send an API key as `authorization: Bearer <key>` or as `x-api-key: <key>`"


def credential_from(metadata: Sequence[tuple[str, str | bytes]]) -> str:
    """Gives the one credential the caller sent; the same one in several places counts once.

    Raises ApiKeyInvalid if there is none or it is malformed, and InvalidRequest if two of them differ: picking
    one would be guessing who calls.
    """
    found = ""
    for name, value in metadata:
        if name in PLACES:
            credential = _read(name, value)
            if found and credential and credential != found:
                raise InvalidRequest.at(AUTHORIZATION, "the call carries two different credentials; send one")
            found = credential or found
    if not found:
        raise ApiKeyInvalid(f"the call carries no credential: {HOW_TO_SEND}")
    return found


def _read(name: str, value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("latin-1")
    if len(text) > MAX_CREDENTIAL_LENGTH:
        raise ApiKeyInvalid(f"the credential in `{name}` is longer than {MAX_CREDENTIAL_LENGTH} bytes")
    if name == AUTHORIZATION:
        scheme, _, text = text.strip().partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise ApiKeyInvalid(f"`{AUTHORIZATION}` does not hold a bearer credential: {HOW_TO_SEND}")
    credential = text.strip()
    if " " in credential or not credential.isascii() or not credential.isprintable():
        raise ApiKeyInvalid(f"the credential in `{name}` holds characters that no key has: {HOW_TO_SEND}")
    return credential
