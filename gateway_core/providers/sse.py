"""Cuts the bytes of a server-sent event stream into events, by the rules of the HTML standard.

It knows no JSON and no provider. What only browsers need (`id`, `retry`) is read over.
"""

from typing import TypeAlias

LINE_LIMIT = 16 * 1024 * 1024
EVENT_LIMIT = 32 * 1024 * 1024

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LINE_FEED = b"\n"
CARRIAGE_RETURN = b"\r"
BLANK_LINE = b"\n\n"
PLAIN_START = b"data: "
PLAIN_START_LENGTH = len(PLAIN_START)
UNNAMED = "message"

Event: TypeAlias = tuple[str, bytes]
"""The type of an event, and its data as UTF-8 that may hold invalid bytes."""


class EventStream:
    """Gathers the bytes of one stream, cut anywhere. Memory stays bounded: `overflowed` says that a bound was hit."""

    def __init__(self, line_limit: int = LINE_LIMIT, event_limit: int = EVENT_LIMIT) -> None:
        """Takes how many bytes a line and the data of an event may have."""
        self.overflowed = False
        self._line_limit = line_limit
        self._event_limit = event_limit
        self._head: bytes | None = b""
        self._held = bytearray()
        self._after_carriage_return = False
        self._name = UNNAMED
        self._data: list[bytes] = []
        self._size = 0
        self._between_events = False

    def feed(self, data: bytes, /) -> list[Event]:
        """Takes the next bytes and gives the events they complete; after an overflow there are none any more."""
        if (
            self._between_events
            and data.find(LINE_FEED) == len(data) - 2
            and data.startswith(PLAIN_START)
            and data.endswith(BLANK_LINE)
            and CARRIAGE_RETURN not in data
            and len(data) <= self._line_limit
        ):
            return [(UNNAMED, data[PLAIN_START_LENGTH:-2])]
        events: list[Event] = []
        if self._head is not None:
            data = self._without_mark(self._head + data)
        if self.overflowed or not data:
            return events
        if self._after_carriage_return or CARRIAGE_RETURN in data or len(data) > self._line_limit:
            self._read_lines(data, events)
        else:
            self._read_blocks(data, events)
        return events

    def unfinished(self) -> Event | None:
        """Gives what would be an event if a blank line had come before the stream's end, and forgets it.

        The standard throws it away; only the reader of a protocol can tell whether it is whole.
        """
        if self.overflowed:
            return None
        events: list[Event] = []
        self._read_line(bytes(self._held), events)
        self._held.clear()
        self._read_line(b"", events)
        return events[0] if events else None

    def _without_mark(self, head: bytes) -> bytes:
        if len(head) < len(BYTE_ORDER_MARK) and BYTE_ORDER_MARK.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(BYTE_ORDER_MARK)

    def _read_blocks(self, data: bytes, events: list[Event]) -> None:
        """Takes bytes whose lines all end in LF: most blocks are one plain data line, and need no look at lines."""
        if not self._between_events:
            first, blank, data = data.partition(BLANK_LINE)
            self._read_lines(first + blank, events)
            if self.overflowed:
                return
        *blocks, rest = data.split(BLANK_LINE)
        for block in blocks:
            if block.startswith(PLAIN_START) and LINE_FEED not in block:
                events.append((UNNAMED, block[PLAIN_START_LENGTH:]))
            else:
                self._read_lines(block + BLANK_LINE, events)
                if self.overflowed:
                    return
        if rest:
            self._read_lines(rest, events)

    def _read_lines(self, data: bytes, events: list[Event]) -> None:
        if self._after_carriage_return:
            data = data.removeprefix(LINE_FEED)
            self._after_carriage_return = False
        if CARRIAGE_RETURN in data:
            self._after_carriage_return = data.endswith(CARRIAGE_RETURN)
            data = data.replace(b"\r\n", LINE_FEED).replace(CARRIAGE_RETURN, LINE_FEED)
        first, *lines = data.split(LINE_FEED)
        self._held += first
        if lines:
            self._read_line(bytes(self._held), events)
            self._held[:] = lines.pop()
            for line in lines:
                self._read_line(line, events)
        if len(self._held) > self._line_limit:
            self._overflow()
        waiting = self._held or self._data or self._after_carriage_return or self._name != UNNAMED
        self._between_events = not (waiting or self.overflowed)

    def _read_line(self, line: bytes, events: list[Event]) -> None:
        if not line:
            if self._data and not self.overflowed:
                events.append((self._name, LINE_FEED.join(self._data)))
            self._forget_event()
        elif len(line) > self._line_limit:
            self._overflow()
        elif line.startswith(b"data:") or line == b"data":
            self._add(_value(line))
        elif line.startswith(b"event:") or line == b"event":
            self._name = _value(line).decode(errors="replace") or UNNAMED

    def _add(self, value: bytes) -> None:
        self._data.append(value)
        self._size += len(value) + 1
        if self._size > self._event_limit:
            self._overflow()

    def _forget_event(self) -> None:
        self._name = UNNAMED
        self._data = []
        self._size = 0

    def _overflow(self) -> None:
        self.overflowed = True
        self._held.clear()
        self._forget_event()


def _value(line: bytes) -> bytes:
    return line.partition(b":")[2].removeprefix(b" ")
