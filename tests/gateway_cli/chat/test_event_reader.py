"""Events come out of a stream whole, however its bytes are cut."""

import pytest

from gateway_cli.chat.event_reader import LONGEST_EVENT, EventReader, EventTooLong

STREAMS = [
    (b"data: a\n\n", ["a"]),
    (b"data:a\r\rdata: b\r\n\r\n", ["a", "b"]),
    (b"\xef\xbb\xbfdata: a\n\n", ["a"]),
    (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
    (b": c\n\ndata: a\ndata\ndata:  b\n\n", ["a\n\n b"]),
    (b"event: e\n\ndata: x\n\n", ["x"]),
    (b"data: x\n", []),
    (b"data: x", []),
    (b"data:\n\n", [""]),
    (b"foo: 1\nData: x\n\n", []),
    ('data: {"t":"\u2028\x85\u00e9\U0001f600"}\n\n'.encode(), ['{"t":"\u2028\x85\u00e9\U0001f600"}']),
    (b"data: \xff\n\n", ["\ufffd"]),
    (b"data: a\r\n\r\n\r\n\r\n", ["a"]),
    (b"data: a\n\n: ping\n\ndata: [DONE]\n\n", ["a", "[DONE]"]),
]


@pytest.mark.parametrize(("stream", "expected"), STREAMS)
def test_events_do_not_depend_on_how_their_bytes_are_cut(stream: bytes, expected: list[str]) -> None:
    for first in range(len(stream) + 1):
        for second in range(first, len(stream) + 1):
            reader = EventReader()
            pieces = (stream[:first], stream[first:second], stream[second:])
            assert [event for piece in pieces for event in reader.feed(piece)] == expected


def test_an_event_without_end_is_given_up() -> None:
    with pytest.raises(EventTooLong):
        EventReader().feed(b"data: " + b"x" * LONGEST_EVENT)


def test_an_event_of_endless_lines_is_given_up() -> None:
    reader = EventReader()
    line = b"data: " + b"x" * (LONGEST_EVENT // 4) + b"\n"
    for _ in range(3):
        assert reader.feed(line) == []
    with pytest.raises(EventTooLong):
        reader.feed(line)
