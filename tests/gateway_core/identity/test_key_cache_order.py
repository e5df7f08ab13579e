"""Whatever happens in whatever order: once a revocation was applied, nobody gets the key as it was before."""

import asyncio
from collections.abc import Awaitable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway_core.errors import GatewayError
from gateway_core.identity.key_cache import KeyCache
from gateway_core.identity.read_key import FoundKey
from gateway_core.records.api_key import ApiKey
from gateway_core.records.configuration_change import ConfigurationChange
from tests.fakes.core_parts import PEPPER, VAULT
from tests.fakes.worlds import HeldClock, a_key

PLAINS = ("one", "two", "three")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("ask", "ask", "change", "apply", "answer", "leave")), st.sampled_from(PLAINS), st.booleans()
    ),
    max_size=40,
)


class SlowStore:
    """Answers by what was true when it was asked, at some later time; counts each key's changes in its hint."""

    def __init__(self) -> None:
        """Starts with every key unchanged."""
        self.version = 1
        self.changes = dict.fromkeys(PLAINS, 0)
        self.told: list[ConfigurationChange] = []
        self.waiting: list[tuple[asyncio.Future[FoundKey], FoundKey]] = []

    def change(self, plain: str) -> None:
        """Changes a key."""
        self.version += 1
        self.changes[plain] += 1
        self.told.append(ConfigurationChange(self.version, self.version, "api_key", f"key_{plain}", "update"))

    def read(self, hashes: Sequence[bytes]) -> Awaitable[FoundKey]:
        """Takes a question."""
        plain = next(one for one in PLAINS if PEPPER.hash(one) in hashes)
        key = a_key(f"key_{plain}", hint=str(self.changes[plain]))
        answer: asyncio.Future[FoundKey] = asyncio.get_running_loop().create_future()
        self.waiting.append((answer, FoundKey(key, self.version)))
        return answer

    def answer(self) -> None:
        """Answers the question that has waited longest, unless nobody waits for it any more."""
        if self.waiting:
            waiting, found = self.waiting.pop(0)
            if not waiting.done():
                waiting.set_result(found)


class World:
    """A cache in front of a slow store, and callers who check what they get."""

    def __init__(self) -> None:
        """Starts without callers."""
        self.store = SlowStore()
        self.cache = KeyCache(VAULT.peppers, self.store.read, capacity=2, clock=HeldClock().clock().monotonic)
        self.applied = dict.fromkeys(PLAINS, 0)
        self.callers: list[asyncio.Task[None]] = []

    def do(self, step: str, plain: str) -> None:
        """Lets one thing happen."""
        if step == "ask":
            self.callers.append(asyncio.create_task(self.call(plain)))
        elif step == "change":
            self.store.change(plain)
        elif step == "answer":
            self.store.answer()
        elif step == "leave":
            for caller in self.callers[:1]:
                caller.cancel()
        else:
            self.apply()

    def apply(self) -> None:
        """Tells the cache of every change it was not told of."""
        self.cache.invalidate(self.store.told)
        for change in self.store.told:
            self.applied[change.uid.removeprefix("key_")] += 1
        self.store.told.clear()

    async def call(self, plain: str) -> None:
        """Gets a key, and checks it."""
        try:
            key: ApiKey = self.cache.find(plain) or await self.cache.look_up(plain)
        except GatewayError:
            return
        assert int(key.hint) >= self.applied[plain], "an older state was served after the change was applied"

    async def finish(self) -> None:
        """Answers everybody, and lets the checks speak."""
        while any(not caller.done() for caller in self.callers):
            self.store.answer()
            await asyncio.sleep(0)
        for caller in self.callers:
            if not caller.cancelled():
                caller.result()
        await self.cache.close()


async def play(steps: list[tuple[str, str, bool]]) -> None:
    world = World()
    for step, plain, pause in steps:
        world.do(step, plain)
        if pause:
            await asyncio.sleep(0)
    await world.finish()


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_no_order_of_events_serves_what_was_taken_back(steps: list[tuple[str, str, bool]]) -> None:
    asyncio.run(play(steps))
