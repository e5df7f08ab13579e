"""Profiles: gateways one administers, kept by name in a YAML file that only its owner may read. It dials none."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import typer
import yaml

from gateway_core.records.secret import Secret

VARIABLE: Final = "WEIR_PROFILES"
USUAL_PLACE: Final = "~/.config/weir/profiles.yaml"


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a gateway is and how to prove who one is; what is empty is not said. The token is in one place at most."""

    admin: str = ""
    token: Secret | None = None
    token_file: str = ""
    token_env: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class ProfileBook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """All profiles, and which one is used when none is asked for."""

    current: str = ""
    profiles: dict[str, Profile] = msgspec.field(default_factory=dict)

    def find(self, name: str) -> Profile:
        """Gives a profile. Raises BadParameter if there is none of that name."""
        if name not in self.profiles:
            known = f"there are {', '.join(sorted(self.profiles))}" if self.profiles else "there are none"
            raise typer.BadParameter(f"there is no profile {name}: {known}; `weir profiles set` makes one")
        return self.profiles[name]


def place_of(environment: Mapping[str, str]) -> Path:
    """Says where the file is."""
    return Path(environment.get(VARIABLE) or USUAL_PLACE).expanduser()


def read_book(path: Path) -> ProfileBook:
    """Reads the file; one that does not exist holds no profiles. Raises BadParameter for one that cannot be read."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return msgspec.convert({} if content is None else content, ProfileBook, dec_hook=_secret_of)
    except FileNotFoundError:
        return ProfileBook()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} is no YAML") from error
    except msgspec.ValidationError as error:
        raise typer.BadParameter(f"{path}: {error}") from error


def write_book(path: Path, book: ProfileBook) -> None:
    """Writes the file whole or not at all, for its owner alone. Raises BadParameter if that is not possible."""
    text = yaml.safe_dump(msgspec.to_builtins(book, enc_hook=_reveal), sort_keys=False, allow_unicode=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, fresh = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            Path(fresh).replace(path)
        except OSError:
            Path(fresh).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from error


def _secret_of(wanted: type, given: object) -> Secret:
    if wanted is not Secret or not isinstance(given, str):
        raise TypeError("a token must be text")
    return Secret(given)


def _reveal(value: Any) -> str:  # noqa: ANN401 -- msgspec hands over whatever it does not know
    if not isinstance(value, Secret):
        raise TypeError("only secrets need help to be written")
    return value.reveal()
