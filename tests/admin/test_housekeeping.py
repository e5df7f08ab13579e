"""Old request ids are forgotten, again and again, whatever the store does meanwhile."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from admin.housekeeping import keep_house
from tests.fakes.ailing_store import AilingStore
from tests.fakes.eventually import eventually
from tests.fakes.temporary_store import temporary_store

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)


async def test_requests_of_the_day_before_are_forgotten_now_and_after_an_outage(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        keeping = asyncio.ensure_future(keep_house(ailing, lambda: NOW, logging.getLogger("test"), interval=0.001))
        await eventually(lambda: len(ailing.forgotten) > 1)
        ailing.go_away()
        await eventually(lambda: "cannot be forgotten" in caplog.text)
        before = len(ailing.forgotten)
        ailing.come_back()
        await eventually(lambda: len(ailing.forgotten) > before)
        keeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await keeping
    assert set(ailing.forgotten) == {NOW - timedelta(hours=24)}
