"""Credentials as the contract shows them, and back. A secret is checked and hidden at once, and never shown."""

import re
from typing import Final

from admin.conduct.etags import etag_of
from admin.conduct.names import CREDENTIAL
from admin.conduct.violations import Violations
from admin.translation.references import read_weight
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.secret import Secret
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import credential_pb2

MUTABLE: Final = frozenset(("disabled", "weight"))
SENDABLE: Final = re.compile(r"[!-~]{1,8192}")
LONG_ENOUGH_TO_SHOW: Final = 16
SHOWN: Final = 4


def show_credential(record: Versioned[StoredCredential], provider: str) -> credential_pb2.Credential:
    """Writes a credential of the provider with this id."""
    value = record.value
    return credential_pb2.Credential(
        name=CREDENTIAL.write(provider, value.name),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        etag=etag_of(record),
        disabled=value.disabled,
        weight=value.weight,
        hint=value.hint,
    )


def read_credential(
    shown: credential_pb2.Credential, provider_uid: str, name: str, hint: str, violations: Violations
) -> StoredCredential:
    """Reads what a credential is to be, but for its secret."""
    return StoredCredential(
        provider_uid=provider_uid,
        name=name,
        hint=hint,
        weight=read_weight(shown.weight, "credential.weight", violations),
        disabled=shown.disabled,
    )


def read_secret(given: str, violations: Violations) -> Secret:
    """Takes a secret in. What is wrong with it is said without showing any of it."""
    if not given:
        violations.note("secret", "is required")
    elif not SENDABLE.fullmatch(given):
        violations.note("secret", "must be 1 to 8192 printable ASCII characters without spaces")
    return Secret(given)


def hint_of(secret: Secret) -> str:
    """Gives the end of a secret, by which people tell it from others; of a short one, nothing."""
    value = secret.reveal()
    return value[-SHOWN:] if len(value) >= LONG_ENOUGH_TO_SHOW else ""
