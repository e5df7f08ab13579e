"""The page of settings is fresh and complete, and the tables behind it are true."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import pytest

from admin.configuration.file_format import FILE_KEYS
from admin.configuration.key import Key
from admin.configuration.models import STRATEGY
from admin.configuration.providers import TIMEOUT_KEYS
from admin.configuration.server_keys import ADMIN_TLS_KEYS, SECTION_KEYS
from admin.configuration.value import Reading, Value
from admin.settings import AdminSettings, AdminTls
from gateway_cli.configuration.process_settings import ProcessSettings
from gateway_cli.configuration.reference import SECTIONS, reference_page
from gateway_core.records.timeouts import Timeouts
from gateway_core.routing.choose import STRATEGIES
from gateway_core.settings import CoreSettings
from rest_facade.settings import FacadeSettings
from tests.fakes.configurations import NO_VARIABLES

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"
TABLES: Sequence[Sequence[Key[object]]] = (FILE_KEYS, SECTION_KEYS, ADMIN_TLS_KEYS, *(keys for _, keys in SECTIONS))
WITHOUT_KEY = {"providers", "models", "poll_interval", "always_fresh"}
RENAMED = {"max_body_bytes": "max_body", "max_message_bytes": "max_message"}


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference_page()


def test_every_field_of_the_settings_has_a_key() -> None:
    names = {field.name for kind in (CoreSettings, FacadeSettings, ProcessSettings) for field in fields(kind)}
    names |= {f"admin_{field.name}" for field in fields(AdminSettings) if field.name in {"listen", "tls"}}
    assert {RENAMED.get(name, name) for name in names} - WITHOUT_KEY == {key.name for key in SECTION_KEYS}
    assert {field.name for field in fields(AdminTls)} == {key.name for key in ADMIN_TLS_KEYS}


@pytest.mark.parametrize("keys", TABLES)
def test_every_key_says_in_a_sentence_what_it_means(keys: Sequence[Key[object]]) -> None:
    for key in keys:
        assert key.meaning.endswith("."), key.name
        assert "|" not in key.meaning + key.kind.words + key.default, key.name
    assert len({key.name for key in keys}) == len(keys)


@pytest.mark.parametrize("key", [key for keys in TABLES for key in keys if key.default])
def test_every_default_is_a_value_of_its_kind(key: Key[object]) -> None:
    reading = Reading("", NO_VARIABLES)
    key.kind.read(Value.of_variable("DEFAULT", key.default, reading))
    assert reading.problems == []


def test_the_timeouts_that_are_documented_are_the_real_ones() -> None:
    reading = Reading("", NO_VARIABLES)
    documented = {key.name: key.kind.read(Value.of_variable("X", key.default, reading)) for key in TIMEOUT_KEYS}
    assert documented == {field.name: getattr(Timeouts(), field.name) for field in fields(Timeouts)}


def test_every_strategy_that_there_is_can_be_asked_for() -> None:
    assert all(f"`{strategy}`" in STRATEGY.kind.words for strategy in STRATEGIES)
