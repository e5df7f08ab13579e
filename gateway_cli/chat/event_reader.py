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
        self._rest = b""
        self._at_start = True
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[str]:
        """Gives the data of the events that are complete now; raises EventTooLong."""
        self._rest += data
        if self._at_start:
            if len(self._rest) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(self._rest):
                return []
            self._rest = self._rest.removeprefix(BYTE_ORDER_MARK)
            self._at_start = False
        *lines, self._rest = LINE_END.split(self._rest)
        events = [event for line in lines for event in self._take(line)]
        if self._size + len(self._rest) > LONGEST_EVENT:
            raise EventTooLong
        return events

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
