"""Checks that a gateway that runs shows its metrics."""

from collections.abc import Iterator

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, doubtful, fine
from gateway_cli.doctor.listeners import obstacle_at
from gateway_cli.doctor.who_listens import count_metrics

SUBJECT = "metrics"


def check_metrics(case: Case) -> Iterator[Finding]:
    """Reads the page, if somebody serves it."""
    if case.configuration is None:
        return
    listen = case.configuration.process.metrics_listen
    if listen is None:
        yield doubtful(SUBJECT, "they are switched off", "set WEIR_METRICS_LISTEN for Prometheus to find them")
    elif obstacle_at(listen) is None:
        yield fine(SUBJECT, f"no gateway runs that shows any at {listen}")
    else:
        samples = count_metrics(listen)
        told = f"http://{listen}/metrics shows {samples} samples"
        yield fine(SUBJECT, told) if samples else doubtful(SUBJECT, told, "see what serves that address")
