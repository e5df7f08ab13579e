"""Puts a script and an answer together: which bytes come when, and how it ends. Pure; it waits for nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import ceil, inf
from typing import NamedTuple

from gateway_core.providers.simulator.answer import Answer
from gateway_core.providers.simulator.script import Script
from gateway_core.providers.simulator.write_error import MALFORMED_EVENT, PAGE, failure, write_failure
from gateway_core.providers.simulator.write_reply import DONE, write_chunks, write_completion, write_event

OK = 200
JSON = "application/json"
HTML = "text/html; charset=utf-8"
EVENTS = "text/event-stream; charset=utf-8"
COMMENT = b": keep-alive\n\n"
BLANK = b"\n"
INTERNAL_ERROR = 500
SHORTEST_KEEPALIVE = 0.001


class Step(NamedTuple):
    """What comes `wait` seconds after the step before. No content at all is a connection that breaks."""

    wait: float
    content: bytes | None


CUT = Step(0.0, None)
SILENCE = Step(inf, None)


@dataclass(frozen=True, slots=True)
class Performance:
    """A reply: its head comes with the first step at the latest, at once if `early`."""

    status: int
    headers: Mapping[str, str]
    steps: Iterator[Step]
    early: bool = False


def perform_error(status: int, body: bytes, content_type: str = JSON, retry_after: float | None = None) -> Performance:
    """Refuses at once."""
    headers = {"content-type": content_type}
    if retry_after is not None:
        whole = retry_after.is_integer()
        headers |= (
            {"retry-after": str(int(retry_after))} if whole else {"retry-after-ms": str(ceil(retry_after * 1000))}
        )
    return Performance(status, headers, iter((Step(0.0, body),)))


def perform(script: Script, answer: Answer, *, stream: bool, usage: bool) -> Performance:
    """Follows the script; `usage` says whether a stream is to end with the usage."""
    if script.fail is not None:
        return perform_error(script.fail, write_failure(script.fail, script.code), JSON, script.retry_after)
    if script.status is not None:
        return perform_error(script.status, PAGE, HTML, script.retry_after)
    early = bool(script.keepalive) or 0 in (script.cut, script.stall)
    steps = _steps(script, answer, stream=stream, usage=usage and not script.nousage)
    if script.keepalive:
        steps = _kept_alive(steps, script.keepalive, COMMENT if stream else BLANK)
    content_type = HTML if script.garbage else EVENTS if stream else JSON
    request_id = answer.id.removeprefix("chatcmpl-")
    return Performance(OK, {"content-type": content_type, "x-request-id": f"req_{request_id}"}, steps, early)


def _steps(script: Script, answer: Answer, *, stream: bool, usage: bool) -> Iterator[Step]:
    if script.silent:
        return iter((SILENCE,))
    if script.garbage:
        return iter((Step(script.slow, PAGE),))
    return _stream(script, answer, usage=usage) if stream else iter(_whole(script, answer))


def _stream(script: Script, answer: Answer, *, usage: bool) -> Iterator[Step]:
    limit, ending = _ending(script)
    wait = script.slow
    for number, event in enumerate(islice(write_chunks(answer, usage=usage), limit)):
        if number == script.malformed:
            yield Step(wait, MALFORMED_EVENT)
            wait = script.pace
        yield Step(wait, event)
        wait = script.pace
    yield from ending


def _ending(script: Script) -> tuple[int | None, tuple[Step, ...]]:
    """Says after how many chunks a stream ends, and with what."""
    broken = Step(0.0, write_event(failure(INTERNAL_ERROR, script.code)))
    endings = ((script.cut, CUT), (script.stall, SILENCE), (script.error, broken))
    scripted = [(count, (step,)) for count, step in endings if count is not None]
    whole: tuple[Step, ...] = () if script.nodone else (Step(0.0, DONE),)
    return min(scripted, default=(None, whole), key=lambda ending: ending[0] or 0)


def _whole(script: Script, answer: Answer) -> tuple[Step, ...]:
    wait = script.slow + script.pace * answer.completion_tokens()
    if script.error is not None:
        return (Step(wait, write_failure(INTERNAL_ERROR, script.code)),)
    body = write_completion(answer, usage=not script.nousage)
    half = Step(wait, body[: len(body) // 2])
    if script.cut is not None:
        return (half, CUT)
    if script.stall is not None:
        return (half, SILENCE)
    return (half,) if script.malformed is not None else (Step(wait, body),)


def _kept_alive(steps: Iterable[Step], interval: float, sign: bytes) -> Iterator[Step]:
    """Fills the waits with signs of life that say nothing."""
    interval = max(interval, SHORTEST_KEEPALIVE)
    for wait, content in steps:
        left = wait
        while left > interval:
            yield Step(interval, sign)
            left -= interval
        yield Step(left, content)
