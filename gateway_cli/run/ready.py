"""Tells the operator that the gateway is ready: one line with every address, after what must be noted down now."""

from collections.abc import Callable, Mapping

import orjson

from gateway_core.identity.bootstrap import Bootstrapped

Say = Callable[[str], None]


def announce(say: Say, issued: Bootstrapped, addresses: Mapping[str, str | None], *, log_format: str) -> None:
    """Shows the credentials made at this start, then the line that scripts wait for."""
    as_json = log_format == "json"
    for name, secret in (("api_key", issued.api_key), ("admin_token", issued.admin_token)):
        if secret is not None:
            say(issued_line(name, secret.reveal(), as_json=as_json))
    say(ready_line({name: address for name, address in addresses.items() if address}, as_json=as_json))


def issued_line(name: str, value: str, *, as_json: bool) -> str:
    """Writes a credential that is shown this once."""
    if as_json:
        return orjson.dumps({"event": "issued", "credential": name, "value": value}).decode()
    return f"{name.replace('_', ' ')} (shown once, keep it): {value}"


def ready_line(addresses: Mapping[str, str], *, as_json: bool) -> str:
    """Writes the ready line."""
    if as_json:
        return orjson.dumps({"event": "ready", **addresses}).decode()
    return "weir is ready: " + ", ".join(f"{name} {address}" for name, address in addresses.items())
