"""Short names and full names of the same records."""

import pytest
import typer

from gateway_cli.remote.names import (
    API_KEY,
    CREDENTIAL,
    MODEL,
    USER,
    NameShape,
    owner_and_id,
    provider_and_model,
    short_subject,
    subject_of,
)


@pytest.mark.parametrize(
    ("shape", "short", "full"),
    [
        (USER, "alice", "users/alice"),
        (USER, "-", "users/-"),
        (API_KEY, "alice/laptop", "users/alice/apiKeys/laptop"),
        (API_KEY, "users/laptop", "users/users/apiKeys/laptop"),
        (CREDENTIAL, "openai/main", "providers/openai/credentials/main"),
        (MODEL, "gpt-4o", "models/gpt-4o"),
        (MODEL, "meta-llama/Llama/8B", "models/meta-llama/Llama/8B"),
    ],
)
def test_a_name_may_be_short_or_full(shape: NameShape, short: str, full: str) -> None:
    assert shape.full(short) == shape.full(full) == full
    assert shape.short(full) == short
    assert shape.short("else/where/not/ours") == "else/where/not/ours"


@pytest.mark.parametrize(
    ("shape", "given"),
    [
        (USER, ""),
        (USER, "users/"),
        (USER, "a/b"),
        (USER, "users/a/apiKeys/b"),
        (API_KEY, "alice"),
        (API_KEY, "alice/"),
        (API_KEY, "/laptop"),
        (API_KEY, "a/b/c"),
        (API_KEY, "users/a/keys/b"),
        (MODEL, ""),
    ],
)
def test_what_has_the_wrong_parts_is_told_with_an_example(shape: NameShape, given: str) -> None:
    with pytest.raises(typer.BadParameter, match=f"must look like {shape.example} or {shape.collections[0]}/"):
        shape.full(given)


@pytest.mark.parametrize(
    ("given", "owner", "own"),
    [
        ("alice", "users/alice", ""),
        ("users/alice", "users/alice", ""),
        ("alice/laptop", "users/alice", "laptop"),
        ("users/alice/apiKeys/laptop", "users/alice", "laptop"),
    ],
)
def test_a_new_record_has_an_owner_and_perhaps_an_id(given: str, owner: str, own: str) -> None:
    assert owner_and_id(API_KEY, given) == (owner, own)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("defaults", "defaults"),
        ("users/alice", "users/alice"),
        ("keys/alice/laptop", "users/alice/apiKeys/laptop"),
        ("models/meta/x", "models/meta/x"),
        ("models/models/x", "models/models/x"),
        ("providers/openai", "providers/openai"),
        ("credentials/openai/main", "providers/openai/credentials/main"),
    ],
)
def test_the_subject_of_a_limit_may_be_short_or_full(short: str, full: str) -> None:
    assert subject_of(short) == subject_of(full) == full
    assert short_subject(full) == short


@pytest.mark.parametrize("given", ["", "alice", "teams/a", "users/", "keys/alice", "users/a/b"])
def test_what_cannot_be_limited_is_told(given: str) -> None:
    with pytest.raises(typer.BadParameter, match="look like"):
        subject_of(given)


def test_a_model_of_a_provider_may_hold_slashes() -> None:
    assert provider_and_model("openrouter/meta/x") == ("providers/openrouter", "meta/x")
