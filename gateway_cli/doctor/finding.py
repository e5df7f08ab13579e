"""What a check finds: how bad it is, what it is about, and what to do. It never holds a secret."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what the doctor says. `advice` is empty where nothing has to be done."""

    state: State
    subject: str
    sentence: str
    advice: str = ""


def fine(subject: str, sentence: str) -> Finding:
    """Says that something is as it should be."""
    return Finding(State.OK, subject, sentence)


def doubtful(subject: str, sentence: str, advice: str = "") -> Finding:
    """Says that something works, and may not be what is wanted, or not for long."""
    return Finding(State.WARN, subject, sentence, advice)


def broken(subject: str, sentence: str, advice: str) -> Finding:
    """Says that something keeps the gateway from serving as it should."""
    return Finding(State.FAIL, subject, sentence, advice)
