"""The simulated provider as an Upstream: takes the bytes of a request and plays the reply, with every wait bounded."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from gateway_core.clock import Clock
from gateway_core.errors import UpstreamError
from gateway_core.providers.simulator.answer import answer
from gateway_core.providers.simulator.patience import Patience, timed_out
from gateway_core.providers.simulator.performance import Performance, Step, perform, perform_error
from gateway_core.providers.simulator.prompt import SCRIPT_KEY, Problem, Prompt, read_prompt
from gateway_core.providers.simulator.script import Script, ScriptProblem, read_script
from gateway_core.providers.simulator.write_error import write_problem
from gateway_core.providers.upstream import UpstreamReply, UpstreamRequest

SIMULATOR_MODELS = ("weir-demo",)
PATH = "/chat/completions"
PIECE_BYTES = 64 * 1024
BAD_REQUEST = 400
NOT_FOUND = 404

Sleep = Callable[[float], Awaitable[None]]


class SimulatedUpstream:
    """An Upstream without a network. It keeps nothing between requests."""

    def __init__(self, clock: Clock, sleep: Sleep = asyncio.sleep) -> None:
        """Takes the clock that deadlines go by, and how to wait."""
        self._clock = clock
        self._sleep = sleep

    @asynccontextmanager
    async def send(self, request: UpstreamRequest, /) -> AsyncGenerator[UpstreamReply, None]:
        """Plays the reply to the request."""
        patience = Patience(request, self._clock.monotonic())
        performance = rehearse(request)
        reply = SimulatedReply(performance, patience, self._clock, self._sleep)
        await reply.head(early=performance.early)
        try:
            yield reply
        finally:
            reply.give_up()


class SimulatedReply:
    """An UpstreamReply that is played while it is read. Steps are due at fixed moments, however slow the reader is."""

    def __init__(self, performance: Performance, patience: Patience, clock: Clock, sleep: Sleep) -> None:
        """Takes what to play, and how long it may take."""
        self.status = performance.status
        self.headers = performance.headers
        self._steps = performance.steps
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._due = clock.monotonic()
        self._step: Step | None = None
        self._advance()

    async def head(self, *, early: bool) -> None:
        """Waits until the head is there: with the first step, or at once."""
        await self._wait(0.0 if early else self._due)

    async def read(self) -> bytes:
        """Gives what is there by now, or waits for the next step; nothing at the end."""
        step = self._step
        if step is None:
            return b""
        await self._wait(self._due)
        now = max(self._due, self._clock.monotonic())
        gathered = bytearray()
        while step is not None and self._due <= now and len(gathered) < PIECE_BYTES:
            if step.content is not None:
                gathered += step.content
                step = self._advance()
            elif gathered:
                break
            else:
                raise UpstreamError("the simulated provider broke the connection", facts={"cause": "cut"})
        return bytes(gathered)

    async def read_all(self, limit: int, /) -> bytes:
        """Gives the whole body, or UpstreamError as soon as it is longer than `limit`."""
        body = bytearray()
        while piece := await self.read():
            body += piece
            if len(body) > limit:
                raise UpstreamError("the simulated provider's answer is too large", facts={"cause": "too_large"})
        return bytes(body)

    def progressed(self) -> None:
        """Restarts the idle timer."""
        self._patience.progressed()

    def settled(self) -> None:
        """Changes nothing: there is no connection to keep."""

    def give_up(self) -> None:
        """Forgets what was not read."""
        self._step = None

    def _advance(self) -> Step | None:
        step = self._step = next(self._steps, None)
        self._due += 0.0 if step is None else step.wait
        return step

    async def _wait(self, due: float) -> None:
        """Waits until then, or raises UpstreamTimeout when the first of the bounds is reached."""
        now = self._clock.monotonic()
        wait = max(0.0, due - now)
        patience, timer = self._patience.left(now)
        await self._sleep(max(0.0, min(wait, patience)))
        if patience <= wait:
            raise timed_out(timer)
        self._patience.waited(wait)


def rehearse(request: UpstreamRequest) -> Performance:
    """Works out what will be played; raises UpstreamError where not even a connection is to be had."""
    if not request.url.endswith(PATH):
        return _refuse(Problem(f"the simulator knows no path but {PATH}", param=None, code=None), NOT_FOUND)
    try:
        prompt = read_prompt(request.body)
        model, script = read_scripts(prompt)
        if script.refuse or script.reset:
            cause = "refused" if script.refuse else "reset"
            raise UpstreamError(f"the simulated provider {cause} the connection", facts={"cause": cause})
        reply = answer(prompt, script, model, request.body)
    except Problem as problem:
        return _refuse(problem, BAD_REQUEST)
    options = prompt.stream_options
    usage = options is not None and bool(options.include_usage)
    return perform(script, reply, stream=bool(prompt.stream), usage=usage)


def read_scripts(prompt: Prompt) -> tuple[str, Script]:
    """Gives the model's plain name, and the script behind it with what the request's metadata adds."""
    model, _, behind = prompt.model.partition(":")
    within = (prompt.metadata or {}).get(SCRIPT_KEY, "")
    param = "model"
    try:
        read_script(behind)
        param = f"metadata.{SCRIPT_KEY}"
        return model, read_script(behind, within)
    except ScriptProblem as problem:
        raise Problem(str(problem), param=param, code="invalid_value") from problem


def _refuse(problem: Problem, status: int) -> Performance:
    return perform_error(status, write_problem(problem.message, param=problem.param, code=problem.code))
