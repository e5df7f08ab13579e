"""When keys were last used: collected, told now and then, kept while the store is away."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from gateway_core.identity import key_uses
from gateway_core.identity.key_uses import KeyUses
from gateway_core.storage.storage_error import StoreUnavailable
from tests.fakes.eventually import eventually
from tests.fakes.gates import KeptUses

LOGGER = logging.getLogger("tests.uses")
NOON = 1_767_225_600.0


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOON + seconds, UTC)


async def test_each_key_counts_at_most_once_a_minute() -> None:
    kept = KeptUses()
    uses = KeyUses(kept.note, LOGGER)
    for seconds in (0, 59, 60, 61):
        uses.used("key_1", NOON + seconds)
    uses.used("key_2", NOON + 61)
    await uses.flush()
    uses.used("key_1", NOON + 62)
    await uses.flush()
    assert kept.noted == [{"key_1": moment(60), "key_2": moment(61)}]


async def test_what_the_store_cannot_take_waits_and_is_complained_about_once(caplog: pytest.LogCaptureFixture) -> None:
    kept = KeptUses()
    uses = KeyUses(kept.note, LOGGER)
    kept.failure = StoreUnavailable("away")
    uses.used("key_1", NOON)
    await uses.flush()
    uses.used("key_2", NOON + 1)
    await uses.flush()
    assert len(caplog.records) == 1
    kept.failure = None
    uses.used("key_1", NOON + 60)
    await uses.flush()
    assert kept.noted == [{"key_1": moment(60), "key_2": moment(1)}]


async def test_it_remembers_no_more_than_it_may() -> None:
    kept = KeptUses()
    uses = KeyUses(kept.note, LOGGER, capacity=2)
    for number in range(5):
        uses.used(f"key_{number}", NOON)
    await uses.flush()
    assert kept.noted == [{"key_0": moment(0), "key_1": moment(0)}]
    uses.used("key_4", NOON + 60)
    uses.used("key_0", NOON + 120)
    await uses.flush()
    await uses.flush()
    assert kept.noted[1:] == [{"key_0": moment(120)}]
    uses.used("key_4", NOON + 121)
    await uses.flush()
    assert kept.noted[2:] == [{"key_4": moment(121)}]


async def test_nothing_is_lost_when_telling_is_cut_short() -> None:
    never, kept = asyncio.Event(), KeptUses()

    async def note(told: Mapping[str, datetime]) -> None:
        await never.wait()
        await kept.note(told)

    uses = KeyUses(note, LOGGER)
    uses.used("key_1", NOON)
    task = asyncio.create_task(uses.flush())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    never.set()
    await uses.finish()
    assert kept.noted == [{"key_1": moment(0)}]


async def test_it_tells_again_and_again() -> None:
    kept = KeptUses()
    uses = KeyUses(kept.note, LOGGER)
    running = asyncio.create_task(uses.run(0.001))
    for number in range(2):
        uses.used(f"key_{number}", NOON)
        await eventually(lambda: len(kept.noted) == number + 1)  # noqa: B023 # awaited within the loop
    running.cancel()
    await asyncio.wait({running})


async def test_the_end_does_not_wait_for_a_store_that_hangs(caplog: pytest.LogCaptureFixture) -> None:
    async def note(_told: Mapping[str, datetime]) -> None:
        await asyncio.Event().wait()

    uses = KeyUses(note, LOGGER)
    uses.used("key_1", NOON)
    async with asyncio.timeout(key_uses.LAST_WORDS + 3.0):
        await uses.finish()
    assert "not kept" in caplog.text
