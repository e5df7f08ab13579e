"""The event stream parser, by the rules of the HTML standard."""

import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.providers.sse import Event, EventStream

VECTORS: list[tuple[bytes, list[Event]]] = [
    (b"data: a\n\n", [("message", b"a")]),
    (b"data:a\r\rdata: b\r\n\r\n", [("message", b"a"), ("message", b"b")]),
    (b"\xef\xbb\xbfdata: a\n\n", [("message", b"a")]),
    (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", []),
    (b"\n\xef\xbb\xbfdata: a\n\n", []),
    (b": c\n\ndata: a\ndata\ndata:  b\n\n", [("message", b"a\n\n b")]),
    (b"event: e\n\ndata: x\n\n", [("message", b"x")]),
    (b"event: e\nid: 7\ndata: x\n\ndata: y\n\n", [("e", b"x"), ("message", b"y")]),
    (b"event: e\nevent\ndata: x\n\n", [("message", b"x")]),
    (b"event: \xff\ndata: x\n\n", [("\ufffd", b"x")]),
    (b"data: x\n", []),
    (b"data: x", []),
    (b"data:\n\n", [("message", b"")]),
    (b"foo: 1\nData: x\n\n", []),
    (b"datax: 1\neventx: 2\n\n", []),
    ('data: {"t":"\u2028\u0085\u00e9\U0001f600"}\n\n'.encode(), [("message", '{"t":"\u2028\u0085é😀"}'.encode())]),
    (b"retry: 1x\nretry: 3000\ndata: [DONE]\n\n", [("message", b"[DONE]")]),
    (b"data: a\r\n\r\n\r\n\r\n", [("message", b"a")]),
    (b"id: 1\x002\ndata: a\n\n", [("message", b"a")]),
    (b"data: a\n\n\n\ndata: b\n\n", [("message", b"a"), ("message", b"b")]),
    (b"data:\ta\n\ndata: a\x0b\x0c\x1c\x1d\x1e\n\n", [("message", b"\ta"), ("message", b"a\x0b\x0c\x1c\x1d\x1e")]),
    (b"data: a\n\ndata: b\n\n: c\n\ndata: d", [("message", b"a"), ("message", b"b")]),
]


def parse(*pieces: bytes) -> list[Event]:
    stream = EventStream()
    return [event for piece in pieces for event in stream.feed(piece)]


def parse_plainly(data: bytes) -> list[Event]:
    """Reads the rules once more, as slowly as they are written."""
    events: list[Event] = []
    name = "message"
    lines: list[bytes] = []
    *whole, _ = re.split(rb"\r\n|\r|\n", data.removeprefix(b"\xef\xbb\xbf"))
    for line in whole:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            if lines:
                events.append((name, b"\n".join(lines)))
            name, lines = "message", []
        elif field == b"data":
            lines.append(value)
        elif field == b"event":
            name = value.decode(errors="replace") or "message"
    return events


@pytest.mark.parametrize(("data", "events"), VECTORS)
def test_a_stream_gives_the_same_events_wherever_it_is_cut(data: bytes, events: list[Event]) -> None:
    assert parse(data) == events
    assert parse(*(data[index : index + 1] for index in range(len(data)))) == events
    for first, second in combinations(range(len(data) + 1), 2):
        assert parse(data[:first], data[first:second], data[second:]) == events


@given(
    st.lists(
        st.sampled_from(
            [
                b"data: a",
                b"data:b",
                b"data",
                b"event: e",
                b": c",
                b"id: 1",
                b"x",
                b"\n",
                b"\n\n",
                b"\r",
                b"\r\n",
                b"\xef",
            ]
        ),
        max_size=24,
    ),
    st.lists(st.integers(0, 120), max_size=6),
)
def test_any_mixture_of_lines_and_cuts_is_read_by_the_rules(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    edges = [0, *sorted(cut for cut in cuts if cut < len(data)), len(data)]
    assert parse(*(data[start:end] for start, end in pairwise(edges))) == parse_plainly(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_by_the_rules(data: bytes) -> None:
    assert parse(data) == parse_plainly(data)


def test_bytes_that_are_no_text_reach_the_reader_as_they_are() -> None:
    assert parse(b"data: \xff\xfe\n\n") == [("message", b"\xff\xfe")]


@pytest.mark.parametrize(
    ("data", "event"),
    [
        (b"data: x", ("message", b"x")),
        (b"data: x\n", ("message", b"x")),
        (b"event: e\ndata: x\ndata: y\r", ("e", b"x\ny")),
        (b"data: x\n\n", None),
        (b"event: e\n", None),
        (b": comment", None),
        (b"", None),
    ],
)
def test_what_is_left_at_the_end_is_given_on_request(data: bytes, event: Event | None) -> None:
    stream = EventStream()
    stream.feed(data)
    assert stream.unfinished() == event
    assert stream.unfinished() is None


LONG = b"data: " + b"x" * 20


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([b"data: ok\n\n" + LONG + b"\n\ndata: late\n\n"], id="a line in one piece"),
        pytest.param([b"data: ok\n\n", LONG + b"\n\n", b"data: late\n\n"], id="a line alone"),
        pytest.param([b"data: ok\n\n" + LONG[:8], *[b"x"] * 20, b"\n\ndata: late\n\n"], id="a line byte by byte"),
        pytest.param([b"data: ok\n\n", b"data: a\n" * 20, b"\ndata: late\n\n"], id="an event of many lines"),
        pytest.param([b"data: ok\n\ndata\n", b"data\n" * 40, b"\n\ndata: late\n\n"], id="an event of empty lines"),
        pytest.param(
            [b"data: ok\n\ndata: " + b"x" * 9 + b"\n", b"data:aaaa\ndata:aaaa\ndata:aaaaa\ndata:a\n\ndata: l\n\n"]
        ),
    ],
)
def test_a_stream_beyond_its_bounds_gives_what_came_before_and_nothing_after(pieces: list[bytes]) -> None:
    stream = EventStream(line_limit=16, event_limit=24)
    assert [event for piece in pieces for event in stream.feed(piece)] == [("message", b"ok")]
    assert stream.overflowed
    assert stream.feed(b"data: later\n\n") == []
    assert stream.unfinished() is None


def test_a_stream_of_many_small_events_stays_within_its_bounds() -> None:
    stream = EventStream(line_limit=16, event_limit=24)
    assert stream.feed(b"data: a\n\n" * 100) == [("message", b"a")] * 100
    assert stream.feed(b"data: 0123456789\n\n") == [("message", b"0123456789")]
    assert not stream.overflowed


def test_an_event_beyond_its_bound_hides_the_events_behind_it() -> None:
    stream = EventStream(line_limit=100, event_limit=4)
    assert stream.feed(b"data: a\n\n") == [("message", b"a")]
    assert stream.feed(b"data: b\n\ndata: a\ndata: b\ndata: c\n\ndata: d\n\n") == [("message", b"b")]
    assert stream.overflowed


def test_an_unfinished_event_beyond_its_bound_is_not_given() -> None:
    stream = EventStream(line_limit=16, event_limit=4)
    stream.feed(b"data: aaaa")
    assert stream.unfinished() is None
    assert stream.overflowed


def test_a_large_event_in_small_pieces_costs_no_more_than_its_size() -> None:
    stream = EventStream()
    stream.feed(b"data: ")
    for _ in range(120):
        assert stream.feed(b"x" * 65536) == []
    assert stream.feed(b"\n\n") == [("message", b"x" * 65536 * 120)]
