"""Checks this machine's clock against those that the other checks saw: keys expire and prices change by it."""

from collections.abc import Iterator

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, doubtful, fine

SUBJECT = "clock"
TOLERATED = 5.0


def check_clock(case: Case) -> Iterator[Finding]:
    """Compares with each clock that there is one reading of."""
    seen: dict[str, float] = {}
    for reading in case.clocks:
        seen.setdefault(reading.whose, (reading.ours - reading.theirs).total_seconds())
    wrong = {whose: seconds for whose, seconds in seen.items() if abs(seconds) > TOLERATED}
    for whose, seconds in wrong.items():
        direction = "ahead of" if seconds > 0 else "behind"
        yield doubtful(SUBJECT, f"{abs(seconds):.0f} s {direction} {whose}", "let NTP set the clock of both")
    if not seen:
        yield fine(SUBJECT, "there is no other clock to compare it with")
    elif not wrong:
        yield fine(SUBJECT, f"agrees with {', '.join(seen)}")
