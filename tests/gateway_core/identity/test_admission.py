"""Which known keys are refused, and with what."""

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from gateway_core.errors import (
    ApiKeyDisabled,
    ApiKeyExpired,
    ApiKeyRevoked,
    GatewayError,
    IpDenied,
    ModelNotAllowed,
    OperationNotAllowed,
    UserDisabled,
)
from gateway_core.identity.admission import require_good, require_model, require_network, require_operation
from gateway_core.records.model_scope import ModelScope
from tests.fakes.worlds import a_key

NOW = 1000.0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": "revoked"}, ApiKeyRevoked),
        ({"state": "disabled"}, ApiKeyDisabled),
        ({"state": "user_disabled"}, UserDisabled),
        ({"expires_at": NOW}, ApiKeyExpired),
        ({"secret_expires_at": NOW}, ApiKeyExpired),
        ({"state": "revoked", "expires_at": 1.0}, ApiKeyRevoked),
        ({"state": "disabled", "expires_at": 1.0}, ApiKeyExpired),
    ],
)
def test_a_key_that_does_not_work_says_why(changes: dict[str, Any], error: type[GatewayError]) -> None:
    with pytest.raises(error) as raised:
        require_good(a_key(**changes), NOW)
    assert type(raised.value) is error


def test_the_sentences_tell_an_expired_key_from_an_expired_secret() -> None:
    with pytest.raises(ApiKeyExpired, match="newer secret"):
        require_good(a_key(secret_expires_at=NOW - 1), NOW)
    with pytest.raises(ApiKeyExpired, match="use another one"):
        require_good(a_key(expires_at=NOW - 1, secret_expires_at=NOW - 1), NOW)


def test_a_key_works_until_the_last_moment() -> None:
    require_good(a_key(), NOW)
    require_good(a_key(expires_at=NOW + 0.001, secret_expires_at=NOW + 0.001), NOW)


def test_an_operation_must_be_among_those_of_the_key() -> None:
    require_operation(a_key(), "chat")
    require_operation(a_key(operations=frozenset(("chat",))), "chat")
    require_operation(a_key(operations=frozenset(("embeddings",))), None)
    with pytest.raises(OperationNotAllowed, match="not good for chat, only for admin_read, embeddings") as raised:
        require_operation(a_key(operations=frozenset(("embeddings", "admin_read"))), "chat")
    assert raised.value.facts["operation"] == "chat"
    with pytest.raises(OperationNotAllowed, match="only for nothing"):
        require_operation(a_key(operations=frozenset()), "chat")


def test_an_address_must_be_within_the_networks_of_the_key() -> None:
    key = a_key(networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")))
    for address in ("10.1.2.3", "2001:db8::5"):
        require_network(key, ip_address(address))
    with pytest.raises(IpDenied, match=r"192\.0\.2\.1"):
        require_network(key, ip_address("192.0.2.1"))
    with pytest.raises(IpDenied, match="not known"):
        require_network(key, None)


def test_a_model_must_be_in_the_scope_of_the_key() -> None:
    require_model(a_key(), "anything")
    key = a_key(models=ModelScope(("fast", "team/*")))
    require_model(key, "team/a")
    with pytest.raises(ModelNotAllowed, match=r"'slow', only fast, team/\*") as raised:
        require_model(key, "slow")
    assert raised.value.facts == {"model": "slow", "allowed": "fast, team/*"}
    with pytest.raises(ModelNotAllowed) as raised:
        require_model(key, "x" * 10**6)
    assert len(raised.value.message) < 300
