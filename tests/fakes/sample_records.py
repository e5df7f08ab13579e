"""One record of each kind, and another value for it; `ACTOR` is who makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.audit_entry import Actor
from gateway_core.records.limit import Limit
from gateway_core.records.setting import Setting
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget
from gateway_core.records.stored_provider import Breaker, StoredCredential, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.user import User
from gateway_core.storage.repositories import ChangeableRecords, Records
from gateway_core.storage.store import Changing, Reading

ACTOR = Actor("ada", uid="adm_1", address="192.0.2.1", request_id="req-1")
MOMENT = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
OWNER = "usr_owner"
PLACE = "prv_place"


@dataclass(frozen=True, slots=True)
class Sample:
    """A kind of record: where it is in a store, a value, and one to change it to."""

    name: str
    read: Callable[[Reading], Records[Any]]
    change: Callable[[Changing], ChangeableRecords[Any]]
    value: object
    other: object


SAMPLES = (
    Sample(
        "user",
        lambda r: r.users,
        lambda c: c.users,
        User("alice"),
        User("alice", "Alice", disabled=True, balance_nano=10**18),
    ),
    Sample(
        "api_key",
        lambda r: r.api_keys,
        lambda c: c.api_keys,
        StoredApiKey(OWNER, "laptop", "gw_live_…1234"),
        StoredApiKey(
            OWNER,
            "laptop",
            "gw_live_…1234",
            models=("fast", "team/*"),
            operations=("chat",),
            networks=("10.0.0.0/8", "2001:db8::/32"),
            expires_at=MOMENT,
            revoked_at=MOMENT,
            revoke_reason="lost — gefunden",
            disabled=True,
        ),
    ),
    Sample(
        "admin_token",
        lambda r: r.admin_tokens,
        lambda c: c.admin_tokens,
        AdminToken("ada", "wadm_…1234", "owner"),
        AdminToken("ada", "wadm_…1234", "viewer", MOMENT, MOMENT, "left"),
    ),
    Sample(
        "provider",
        lambda r: r.providers,
        lambda c: c.providers,
        StoredProvider("openai", "openai"),
        StoredProvider(
            "openai", "vllm", "http://gpu/v1", "random", Timeouts(idle=0.25), Breaker(7, 1.5), disabled=True
        ),
    ),
    Sample(
        "credential",
        lambda r: r.credentials,
        lambda c: c.credentials,
        StoredCredential(PLACE, "a", "…1234"),
        StoredCredential(PLACE, "a", "…5678", 9, disabled=True),
    ),
    Sample(
        "model",
        lambda r: r.models,
        lambda c: c.models,
        StoredModel("fast", (StoredTarget("openai", "gpt"),)),
        StoredModel(
            "fast",
            (StoredTarget("openai", "gpt", 2), StoredTarget("other", "m")),
            "weighted",
            ("slow", "slower"),
            Retries(5, 0.1, 0.5),
            "continue",
            disabled=True,
        ),
    ),
    Sample(
        "limit",
        lambda r: r.limits,
        lambda c: c.limits,
        Limit("default", "", "cost", "month", 10**17),
        Limit("default", "", "cost", "month", 5),
    ),
    Sample(
        "setting",
        lambda r: r.settings,
        lambda c: c.settings,
        Setting("privacy", '{"store_prompts":false}'),
        Setting("privacy", '{"store_prompts":true}'),
    ),
)


async def make_parents(change: Changing) -> None:
    """Makes the user and the provider that keys and credentials belong to."""
    await change.users.create(User("owner"), uid=OWNER)
    await change.providers.create(StoredProvider("place", "openai"), uid=PLACE)
