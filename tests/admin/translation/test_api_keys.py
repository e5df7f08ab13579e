"""API keys are shown as the contract says, and what is shown is read back as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.api_keys import Surroundings, read_api_key, show_api_key, working
from admin.translation.scopes import EVERYWHERE, with_defaults
from gateway_core.records.key_secret import KeySecret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import api_key_pb2 as contract
from weir.admin.v1.api_key_pb2 import ApiKey, ApiKeyScopes

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
AROUND = Surroundings(NOW, {"usr_1": "alice"})
STARRED = StoredApiKey("usr_1", "laptop", "gw_live_abcd…1234")
PLAIN = replace(STARRED, operations=("chat", "embeddings"))

PATTERNS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
NETWORKS = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), st.tuples(st.ip_addresses(v=6), st.integers(0, 128))
).map(lambda pair: str(ip_network(pair, strict=False)))
OPERATIONS = st.lists(
    st.sampled_from(["chat", "embeddings", "passthrough", "admin_read"]), min_size=1, max_size=4, unique=True
).map(tuple)
MOMENTS = st.none() | st.timedeltas(timedelta(-10_000), timedelta(100_000)).map(lambda away: NOW + away)
KEYS = st.builds(
    StoredApiKey,
    user_uid=st.just("usr_1"),
    name=st.just("laptop"),
    hint=st.just("…1234"),
    models=st.lists(PATTERNS, min_size=1, max_size=5, unique=True).map(tuple),
    operations=OPERATIONS | st.just(("*",)) | st.just(("*", "admin_read")),
    networks=st.lists(NETWORKS, max_size=5, unique=True).map(tuple),
    expires_at=MOMENTS,
    disabled=st.booleans(),
)


def record(key: StoredApiKey = STARRED, *, deleted_at: datetime | None = None) -> Versioned[StoredApiKey]:
    """Puts a key into a record."""
    return Versioned("key_1", 3, NOW - HOUR, NOW, deleted_at, "file", key)


def secret(end: datetime | None, number: int = 1) -> KeySecret:
    """Makes a secret of the key."""
    return KeySecret("key_1", bytes([number]) * 32, "pepper", f"…000{number}", NOW - HOUR, end)


def read(shown: ApiKey, before: StoredApiKey = PLAIN) -> tuple[StoredApiKey, list[str]]:
    """Reads a key, and the fields in which something is wrong."""
    violations = Violations()
    key = read_api_key(shown, before, NOW, violations)
    return key, [violation.field for violation in violations.found]


def scoped(**lists: object) -> ApiKey:
    """Makes a key with these lists in its scopes, and the others as they are by default."""
    scopes = with_defaults(ApiKeyScopes(**lists))  # type: ignore[arg-type] # rows of tables
    return ApiKey(scopes=scopes)


@given(key=KEYS)
def test_a_key_that_is_shown_is_read_back_as_it_was(key: StoredApiKey) -> None:
    assert read(show_api_key(record(key), AROUND), key) == (key, [])


@given(key=KEYS.filter(lambda key: "*" not in key.operations))
def test_what_is_shown_makes_the_same_key_anew(key: StoredApiKey) -> None:
    shown = show_api_key(record(key), AROUND)
    shown.ClearField("expire_time")
    made, wrong = read(shown)
    assert wrong == []
    assert (made.models, made.operations, made.disabled) == (key.models, key.operations, key.disabled)
    everywhere = set(EVERYWHERE) <= set(key.networks)
    assert made.networks == (() if everywhere else key.networks)


def test_every_field_has_its_place() -> None:
    key = StoredApiKey(
        "usr_1", "laptop", "…0002", ("fast", "team/*"), ("chat", "admin_read"), ("10.0.0.0/8",), NOW + HOUR
    )
    around = Surroundings(
        NOW, {"usr_1": "alice"}, {"key_1": (secret(None, 2), secret(NOW + HOUR / 2, 1))}, {"key_1": NOW - HOUR / 2}
    )
    shown = show_api_key(record(key), around)
    assert shown.name == "users/alice/apiKeys/laptop"
    assert shown.uid == "key_1"
    assert shown.managed_by == 2
    assert shown.create_time.ToDatetime(UTC) == NOW - HOUR
    assert shown.update_time.ToDatetime(UTC) == NOW
    assert not shown.HasField("delete_time")
    assert shown.etag.startswith("3-")
    assert list(shown.scopes.models) == ["fast", "team/*"]
    assert list(shown.scopes.operations) == [
        contract.API_KEY_OPERATION_CHAT,
        contract.API_KEY_OPERATION_ADMIN_READ,
    ]
    assert list(shown.scopes.source_networks) == ["10.0.0.0/8"]
    assert shown.expire_time.ToDatetime(UTC) == NOW + HOUR
    assert shown.hint == "…0002"
    assert shown.last_use_time.ToDatetime(UTC) == NOW - HOUR / 2
    assert [one.hint for one in shown.secrets] == ["…0002", "…0001"]
    assert [one.expire_time.ToDatetime(UTC) for one in shown.secrets] == [NOW + HOUR, NOW + HOUR / 2]
    assert len({one.id for one in shown.secrets}) == 2
    assert shown.secrets[0].create_time.ToDatetime(UTC) == NOW - HOUR


def test_what_was_never_set_is_not_shown() -> None:
    shown = show_api_key(record(), AROUND)
    for name in ("delete_time", "expire_time", "last_use_time", "revoke_time"):
        assert not shown.HasField(name)
    assert not shown.secrets


def test_lists_are_spelt_out() -> None:
    scopes = show_api_key(record(), AROUND).scopes
    assert list(scopes.models) == ["*"]
    assert list(scopes.operations) == [
        contract.API_KEY_OPERATION_CHAT,
        contract.API_KEY_OPERATION_EMBEDDINGS,
        contract.API_KEY_OPERATION_PASSTHROUGH,
    ]
    assert list(scopes.source_networks) == ["0.0.0.0/0", "::/0"]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, contract.API_KEY_STATE_ACTIVE),
        ({"expires_at": NOW + timedelta(microseconds=1)}, contract.API_KEY_STATE_ACTIVE),
        ({"disabled": True}, contract.API_KEY_STATE_DISABLED),
        ({"disabled": True, "expires_at": NOW}, contract.API_KEY_STATE_EXPIRED),
        ({"disabled": True, "expires_at": NOW, "revoked_at": NOW}, contract.API_KEY_STATE_REVOKED),
    ],
)
def test_the_state_is_what_weighs_most(changes: dict[str, object], state: int) -> None:
    key = StoredApiKey("usr_1", "laptop", "", **changes)  # type: ignore[arg-type] # rows of a table
    assert show_api_key(record(key), AROUND).state == state
    assert show_api_key(record(key, deleted_at=NOW), AROUND).state == contract.API_KEY_STATE_DELETED


@pytest.mark.parametrize(
    ("ends", "key_ends", "revoked_at", "left"),
    [
        ((None,), None, None, 1),
        ((None, NOW + HOUR), None, None, 2),
        ((None, NOW), None, None, 1),
        ((None, NOW - HOUR), None, None, 1),
        ((None, NOW + HOUR), NOW, None, 0),
        ((None, NOW + HOUR), NOW + HOUR, None, 2),
        ((None,), None, NOW, 0),
        ((), None, None, 0),
    ],
)
def test_secrets_work_until_they_or_their_key_end(
    ends: tuple[datetime | None, ...], key_ends: datetime | None, revoked_at: datetime | None, left: int
) -> None:
    key = StoredApiKey("usr_1", "laptop", "", expires_at=key_ends, revoked_at=revoked_at)
    assert len(working(key, [secret(end) for end in ends], NOW)) == left


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        (scoped(), PLAIN),
        (scoped(models=["a", "a", "b*"]), replace(PLAIN, models=("a", "b*"))),
        (scoped(models=["m" * 256]), replace(PLAIN, models=("m" * 256,))),
        (scoped(operations=[4, 1, 4]), replace(PLAIN, operations=("admin_read", "chat"))),
        (
            scoped(source_networks=["10.0.0.1", "2001:DB8::/32"]),
            replace(PLAIN, networks=("10.0.0.1/32", "2001:db8::/32")),
        ),
        (scoped(source_networks=["10.0.0.0/255.0.0.0"]), replace(PLAIN, networks=("10.0.0.0/8",))),
        (scoped(source_networks=["0.0.0.0/0"]), replace(PLAIN, networks=("0.0.0.0/0",))),
        (scoped(source_networks=["::/0", "10.0.0.0/8", "0.0.0.0/0"]), PLAIN),
    ],
)
def test_lists_are_kept_in_one_form(asked: ApiKey, kept: StoredApiKey) -> None:
    assert read(asked) == (kept, [])


def test_a_hundred_entries_are_not_too_many() -> None:
    key, wrong = read(scoped(models=[str(number) for number in range(100)]))
    assert (len(key.models), wrong) == (100, [])


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (ApiKey(), ["models", "operations", "source_networks"]),
        (scoped(models=[""]), ["models[0]"]),
        (scoped(models=["a", "m" * 257]), ["models[1]"]),
        (scoped(models=["a\0"]), ["models[0]"]),
        (scoped(models=[str(number) for number in range(101)]), ["models"]),
        (scoped(operations=[0]), ["operations[0]"]),
        (scoped(operations=[1, 99]), ["operations[1]"]),
        (scoped(operations=[1] * 101), ["operations"]),
        (scoped(source_networks=["10.0.0.1/8"]), ["source_networks[0]"]),
        (scoped(source_networks=["::/0", "2001:db8::1/32"]), ["source_networks[1]"]),
        (scoped(source_networks=["fe80::%eth0/64"]), ["source_networks[0]"]),
        (scoped(source_networks=["10.0.0.0/33", "host", "", " ::/0"]), [f"source_networks[{at}]" for at in range(4)]),
        (scoped(source_networks=["1" * 65]), ["source_networks[0]"]),
        (scoped(source_networks=[f"10.0.{number}.0/24" for number in range(101)]), ["source_networks"]),
    ],
)
def test_what_is_wrong_with_the_scopes_is_named(asked: ApiKey, fields: list[str]) -> None:
    assert read(asked)[1] == [f"api_key.scopes.{field}" for field in fields]


def test_a_star_in_the_store_stays_one_until_the_list_is_changed() -> None:
    shown = show_api_key(record(), AROUND)
    shown.disabled = True
    assert read(shown, STARRED)[0] == replace(STARRED, disabled=True)
    del shown.scopes.operations[-1]
    assert read(shown, STARRED)[0].operations == ("chat", "embeddings")


@pytest.mark.parametrize(
    ("end", "fields"),
    [
        (NOW + timedelta(microseconds=1), []),
        (NOW, ["api_key.expire_time"]),
        (NOW - HOUR, ["api_key.expire_time"]),
    ],
)
def test_the_end_of_a_key_lies_ahead(end: datetime, fields: list[str]) -> None:
    asked = scoped()
    asked.expire_time.FromDatetime(end)
    key, wrong = read(asked)
    assert key.expires_at == end
    assert wrong == fields


def test_an_end_that_is_over_may_stay_as_it_is() -> None:
    asked = scoped()
    asked.expire_time.FromDatetime(NOW - HOUR)
    before = StoredApiKey("usr_1", "laptop", "", expires_at=NOW - HOUR)
    key, wrong = read(asked, before)
    assert (key.expires_at, wrong) == (NOW - HOUR, [])


@pytest.mark.parametrize("written", [Timestamp(seconds=2**60), Timestamp(seconds=-(2**60)), Timestamp(nanos=-1)])
def test_an_end_that_is_no_moment_is_named(written: Timestamp) -> None:
    asked = scoped()
    asked.expire_time.CopyFrom(written)
    assert read(asked)[1] == ["api_key.expire_time"]
