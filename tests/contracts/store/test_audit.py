"""The audit log: who did what, in a chain in which nothing can be changed unnoticed."""

from collections.abc import Callable

import orjson
import pytest
from sqlalchemy import delete, insert, select, update

from gateway_core.records.audit_entry import Actor
from gateway_core.records.price import Price
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.user import User
from gateway_core.storage.audit_chain import ChainVerdict
from gateway_core.storage.open_database import open_database
from gateway_core.storage.query import Where
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.tables import AUDIT, GATEWAY_STATE
from tests.fakes.sample_records import ACTOR, MOMENT

ENTRIES = 5
Tamper = Callable[[], object]


async def test_each_change_of_a_record_is_an_entry(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        updated = await change.users.update(made.uid, User("alice", "Alice"))
        await change.users.delete(made.uid)
    other = Actor("eve", "adm_2", "::1", "req-2")
    async with store.changing(other) as change:
        await change.users.undelete(made.uid)
    async with store.reading() as reading:
        newest, deletion, change_of_name, creation = await reading.audit.page()
    assert [entry.action for entry in (creation, change_of_name, deletion, newest)] == [
        "create",
        "update",
        "delete",
        "undelete",
    ]
    assert {(entry.kind, entry.uid) for entry in (creation, change_of_name, deletion, newest)} == {("user", made.uid)}
    assert (creation.actor, newest.actor) == (ACTOR, other)
    assert (creation.at, creation.sequence, creation.before) == (made.created_at, 1, None)
    assert orjson.loads(creation.after or "") == {
        "name": "alice",
        "display_name": "",
        "disabled": False,
        "balance_nano": None,
    }
    assert change_of_name.before == creation.after
    assert orjson.loads(change_of_name.after or "")["display_name"] == updated.value.display_name


async def test_what_is_no_record_is_told_too_and_secrets_are_not(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.secrets.put(SealedSecret("crd_1", "provider-key", "key-1", b"WRAPPED", b"CIPHERTEXT"))
        await change.secrets.remove("crd_1")
        row = await change.prices.append("openai", "gpt", Price(1, 2), effective_from=MOMENT)
        await change.audit.note("login", "admin_token", "adm_1", after="{}")
    async with store.reading() as reading:
        entries = await reading.audit.page()
    assert [(entry.action, entry.kind, entry.uid) for entry in reversed(entries)] == [
        ("create", "secret", "crd_1"),
        ("delete", "secret", "crd_1"),
        ("create", "price", row.uid),
        ("login", "admin_token", "adm_1"),
    ]
    assert orjson.loads(entries[-1].after or "") == {"purpose": "provider-key", "key_id": "key-1"}


async def test_a_mere_note_does_not_grow_the_version(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.audit.note("login", "admin_token", "adm_1")
    async with store.reading() as reading:
        assert (reading.version, len(await reading.audit.page())) == (0, 1)
        assert await reading.audit.verify() == ChainVerdict(1)


async def test_entries_are_listed_newest_first_by_pages_and_conditions(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(5):
            await change.users.create(User(f"user {number}"), uid=f"u{number}")
    async with store.changing(Actor("eve")) as change:
        await change.users.delete("u3")
    async with store.reading() as reading:
        first = await reading.audit.page(limit=4)
        rest = await reading.audit.page(before=first[-1].sequence, limit=4)
        assert [entry.sequence for entry in (*first, *rest)] == [6, 5, 4, 3, 2, 1]
        by_eve = await reading.audit.page(where=(Where("actor", "=", "eve"),))
        of_user = await reading.audit.page(where=(Where("uid", "=", "u3"), Where("at", "<=", first[0].at)))
        assert [entry.sequence for entry in by_eve] == [6]
        assert [entry.sequence for entry in of_user] == [6, 4]


async def test_an_empty_chain_holds(store: SqlStore) -> None:
    async with store.reading() as reading:
        assert await reading.audit.verify() == ChainVerdict(0)


async def test_a_long_chain_holds(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(2100):
            await change.audit.note("login", "admin_token", f"adm_{number}")
    async with store.reading() as reading:
        assert await reading.audit.verify() == ChainVerdict(2100)


CHANGED = {
    "sequence": 99,
    "at": MOMENT,
    "version": 77,
    "actor": "nobody",
    "actor_uid": "adm_x",
    "address": "::2",
    "request_id": "req-x",
    "reason": "out of spite",
    "action": "delete",
    "kind": "model",
    "uid": "other",
    "before": '{"name":"mallory"}',
    "after": None,
    "hash": b"x" * 32,
}


async def filled(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(ENTRIES):
            await change.users.create(User(f"user {number}"))


async def tamper(address: str, *statements: object) -> None:
    """Does to the tables what no store would do."""
    engines = open_database(address)
    async with engines.writing.begin() as connection:
        for statement in statements:
            await connection.execute(statement)  # type: ignore[call-overload] # any statement
    await engines.close()


async def verdict_of(store: SqlStore) -> ChainVerdict:
    async with store.reading() as reading:
        return await reading.audit.verify()


def test_every_column_of_the_log_is_tampered_with() -> None:
    assert CHANGED.keys() == set(AUDIT.columns.keys())


@pytest.mark.parametrize("column", CHANGED)
async def test_an_entry_that_was_changed_is_named(store: SqlStore, address: str, column: str) -> None:
    await filled(store)
    await tamper(address, update(AUDIT).where(AUDIT.c.sequence == 3).values({column: CHANGED[column]}))
    verdict = await verdict_of(store)
    assert (verdict.entries, verdict.broken) == (2, 3)
    assert "entry 3" in verdict.why


@pytest.mark.parametrize("sequence", [1, 3, ENTRIES])
async def test_an_entry_that_was_taken_away_is_named(store: SqlStore, address: str, sequence: int) -> None:
    await filled(store)
    await tamper(address, delete(AUDIT).where(AUDIT.c.sequence == sequence))
    assert (await verdict_of(store)).broken == sequence


async def test_an_entry_that_was_added_by_hand_is_named(store: SqlStore, address: str) -> None:
    await filled(store)
    last = select(AUDIT).where(AUDIT.c.sequence == ENTRIES).subquery()
    columns = [last.c[name] if name != "sequence" else (last.c.sequence + 1).label("sequence") for name in CHANGED]
    await tamper(address, insert(AUDIT).from_select(list(CHANGED), select(*columns)))
    verdict = await verdict_of(store)
    assert verdict.broken == ENTRIES + 1


async def test_a_log_that_ends_elsewhere_than_the_store_knows_is_noticed(store: SqlStore, address: str) -> None:
    await filled(store)
    await tamper(address, update(GATEWAY_STATE).values(audit_hash=b"x" * 32))
    verdict = await verdict_of(store)
    assert verdict.broken == ENTRIES
    await tamper(address, delete(AUDIT), update(GATEWAY_STATE).values(audit_sequence=0, audit_hash=b""))
    assert await verdict_of(store) == ChainVerdict(0)
