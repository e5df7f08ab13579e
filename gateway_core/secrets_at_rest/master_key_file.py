"""The file that holds the master keys where no setting gives them. It is made once, whole, or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

from gateway_core.secrets_at_rest.master_key import KEY_BYTES, MasterKeys, read_master_keys, write_master_key
from gateway_core.secrets_at_rest.secrets_error import BadMasterKey, SecretsError

FILE = "master.key"
OWNER_ONLY = 0o600
NAME_BYTES = 6


def read_master_key_file(path: Path) -> MasterKeys | None:
    """Gives the keys in a file, or `None` if there is no such file."""
    try:
        return read_master_keys(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SecretsError(f"cannot read the master key: {error.strerror} ({path})") from error
    except (BadMasterKey, UnicodeDecodeError) as error:
        raise BadMasterKey(f"{path} is damaged: it must hold master keys; restore it from a backup") from error


def make_master_key_file(path: Path, randomness: Callable[[int], bytes]) -> MasterKeys:
    """Writes a new key for the owner's eyes only; it is on the disk when this returns.

    Of several processes that do this at once, one makes the key and all get that one.
    """
    unfinished = path.with_name(f"{path.name}.{randomness(NAME_BYTES).hex()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(unfinished, write_master_key(randomness(KEY_BYTES)))
        try:
            path.hardlink_to(unfinished)
        except FileExistsError:
            pass
        finally:
            unfinished.unlink()
        _settle(path.parent)
    except OSError as error:
        raise SecretsError(f"cannot keep the master key: {error.strerror} ({path})") from error
    keys = read_master_key_file(path)
    if keys is None:
        raise SecretsError(f"{path} was taken away while it was made")
    return keys


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
