"""What is decided for the whole gateway, read and written as one setting."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.setting import Setting
from gateway_core.storage.gateway_settings import (
    NAME,
    parse_gateway_settings,
    read_gateway_settings,
    write_gateway_settings,
)
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def test_without_a_record_they_are_the_defaults(store: Store) -> None:
    async with store.reading() as reading:
        assert await read_gateway_settings(reading) == (
            GatewaySettings(10.0, store_prompts=False, redact_logs=True),
            None,
        )


async def test_they_come_with_the_record_they_are_in(store: Store) -> None:
    settings = GatewaySettings(2.5, store_prompts=True, redact_logs=False)
    async with store.changing(ACTOR) as change:
        await change.settings.create(Setting("other", "{}"))
        record = await change.settings.create(Setting(NAME, write_gateway_settings(settings)))
        assert await read_gateway_settings(change) == (settings, record)


def test_they_are_written_as_operators_know_them() -> None:
    assert write_gateway_settings(GatewaySettings()) == (
        '{"privacy":{"redact_logs":true,"store_prompts":false},"staleness_bound":10.0}'
    )


@given(st.builds(GatewaySettings, st.floats(1.0, 300.0), st.booleans(), st.booleans()))
def test_what_was_written_is_read(settings: GatewaySettings) -> None:
    assert parse_gateway_settings(write_gateway_settings(settings)) == settings


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{}", GatewaySettings()),
        ('{"staleness_bound": 20}', GatewaySettings(20.0)),
        ('{"privacy": {"store_prompts": true, "later": 1}, "later": []}', GatewaySettings(store_prompts=True)),
    ],
)
def test_what_other_versions_wrote_is_read_as_far_as_it_is_known(value: str, expected: GatewaySettings) -> None:
    assert parse_gateway_settings(value) == expected


@pytest.mark.parametrize("value", ["", "[]", '{"staleness_bound": "10s"}', '{"privacy": {"redact_logs": 1}}'])
def test_what_cannot_be_read_is_refused_in_a_sentence(value: str) -> None:
    with pytest.raises(StorageError, match=r"the setting `gateway` cannot be read: .*; set it anew"):
        parse_gateway_settings(value)
