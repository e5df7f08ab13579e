"""Refuses keys that are known but not good: now, for this, or from there. It finds no keys."""

from ipaddress import IPv4Address, IPv6Address
from typing import TypeAlias

from gateway_core.errors import (
    ApiKeyDisabled,
    ApiKeyExpired,
    ApiKeyRevoked,
    CallerError,
    IpDenied,
    ModelNotAllowed,
    OperationNotAllowed,
    UserDisabled,
)
from gateway_core.records.api_key import ApiKey, KeyState

Address: TypeAlias = IPv4Address | IPv6Address

REFUSALS: dict[KeyState, tuple[type[CallerError], str]] = {
    "revoked": (ApiKeyRevoked, "the API key was revoked and will not work again; use another one"),
    "disabled": (ApiKeyDisabled, "an administrator has disabled the API key for the time being"),
    "user_disabled": (UserDisabled, "an administrator has disabled the user that the API key belongs to"),
}
SHOWN = 100


def require_good(key: ApiKey, now: float) -> None:
    """Raises the error for a key, or a secret of it, that does not work at `now`: the most lasting cause first."""
    if key.state == "revoked":
        raise _refusal(key.state)
    if key.expires_at is not None and key.expires_at <= now:
        raise ApiKeyExpired("the API key has expired; use another one")
    if key.secret_expires_at is not None and key.secret_expires_at <= now:
        raise ApiKeyExpired("this secret of the API key was replaced and has expired; use the key's newer secret")
    if key.state != "active":
        raise _refusal(key.state)


def require_operation(key: ApiKey, operation: str | None) -> None:
    """Raises OperationNotAllowed where the key is not good for what the rpc does."""
    if operation is not None and key.operations is not None and operation not in key.operations:
        allowed = ", ".join(sorted(key.operations)) or "nothing"
        facts = {"operation": operation, "allowed": allowed}
        raise OperationNotAllowed(f"the API key is not good for {operation}, only for {allowed}", facts=facts)


def require_network(key: ApiKey, address: Address | None) -> None:
    """Raises IpDenied where the call comes from outside of the key's networks, or from nobody knows where."""
    if address is None:
        raise IpDenied("the API key is bound to networks, and the address that the call comes from is not known")
    if not any(address in network for network in key.networks):
        raise IpDenied(f"the API key may not be used from {address}", facts={"address": str(address)})


def require_model(key: ApiKey, model: str) -> None:
    """Raises ModelNotAllowed where the model is out of the key's scope, whether or not there is such a model."""
    if key.models is not None and not key.models.allows(model):
        shown = model if len(model) <= SHOWN else f"{model[: SHOWN - 1]}…"
        allowed = key.models.describe()
        raise ModelNotAllowed(
            f"the API key may not use the model {shown!r}, only {allowed}", facts={"model": shown, "allowed": allowed}
        )


def _refusal(state: KeyState) -> CallerError:
    kind, sentence = REFUSALS[state]
    return kind(sentence)
