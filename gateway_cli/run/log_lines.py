"""Writes log records as lines: JSON objects, or a readable head with the facts as JSON behind it."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import BinaryIO, TextIO

import orjson

STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}


class JsonLines(logging.Formatter):
    """One JSON object a line, with every fact of the record."""

    def format(self, record: logging.LogRecord) -> str:
        """Writes one record."""
        line: dict[str, object] = {
            "time": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update(facts_of(record))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return as_json(line)


class TextLines(logging.Formatter):
    """Time, level and event for people, the facts behind them as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Writes one record."""
        facts = facts_of(record)
        line = f"{moment(record)} {record.levelname:7} {record.getMessage()}"
        if facts:
            line = f"{line} {as_json(facts)}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class LineWriter:
    """Writes the access log: the same lines, without the cost of a log record."""

    def __init__(self, stream: BinaryIO, *, log_format: str) -> None:
        """Takes where the bytes go; each line is flushed, so that nothing is lost."""
        self._stream = stream
        self._as_json = log_format == "json"

    def write(self, event: str, facts: Mapping[str, object], /) -> None:
        """Writes one line."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        if self._as_json:
            line = orjson.dumps({"time": time, "level": "INFO", "logger": "weir.access", "event": event, **facts})
        else:
            line = f"{time} INFO    {event} ".encode() + orjson.dumps(facts)
        self._stream.write(line + b"\n")
        self._stream.flush()


class NoLines:
    """Keeps the access log silent, when only warnings and worse are wanted."""

    def write(self, event: str, facts: Mapping[str, object], /) -> None:
        """Writes nothing."""


def facts_of(record: logging.LogRecord) -> dict[str, object]:
    """Gives what was logged with the event, without what is empty."""
    return {key: value for key, value in record.__dict__.items() if key not in STANDARD and value not in ("", None)}


def moment(record: logging.LogRecord) -> str:
    """Writes when it happened, in UTC to the millisecond."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def as_json(value: object) -> str:
    """Writes JSON, and what JSON does not know as text."""
    return orjson.dumps(value, default=str).decode()


def configure(stream: TextIO, *, level: str, log_format: str) -> None:
    """Sends every logger's lines of this level and above to the stream.

    What no line shows (caller, threads, processes) is not looked up either: that would be most of a line's cost.
    """
    logging._srcfile = None  # noqa: SLF001 # the documented switch has no public name
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    destination = logging.StreamHandler(stream)
    destination.setFormatter(JsonLines() if log_format == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [destination]
    root.setLevel(level.upper())
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    # The facade tells of its faults itself; to uvicorn even a request that ends with the server is one.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
