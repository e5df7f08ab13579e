"""Finds the configuration file and reads it. It is the only part of the configuration that touches the disk."""

from collections.abc import Mapping
from pathlib import Path

from admin.configuration.problem import ConfigurationRefused, Problem
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.loading import load
from gateway_cli.configuration.variables import CONFIG

USUAL_NAME = "weir.yaml"


def find_file(given: Path | None, environment: Mapping[str, str], folder: Path) -> Path | None:
    """Chooses the file: the one given, else the one of WEIR_CONFIG, else `weir.yaml` in the folder if there is one."""
    if given is not None:
        return given
    named = environment.get(CONFIG)
    if named:
        return Path(named)
    usual = folder / USUAL_NAME
    return usual if usual.is_file() else None


def load_file(path: Path | None, environment: Mapping[str, str]) -> Configuration:
    """Reads the configuration from a file, or from the environment alone if there is none.

    Raises ConfigurationRefused, also if the file cannot be read.
    """
    return load(None, "", environment) if path is None else load(_read(path), str(path), environment)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        sentence = f"cannot be read: {(error.strerror or 'no reason is known').lower()}"
        raise ConfigurationRefused((Problem(str(path), None, "", sentence),)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationRefused((Problem(str(path), line, "", "is not UTF-8"),)) from error
