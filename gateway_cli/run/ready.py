"""Tells the operator that the gateway is ready: one line with every address, and what must be noted down now."""

from collections.abc import Mapping, Sequence

import orjson

from gateway_core.identity.bootstrap import Bootstrapped

KEEP = "shown once, keep it"


def ready_line(addresses: Mapping[str, str], *, log_format: str) -> str:
    """Writes the line that scripts wait for."""
    if log_format == "json":
        return orjson.dumps({"event": "ready", **addresses}).decode()
    return "weir is ready: " + ", ".join(f"{name} {address}" for name, address in addresses.items())


def issued_lines(issued: Bootstrapped, *, log_format: str) -> list[str]:
    """Writes the credentials made at this start, for the operator's eyes."""
    made = {"api_key": issued.api_key, "admin_token": issued.admin_token}
    fresh = {name: secret.reveal() for name, secret in made.items() if secret is not None}
    if log_format == "json":
        return [
            orjson.dumps({"event": "issued", "credential": name, "value": value}).decode()
            for name, value in fresh.items()
        ]
    return [f"{name.replace('_', ' ')} ({KEEP}): {value}" for name, value in fresh.items()]


def note_lines(notes: Sequence[str], *, log_format: str) -> list[str]:
    """Writes what the operator should know about the configuration."""
    if log_format == "json":
        return [orjson.dumps({"event": "note", "note": note}).decode() for note in notes]
    return list(notes)
