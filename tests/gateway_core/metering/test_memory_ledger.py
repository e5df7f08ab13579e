"""Books that forget old rows and never a sum."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway_core.metering.ledger import Ledger
from gateway_core.metering.memory_ledger import LedgerTotals, MemoryLedger, Total
from gateway_core.records.ledger_row import LedgerRow


def row_of(
    request_id: str, attempt: int = 1, *, key_id: str = "key_1", model: str = "fast", cost: int | None = 10
) -> LedgerRow:
    return LedgerRow(
        request_id=request_id,
        attempt=attempt,
        account_id="default",
        key_id=key_id,
        model=model,
        provider="openai",
        credential="a",
        provider_model="gpt-4o-mini",
        outcome="completed",
        error_reason="",
        started_at=1767225600.0,
        duration=0.5,
        usage_source="provider",
        input=1,
        cache_read=2,
        cache_write=4,
        audio_input=8,
        image_input=16,
        output=100,
        reasoning=200,
        audio_output=400,
        upstream_cost_nano=cost or 0,
        charge_nano=2 * (cost or 0),
        priced=cost is not None,
    )


def test_rows_come_back_in_order() -> None:
    ledger = MemoryLedger()
    rows = (row_of("a"), row_of("b"), row_of("a", 2))
    for row in rows:
        ledger.record(row)
    assert ledger.rows() == rows


def test_totals_count_every_class_once() -> None:
    ledger = MemoryLedger()
    ledger.record(row_of("a"))
    ledger.record(row_of("b", key_id="key_2"))
    ledger.record(row_of("c", model="slow", cost=5))
    one = Total(attempts=1, input_tokens=31, output_tokens=700, upstream_cost_nano=10, charge_nano=20)
    assert ledger.totals() == LedgerTotals(
        by_key={"key_1": Total(2, 62, 1400, 15, 30), "key_2": one},
        by_model={"fast": Total(2, 62, 1400, 20, 40), "slow": Total(1, 31, 700, 5, 10)},
    )


def test_unpriced_attempts_are_counted_and_add_no_money() -> None:
    ledger = MemoryLedger()
    ledger.record(row_of("a", cost=None))
    assert ledger.totals().by_key == {"key_1": Total(1, 31, 700, unpriced=1)}


def test_the_same_attempt_is_booked_once() -> None:
    ledger = MemoryLedger()
    for _ in range(3):
        ledger.record(row_of("a"))
    ledger.record(row_of("a", cost=999))
    assert ledger.rows() == (row_of("a"),)
    assert ledger.totals().by_model["fast"].attempts == 1


def test_the_oldest_rows_are_dropped_and_stay_in_the_totals() -> None:
    ledger = MemoryLedger(capacity=2)
    for request_id in "abc":
        ledger.record(row_of(request_id))
    assert [row.request_id for row in ledger.rows()] == ["b", "c"]
    assert ledger.totals().by_key["key_1"].attempts == 3


def test_totals_that_were_given_do_not_change_later() -> None:
    ledger = MemoryLedger()
    ledger.record(row_of("a"))
    before = ledger.totals()
    ledger.record(row_of("b"))
    assert before.by_key["key_1"].attempts == 1
    assert before.by_model["fast"].attempts == 1


def test_it_is_a_ledger() -> None:
    ledger: Ledger = MemoryLedger()
    ledger.record(row_of("a"))


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 3), st.sampled_from(["k1", "k2"]))))
def test_totals_are_those_of_the_distinct_attempts(booked: list[tuple[str, int, str]]) -> None:
    ledger = MemoryLedger()
    first: dict[tuple[str, int], str] = {}
    for request_id, attempt, key_id in booked:
        ledger.record(row_of(request_id, attempt, key_id=key_id))
        first.setdefault((request_id, attempt), key_id)
    expected = Counter(first.values())
    assert {key_id: total.attempts for key_id, total in ledger.totals().by_key.items()} == expected
    assert sum(total.charge_nano for total in ledger.totals().by_model.values()) == 20 * len(first)
