"""Tells the operator what must be noted down now, and then that the gateway is ready: one line with every address."""

from collections.abc import Callable, Mapping, Sequence

import orjson

from gateway_cli.run.issued import Issued

Say = Callable[[str], None]


def show_issued(say: Say, issued: Sequence[Issued], *, log_format: str) -> None:
    """Shows credentials the moment they exist: a start that fails afterwards must not lose them."""
    for one in issued:
        say(issued_line(one.credential, one.secret.reveal(), as_json=log_format == "json"))


def announce(say: Say, addresses: Mapping[str, str], *, log_format: str) -> None:
    """Says the line that scripts wait for."""
    say(ready_line(addresses, as_json=log_format == "json"))


def issued_line(name: str, value: str, *, as_json: bool) -> str:
    """Writes a credential that is shown this once."""
    if as_json:
        return orjson.dumps({"event": "issued", "credential": name, "value": value}).decode()
    words = name if "/" in name else name.replace("_", " ")
    return f"{words} (shown once, keep it): {value}"


def ready_line(addresses: Mapping[str, str], *, as_json: bool) -> str:
    """Writes the ready line."""
    if as_json:
        return orjson.dumps({"event": "ready", **addresses}).decode()
    return "weir is ready: " + ", ".join(f"{name} {address}" for name, address in addresses.items())
