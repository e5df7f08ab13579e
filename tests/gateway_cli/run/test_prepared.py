"""What a start does to the store before anything is served: first credentials, and what the configuration declares."""

import logging
from pathlib import Path

import pytest

from admin.configuration.problem import ConfigurationRefused
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.prepared import prepared
from gateway_core.storage.query import Page
from tests.fakes.configurations import loaded

WITH_USER = """\
version: 1
providers: {practice: {kind: simulator}}
models: {fast: {targets: [{provider: practice, model: weir-demo}]}}
users: {alice: {keys: [{name: laptop}]}}
"""


def configuration(folder: Path, text: str | None = None, **variables: str) -> Configuration:
    return loaded(text, {"WEIR_DATA_DIR": str(folder), **variables})


async def started(chosen: Configuration, *, apply: bool = True) -> tuple[list[str], set[str]]:
    """Gives what a start shows, and the models that there are afterwards."""
    said: list[str] = []
    async with prepared(chosen, said.append, apply=apply) as kept, kept.store.reading() as reading:
        return said, {model.value.name for model in await reading.models.page(Page())}


async def test_the_first_start_shows_what_it_makes_and_the_second_nothing(tmp_path: Path) -> None:
    said, models = await started(configuration(tmp_path, WITH_USER))
    assert [line.split(" (")[0] for line in said] == ["api key", "admin token", "users/alice/apiKeys/laptop"]
    assert models == {"fast"}
    assert await started(configuration(tmp_path, WITH_USER)) == ([], {"fast"})


async def test_for_scripts_it_is_shown_as_json(tmp_path: Path) -> None:
    said, _ = await started(configuration(tmp_path, WEIR_LOG_FORMAT="json"))
    assert all(line.startswith('{"event":"issued"') for line in said)
    assert len(said) == 2


async def test_the_credentials_of_the_operator_are_not_shown(tmp_path: Path) -> None:
    given = {"WEIR_BOOTSTRAP_API_KEY": "gw_of_the_operator", "WEIR_BOOTSTRAP_ADMIN_TOKEN": "wadm_of_the_operator"}
    assert (await started(configuration(tmp_path, None, **given)))[0] == []


async def test_without_applying_the_records_stay_as_they_are(tmp_path: Path) -> None:
    assert (await started(configuration(tmp_path, WITH_USER), apply=False))[1] == set()


async def test_a_start_without_a_file_keeps_what_one_with_a_file_made_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await started(configuration(tmp_path, WITH_USER))
    with caplog.at_level(logging.INFO, logger="weir"):
        assert await started(configuration(tmp_path)) == ([], {"fast"})
    assert "kept as they are" in caplog.text


async def test_what_was_made_before_a_start_failed_is_shown_all_the_same(tmp_path: Path) -> None:
    broken = "version: 1\nproviders: {practice: {kind: openai, credentials: [{name: a}]}}\n"
    said: list[str] = []
    with pytest.raises(ConfigurationRefused):
        async with prepared(configuration(tmp_path, broken), said.append):
            pytest.fail("it started")
    assert len(said) == 2
