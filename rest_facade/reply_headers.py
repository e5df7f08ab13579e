"""What a reply's headers tell about the call behind it. It takes names from outside and makes them harmless."""

from typing import Final, TypeAlias
from urllib.parse import quote

from weir.v1.call_summary_pb2 import CallSummary, Cost

Header: TypeAlias = tuple[bytes, bytes]

NANO: Final = 1_000_000_000
LONGEST_VALUE: Final = 512
PRINTABLE: Final = "".join(map(chr, range(0x21, 0x7F)))


def header_text(value: str) -> str:
    """Percent-encodes what must not stand in a header: control characters, line ends, anything but ASCII."""
    if value.isascii() and value.isprintable():
        return value[:LONGEST_VALUE]
    return quote(value[:LONGEST_VALUE], safe=PRINTABLE, errors="replace")


def header_value(value: str) -> bytes:
    """Encodes a text from outside for a header."""
    return header_text(value).encode("ascii")


def dollars(nano_usd: int) -> str:
    """Writes billionths of a dollar as an exact decimal without needless zeros."""
    sign = "-" if nano_usd < 0 else ""
    whole, rest = divmod(abs(nano_usd), NANO)
    return f"{sign}{whole}.{rest:09d}".rstrip("0").rstrip(".")


def cost_text(cost: Cost) -> str | None:
    """Writes a cost in dollars; None if it is not known."""
    return dollars(cost.nano_usd) if cost.priced else None


def core_overhead(summary: CallSummary) -> float:
    """Gives the seconds the core spent on a call besides waiting for providers."""
    spent, waited = summary.duration, summary.provider_duration
    return (spent.seconds - waited.seconds) + (spent.nanos - waited.nanos) / NANO


def summary_headers(summary: CallSummary) -> list[Header]:
    """Tells who answered, after how many attempts, and at what price."""
    attempts = summary.attempts
    count = len(attempts)
    headers = [
        (b"x-weir-model", header_value(summary.model)),
        (b"x-weir-attempts", b"%d" % count),
    ]
    if count:
        headers.append((b"x-weir-provider", header_value(attempts[count - 1].provider)))
    cost = cost_text(summary.cost)
    if cost is not None:
        headers.append((b"x-weir-cost-usd", cost.encode("ascii")))
    return headers
