"""`weir settings`: what it asks of the gateway, and how settings are shown."""

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, weir
from weir.admin.v1.settings_pb2 import PrivacySettings, Settings
from weir.admin.v1.settings_service_pb2 import GetSettingsRequest, GetSettingsResponse, UpdateSettingsRequest

REQUESTS = [
    ("get", GetSettingsRequest()),
    (
        "update --staleness-bound 30s --no-redact-logs",
        UpdateSettingsRequest(
            settings=Settings(
                name="settings", staleness_bound=Duration(seconds=30), privacy=PrivacySettings(redact_logs=False)
            ),
            update_mask=FieldMask(paths=["staleness_bound", "privacy.redact_logs"]),
        ),
    ),
    (
        "update --store-prompts --etag 1-ab",
        UpdateSettingsRequest(
            settings=Settings(name="settings", etag="1-ab", privacy=PrivacySettings(store_prompts=True)),
            update_mask=FieldMask(paths=["privacy.store_prompts"]),
        ),
    ),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("settings", *line.split()) == request_


def test_settings_are_shown_field_by_field() -> None:
    settings = Settings(
        name="settings", staleness_bound=Duration(seconds=10), privacy=PrivacySettings(redact_logs=True)
    )
    with answering_admin({"GetSettings": GetSettingsResponse(settings=settings)}) as admin:
        lines = weir("settings", "get", admin=admin).stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["name", "settings"],
        ["privacy.store_prompts", "no"],
        ["privacy.redact_logs", "yes"],
        ["staleness_bound", "10s"],
    ]


def test_a_change_is_told() -> None:
    with answering_admin({}) as admin:
        assert weir("settings", "update", "--store-prompts", admin=admin).stdout == "settings updated\n"


def test_a_change_of_nothing_is_a_mistake() -> None:
    with answering_admin({}) as admin:
        assert weir("settings", "update", admin=admin).exit_code == 2
    assert admin.requests == []
