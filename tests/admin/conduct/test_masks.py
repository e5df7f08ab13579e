"""Update masks say which fields change; everything else stays."""

from collections.abc import Sequence

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.masks import changed
from gateway_core.errors import InvalidRequest
from weir.admin.v1.api_key_pb2 import API_KEY_OPERATION_CHAT, ApiKey, ApiKeyScopes
from weir.admin.v1.model_pb2 import Model

MUTABLE = frozenset(
    ("disabled", "scopes", "scopes.models", "scopes.operations", "scopes.source_networks", "expire_time")
)
FIXED = frozenset(("name",))
CURRENT = ApiKey(
    name="users/a/apiKeys/b",
    uid="key_1",
    disabled=True,
    hint="…1234",
    expire_time=Timestamp(seconds=7),
    scopes=ApiKeyScopes(models=["a", "b"], operations=[API_KEY_OPERATION_CHAT], source_networks=["10.0.0.0/8"]),
)


def after(changes: ApiKey | None = None, *cleared: str) -> ApiKey:
    """Gives the current record without what is cleared, and with what the changes hold."""
    expected = ApiKey()
    expected.CopyFrom(CURRENT)
    for path in cleared:
        inner = expected.scopes if path.startswith("scopes.") else expected
        inner.ClearField(path.removeprefix("scopes."))  # type: ignore[arg-type] # the stubs know each name
    expected.MergeFrom(changes or ApiKey())
    return expected


@pytest.mark.parametrize(
    ("paths", "given_fields", "expected"),
    [
        ([], ApiKey(), after()),
        ([], ApiKey(disabled=False), after()),
        ([], ApiKey(expire_time=Timestamp(seconds=9)), after(ApiKey(expire_time=Timestamp(seconds=9)), "expire_time")),
        (
            [],
            ApiKey(scopes=ApiKeyScopes(models=["c"])),
            after(ApiKey(scopes=ApiKeyScopes(models=["c"])), "scopes.models"),
        ),
        ([], ApiKey(scopes=ApiKeyScopes()), after()),
        ([], ApiKey(uid="key_2", hint="other"), after()),
        (["disabled"], ApiKey(disabled=False, expire_time=Timestamp(seconds=9)), after(None, "disabled")),
        (["expire_time"], ApiKey(disabled=False), after(None, "expire_time")),
        (["expire_time"], ApiKey(expire_time=Timestamp()), after(ApiKey(expire_time=Timestamp()), "expire_time")),
        (
            ["scopes.models"],
            ApiKey(scopes=ApiKeyScopes(models=["c"], source_networks=["::/0"])),
            after(ApiKey(scopes=ApiKeyScopes(models=["c"])), "scopes.models"),
        ),
        (["scopes.models"], ApiKey(), after(None, "scopes.models")),
        (["scopes.models"], ApiKey(scopes=ApiKeyScopes(source_networks=["::/0"])), after(None, "scopes.models")),
        (
            ["scopes"],
            ApiKey(scopes=ApiKeyScopes(models=["c"])),
            after(ApiKey(scopes=ApiKeyScopes(models=["c"])), "scopes"),
        ),
        (["scopes"], ApiKey(), after(None, "scopes")),
        (["*"], ApiKey(), after(None, "disabled", "scopes", "expire_time")),
        (["*"], ApiKey(uid="key_2", disabled=True), after(None, "scopes", "expire_time")),
        (["disabled", "*"], ApiKey(), after(None, "disabled", "scopes", "expire_time")),
        (
            ["uid", "hint", "scopes.models"],
            ApiKey(uid="x", scopes=ApiKeyScopes(models=["c"])),
            after(ApiKey(scopes=ApiKeyScopes(models=["c"])), "scopes.models"),
        ),
        (["name"], ApiKey(name="users/a/apiKeys/b"), after()),
        (["disabled", "disabled"], ApiKey(), after(None, "disabled")),
    ],
)
def test_a_mask_says_what_changes(paths: Sequence[str], given_fields: ApiKey, expected: ApiKey) -> None:
    before = CURRENT.SerializeToString(deterministic=True)
    assert changed(CURRENT, given_fields, FieldMask(paths=paths), MUTABLE, FIXED) == expected
    assert CURRENT.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    "path", ["", "nothing", "Disabled", "scopes.nothing", "disabled.more", "secrets.0", "nothing.at.all", " "]
)
def test_a_path_to_nothing_is_refused(path: str) -> None:
    with pytest.raises(InvalidRequest, match="there is no field") as refused:
        changed(CURRENT, ApiKey(), FieldMask(paths=[path]), MUTABLE, FIXED)
    assert refused.value.violations[0].field == "update_mask"


@pytest.mark.parametrize("path", ["state", "create_time", "scopes.models", "secrets", "expire_time.seconds"])
def test_a_path_that_exists_is_not_refused(path: str) -> None:
    changed(CURRENT, ApiKey(), FieldMask(paths=[path]), MUTABLE, FIXED)


@pytest.mark.parametrize("paths", [[], ["name"], ["disabled", "name"]])
def test_what_is_set_once_and_for_all_cannot_change(paths: Sequence[str]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        changed(CURRENT, ApiKey(name="users/a/apiKeys/c"), FieldMask(paths=paths), MUTABLE, FIXED)
    assert refused.value.violations[0].field == "name"


def test_a_message_that_is_not_there_is_not_made_to_clear_something_in_it() -> None:
    without = ApiKey(name="users/a/apiKeys/b")
    assert changed(without, ApiKey(), FieldMask(paths=["scopes.models"]), MUTABLE) == without


def test_lists_of_messages_are_replaced_whole() -> None:
    current, wanted = Model(), Model()
    current.targets.add(provider="providers/a", weight=1)
    current.targets.add(provider="providers/b", weight=2)
    wanted.targets.add(provider="providers/c")
    assert changed(current, wanted, FieldMask(paths=["targets"]), {"targets"}).targets == wanted.targets


@given(
    paths=st.lists(st.sampled_from(sorted(MUTABLE)), max_size=4),
    disabled=st.booleans(),
    models=st.lists(st.text(st.characters(codec="utf-8"), max_size=3), max_size=3),
    seconds=st.none() | st.integers(0, 10**9),
)
def test_what_no_path_names_stays(
    paths: Sequence[str], *, disabled: bool, models: list[str], seconds: int | None
) -> None:
    wanted = ApiKey(disabled=disabled, scopes=ApiKeyScopes(models=models))
    if seconds is not None:
        wanted.expire_time.seconds = seconds
    result = changed(CURRENT, wanted, FieldMask(paths=paths), MUTABLE)
    if paths:
        assert result.disabled is (disabled if "disabled" in paths else True)
        assert list(result.scopes.models) == (models if {"scopes", "scopes.models"} & set(paths) else ["a", "b"])
        assert (result.expire_time == wanted.expire_time) or "expire_time" not in paths
    assert (result.name, result.uid, result.hint) == (CURRENT.name, CURRENT.uid, CURRENT.hint)
    assert changed(result, wanted, FieldMask(paths=paths), MUTABLE) == result
