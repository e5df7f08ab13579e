"""Checks that the master key is there, and that it opens what the database holds."""

from collections.abc import Iterator

from gateway_cli.database.stored import Stored
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine
from gateway_core.secrets_at_rest.envelope import unseal
from gateway_core.secrets_at_rest.master_key import MasterKeys, read_master_keys
from gateway_core.secrets_at_rest.master_key_file import FILE, read_master_key_file
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from gateway_core.settings import CoreSettings

SUBJECT = "master key"
LOST = "give the key that WEIR_MASTER_KEY or the data directory had before; without it the secrets are lost"


def check_master_key(case: Case) -> Iterator[Finding]:
    """Finds the keys as a start would, but makes none."""
    if case.configuration is None:
        return
    try:
        keys = known_master_keys(case.configuration.core)
        yield from _without_keys(case) if keys is None else _with_keys(case, keys)
    except SecretsError as error:
        yield broken(SUBJECT, str(error), LOST)


def known_master_keys(settings: CoreSettings) -> MasterKeys | None:
    """Gives the master keys of the settings or of the file, if there are any. Raises SecretsError."""
    if settings.master_key is not None:
        return read_master_keys(settings.master_key.reveal())
    return read_master_key_file(settings.data_dir / FILE)


def _without_keys(case: Case) -> Iterator[Finding]:
    if case.stored is not None and case.stored.secrets_by_key:
        yield broken(SUBJECT, "there is none, and the database holds secrets that are sealed with one", LOST)
    elif case.stored is None and not case.is_new:
        yield doubtful(SUBJECT, "there is none, and the database was not read")
    else:
        yield fine(SUBJECT, "there is none yet; the first start makes one")


def _with_keys(case: Case, keys: MasterKeys) -> Iterator[Finding]:
    stored = case.stored
    if stored is None:
        tried = "there is nothing yet that it should open" if case.is_new else "not tried, the database was not read"
        yield fine(SUBJECT, f"{keys.current.key_id}; {tried}")
        return
    damaged = _try(stored, keys)
    left = sum(stored.secrets_by_key.values()) - stored.secrets_by_key.get(keys.current.key_id, 0)
    if damaged:
        owners = ", ".join(damaged)
        yield broken(SUBJECT, f"sealed secrets do not open: {owners}", "set them anew, or restore a backup")
    elif left:
        yield doubtful(SUBJECT, f"{left} secrets are under an older key still", "weir secrets rotate")
    else:
        yield fine(SUBJECT, f"{keys.current.key_id} opens everything, the canary too")


def _try(stored: Stored, keys: MasterKeys) -> list[str]:
    """Gives whose secrets do not open. Raises WrongMasterKey where a key is missing."""
    for key_id in stored.secrets_by_key:
        keys.find(key_id)
    damaged = []
    for sealed in (*([stored.canary] if stored.canary else []), *stored.sealed.values()):
        try:
            unseal(keys, sealed)
        except SecretsError:
            damaged.append(sealed.owner)
    return damaged
