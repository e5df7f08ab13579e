"""Resource names are read back as they are written, and nothing else passes for one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.names import (
    ADMIN_TOKEN,
    API_KEY,
    CREDENTIAL,
    LIMIT,
    MODEL,
    PRICE,
    PROVIDER,
    USER,
    NamePattern,
    is_id,
    is_model_id,
    require_id,
    require_model_id,
)
from gateway_core.errors import InvalidRequest

IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@+~-]{0,127}", fullmatch=True)
MODEL_IDS = st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@+~-]{0,30}", fullmatch=True), min_size=1, max_size=4).map(
    "/".join
)
PATTERNS = (ADMIN_TOKEN, API_KEY, CREDENTIAL, LIMIT, PRICE, PROVIDER, USER)


@pytest.mark.parametrize("pattern", PATTERNS, ids=str)
@given(data=st.data())
def test_what_is_written_is_read_back(pattern: NamePattern, data: st.DataObject) -> None:
    ids = tuple(data.draw(IDS) for _ in pattern.collections)
    assert pattern.read(pattern.write(*ids), "name") == ids


@given(given_id=MODEL_IDS)
def test_a_model_keeps_its_slashes(given_id: str) -> None:
    assert MODEL.write(given_id) == f"models/{given_id}"
    assert MODEL.read(f"models/{given_id}", "name") == (given_id,)


@given(name=st.text())
def test_a_text_is_no_name_unless_it_could_have_been_written(name: str) -> None:
    for pattern in (*PATTERNS, MODEL):
        try:
            ids = pattern.read(name, "name")
        except InvalidRequest:
            continue
        assert pattern.write(*ids) == name


@pytest.mark.parametrize(
    ("pattern", "name", "sentence"),
    [
        (USER, "", "is required, and looks like users/{user}"),
        (USER, "users", "must look like users/{user}"),
        (USER, "alice", "must look like users/{user}"),
        (USER, "Users/alice", "must look like users/{user}"),
        (USER, "users/alice/", "the part after users/ must be 1 to 128"),
        (USER, "users/alice/apiKeys/a", "the part after users/ must be 1 to 128"),
        (USER, "users/", "the part after users/ must be 1 to 128"),
        (USER, "users/-", "the part after users/ must be 1 to 128"),
        (USER, "users/" + "a" * 129, "the part after users/ must be 1 to 128"),
        (USER, "users/al ice", "the part after users/ must be 1 to 128"),
        (USER, "users/ålice", "the part after users/ must be 1 to 128"),
        (USER, "users/alice\n", "the part after users/ must be 1 to 128"),
        (USER, "users/%61", "the part after users/ must be 1 to 128"),
        (API_KEY, "users/alice", "must look like users/{user}/apiKeys/{apiKey}"),
        (API_KEY, "users/alice/keys/a", "must look like users/{user}/apiKeys/{apiKey}"),
        (API_KEY, "users/alice/apiKeys", "must look like users/{user}/apiKeys/{apiKey}"),
        (API_KEY, "users/-/apiKeys/a", "the part after users/ must be 1 to 128"),
        (API_KEY, "users/a/apiKeys/b/c", "the part after apiKeys/ must be 1 to 128"),
        (MODEL, "models/", "the part after models/ must be parts"),
        (MODEL, "models/a//b", "the part after models/ must be parts"),
        (MODEL, "models/a/", "the part after models/ must be parts"),
        (MODEL, "models/" + "a" * 201, "the part after models/ must be parts"),
        (MODEL, "models/gpt*", "the part after models/ must be parts"),
    ],
)
def test_what_is_no_name_is_refused_with_the_field(pattern: NamePattern, name: str, sentence: str) -> None:
    with pytest.raises(InvalidRequest, match=re.escape(sentence)) as refused:
        pattern.read(name, "api_key.name")
    assert [violation.field for violation in refused.value.violations] == ["api_key.name"]


def test_every_parent_is_nobody_in_particular() -> None:
    assert USER.read_parent("users/-", "parent") is None
    assert USER.read_parent("users/alice", "parent") == "alice"
    with pytest.raises(InvalidRequest):
        USER.read_parent("-", "parent")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True),
        ("0", True),
        ("a" * 128, True),
        ("ada@example.org", True),
        ("a.b_c:d+e~f-g", True),
        ("a" * 129, False),
        ("", False),
        ("-", False),
        (".a", False),
        ("a/b", False),
        ("å", False),
        ("a\n", False),
    ],
)
def test_ids_have_a_rule(text: str, *, good: bool) -> None:
    assert is_id(text) is good
    if good:
        assert require_id(text, "user_id") == text
    else:
        with pytest.raises(InvalidRequest, match="user_id"):
            require_id(text, "user_id")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a/b/c", True),
        ("a" * 128, True),
        ("a/" * 99 + "ab", True),
        ("a/" * 99 + "abc", False),
        ("", False),
        ("/a", False),
    ],
)
def test_ids_of_models_have_another_rule(text: str, *, good: bool) -> None:
    assert is_model_id(text) is good
    if good:
        assert require_model_id(text, "model_id") == text
    else:
        with pytest.raises(InvalidRequest, match="model_id"):
            require_model_id(text, "model_id")


def test_an_id_that_is_missing_is_said_to_be_required() -> None:
    with pytest.raises(InvalidRequest, match="is required"):
        require_id("", "user_id")
    with pytest.raises(InvalidRequest, match="is required"):
        require_model_id("", "model_id")
