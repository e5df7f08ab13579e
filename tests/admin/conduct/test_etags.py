"""Etags change with every revision, and stand for nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.etags import etag_of, expected_revision
from gateway_core.errors import EtagMismatch
from gateway_core.records.versioned import Versioned

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
REVISIONS = st.integers(1, 2**60)


def record(uid: str, revision: int) -> Versioned[object]:
    """Makes a record of which only the etag matters."""
    return Versioned(uid, revision, MOMENT, MOMENT, None, "api", None)


@given(uid=st.text(), revision=REVISIONS)
def test_a_change_with_the_etag_is_for_the_revision_that_was_read(uid: str, revision: int) -> None:
    read = record(uid, revision)
    assert expected_revision(etag_of(read), read) == revision


def test_a_change_without_an_etag_is_for_whatever_is_there() -> None:
    assert expected_revision("", record("usr_1", 7)) is None


@given(revision=REVISIONS, later=REVISIONS)
def test_the_etag_of_another_revision_does_not_fit(revision: int, later: int) -> None:
    if revision != later:
        with pytest.raises(EtagMismatch):
            expected_revision(etag_of(record("usr_1", revision)), record("usr_1", later))


def test_the_etag_of_another_record_does_not_fit() -> None:
    with pytest.raises(EtagMismatch):
        expected_revision(etag_of(record("usr_1", 7)), record("usr_2", 7))


@pytest.mark.parametrize("etag", ["*", "7", "W/x", '"', "7-", "ä"])
def test_an_invented_etag_does_not_fit(etag: str) -> None:
    with pytest.raises(EtagMismatch):
        expected_revision(etag, record("usr_1", 7))
