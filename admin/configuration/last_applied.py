"""What was applied last, as a setting of its own: without it nobody could tell drift from a change of the file.

It holds no secret, only fingerprints of secrets under a pepper.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import orjson

from admin.configuration.declared import Declared
from admin.configuration.entries import Entry, Fields
from gateway_core.identity.peppers import Pepper
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Where
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Changing, Reading

NAME = "applied-file"
BY_FILE = "file"
PURPOSE = b"weir declared secret\n"


@dataclass(frozen=True, slots=True)
class LastApplied:
    """The fields of every record that was declared, by its key.

    `found` holds the keys of those that the environment declared and no file. `started` stands for what a process
    declared when it started last.
    """

    entries: Mapping[str, Fields] = field(default_factory=dict)
    found: frozenset[str] = frozenset()
    started: str = ""


class _Document(msgspec.Struct):
    entries: dict[str, dict[str, object]]
    found: list[str] = []  # msgspec copies it
    started: str = ""


async def read_last_applied(reading: Reading) -> tuple[LastApplied | None, Versioned[Setting] | None]:
    """Gives what was applied last, and the record that says so; nothing before the first time. Raises StorageError."""
    record = await reading.settings.find(Where("name", "=", NAME))
    if record is None:
        return None, None
    try:
        read = msgspec.json.decode(record.value.value, type=_Document)
    except msgspec.DecodeError as error:
        raise StorageError(
            f"the setting `{NAME}` cannot be read: {error}; delete it, and apply the file again"
        ) from error
    return LastApplied(read.entries, frozenset(read.found), read.started), record  # type: ignore[arg-type] # JSON as it was written


async def keep_last_applied(change: Changing, applied: LastApplied, record: Versioned[Setting] | None) -> None:
    """Writes what was applied now."""
    document = {"entries": applied.entries, "found": sorted(applied.found), "started": applied.started}
    setting = Setting(NAME, orjson.dumps(document, option=orjson.OPT_SORT_KEYS).decode())
    if record is None:
        await change.settings.create(setting, managed_by=BY_FILE)
    else:
        await change.settings.update(record.uid, setting)


def fingerprints(pepper: Pepper) -> Callable[[Secret], str]:
    """Gives what tells whether a secret is another one, and tells nobody which."""
    return lambda secret: hmac.digest(pepper.reveal(), PURPOSE + secret.reveal().encode(), hashlib.sha256).hex()


def digest_of(entries: Mapping[str, Entry], declared: Declared) -> str:
    """Gives what stands for a whole declaration."""
    fields = {key: entry.fields for key, entry in entries.items()}
    document = [fields, sorted(declared.found), declared.has_file, declared.has_environment]
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
