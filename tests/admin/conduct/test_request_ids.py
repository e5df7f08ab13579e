"""Request ids tell a repeated call from another one, without keeping what it said."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.request_ids import read_request
from gateway_core.errors import InvalidRequest
from gateway_core.identity.peppers import Pepper
from weir.admin.v1.api_key_service_pb2 import CreateApiKeyRequest, RotateApiKeyRequest
from weir.admin.v1.user_pb2 import User
from weir.admin.v1.user_service_pb2 import CreateUserRequest

PEPPER = Pepper(bytes(32))
ONE = "11111111-1111-4111-8111-111111111111"
TEXT = st.text(st.characters(codec="utf-8"))


def test_a_call_without_a_request_id_may_be_carried_out_twice() -> None:
    assert read_request(CreateUserRequest(user_id="a"), PEPPER) is None


@pytest.mark.parametrize(
    "given_id",
    [
        "1",
        "11111111-1111-1111-8111-111111111111",
        "not-a-uuid",
        "11111111-1111-4111-8111-11111111111",
        " ",
        str(uuid.UUID(int=0)),
    ],
)
def test_what_is_no_uuid_of_version_4_is_refused(given_id: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_request(CreateUserRequest(request_id=given_id), PEPPER)
    assert refused.value.violations[0].field == "request_id"


def test_an_id_written_otherwise_is_the_same() -> None:
    first = read_request(CreateUserRequest(request_id=ONE), PEPPER)
    second = read_request(CreateUserRequest(request_id=ONE.upper().replace("-", "")), PEPPER)
    assert first == second
    assert first is not None
    assert first.id == ONE


@given(user_id=TEXT, shown=TEXT, given_id=st.uuids(version=4), other_id=st.uuids(version=4))
def test_the_fingerprint_is_that_of_the_rest(
    user_id: str, shown: str, given_id: uuid.UUID, other_id: uuid.UUID
) -> None:
    def read(content: str, request_id: uuid.UUID) -> bytes:
        message = CreateUserRequest(user_id=content, user=User(display_name=shown), request_id=str(request_id))
        before = message.SerializeToString(deterministic=True)
        request = read_request(message, PEPPER)
        assert message.SerializeToString(deterministic=True) == before
        assert request is not None
        assert request.id == str(request_id)
        return request.fingerprint

    assert read(user_id, given_id) == read(user_id, other_id)
    assert read(user_id, given_id) != read(user_id + "x", given_id)


def test_the_fingerprint_tells_kinds_of_calls_apart() -> None:
    create = read_request(CreateApiKeyRequest(request_id=ONE), PEPPER)
    rotate = read_request(RotateApiKeyRequest(request_id=ONE), PEPPER)
    assert create is not None
    assert rotate is not None
    assert create.fingerprint != rotate.fingerprint


def test_the_fingerprint_cannot_be_made_without_the_pepper() -> None:
    message = CreateUserRequest(request_id=ONE)
    first, second = read_request(message, PEPPER), read_request(message, Pepper(bytes([1]) * 32))
    assert first is not None
    assert second is not None
    assert first.fingerprint != second.fingerprint
    assert len(first.fingerprint) == 32
