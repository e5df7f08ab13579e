"""Reads events out of a stream's bytes, by the rules of Server-Sent Events. It does not look into their data."""

import re

LINE_END = re.compile(rb"\r\n|\n|\r(?=[^\n])")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_EVENT = 32 * 1024 * 1024


class EventTooLong(Exception):
    """An event does not end within the bound, so it is none."""


class EventReader:
    """Takes bytes, cut anywhere, and gives the data of each event that they complete."""

    def __init__(self) -> None:
        """Starts before the first byte."""
        self._buffer = bytearray()
        self._searched = 0
        self._at_start = True
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[str]:
        """Gives the data of the events that are complete now; raises EventTooLong."""
        self._buffer += data
        if self._at_start and BYTE_ORDER_MARK.startswith(self._buffer[: len(BYTE_ORDER_MARK)]):
            if len(self._buffer) < len(BYTE_ORDER_MARK):
                return []
            del self._buffer[: len(BYTE_ORDER_MARK)]
        self._at_start = False
        events = [event for line in self._lines() for event in self._take(line)]
        if self._size + len(self._buffer) > LONGEST_EVENT:
            raise EventTooLong
        return events

    def _lines(self) -> list[bytes]:
        lines, start = [], 0
        for end in [match.span() for match in LINE_END.finditer(self._buffer, self._searched)]:
            lines.append(bytes(self._buffer[start : end[0]]))
            start = end[1]
        del self._buffer[:start]
        self._searched = max(len(self._buffer) - 1, 0)
        return lines

    def _take(self, line: bytes) -> list[str]:
        if not line:
            event = [b"\n".join(self._data).decode("utf-8", "replace")] if self._data else []
            self._data, self._size = [], 0
            return event
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" "))
            self._size += len(value)
        return []
