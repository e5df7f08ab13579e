"""What a store cannot do is said in the words of the contract, without what the store says inside."""

import pytest

from admin.interceptors.storage_errors import TranslatedRpc, translate
from gateway_core import errors
from gateway_core.storage import storage_error

INSIDE = "no route to secret-host"
ROWS = [
    (storage_error.StoreUnavailable(INSIDE), errors.StoreUnavailable),
    (storage_error.RevisionConflict("user", INSIDE, expected=1, actual=2), errors.EtagMismatch),
    (storage_error.AlreadyThere("api_key", INSIDE), errors.AlreadyExists),
    (storage_error.NotThere("admin_token", INSIDE), errors.ResourceNotFound),
    (storage_error.RequestReused("5c0f9ad8"), errors.IdempotencyConflict),
]


@pytest.mark.parametrize(("error", "expected"), ROWS)
def test_a_storage_error_becomes_one_of_the_contract(
    error: storage_error.StorageError, expected: type[errors.GatewayError]
) -> None:
    told = translate(error)
    assert told is not None
    assert type(told) is expected
    assert INSIDE not in told.message
    assert INSIDE not in str(told.facts)


def test_a_store_that_is_away_is_worth_another_try() -> None:
    told = translate(storage_error.StoreUnavailable(INSIDE))
    assert told is not None
    assert told.retry_after == 1.0


def test_records_are_named_as_people_name_them() -> None:
    assert str(translate(storage_error.AlreadyThere("api_key", ""))) == "this API key exists already"
    assert str(translate(storage_error.NotThere("record that", ""))) == "this record does not exist, or is deleted"


@pytest.mark.parametrize(
    "error", [None, ValueError("x"), storage_error.StorageError("x"), storage_error.SchemaIncompatible("x")]
)
def test_everything_else_passes(error: BaseException | None) -> None:
    assert translate(error) is None


async def test_the_layer_raises_from_what_happened() -> None:
    cause = storage_error.StoreUnavailable(INSIDE)
    with pytest.raises(errors.StoreUnavailable) as raised:
        async with TranslatedRpc():
            raise cause
    assert raised.value.__cause__ is cause
    with pytest.raises(ZeroDivisionError):
        async with TranslatedRpc():
            raise ZeroDivisionError
