"""Gives what is declared as plain values, under the keys of the file: durations as text, money as exact decimals.

It writes everything out, defaults too, so that two of them can be compared.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, time
from decimal import Decimal

from admin.configuration.declared import Allowance, DeclaredApiKey, DeclaredCredential
from admin.configuration.quantities import FINEST, NANO, PICO_PER_MILLION, show_duration
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.price import Price
from gateway_core.records.stored_model import Retries, StoredModel
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.user import User

Plain = dict[str, object]
MEASURES = {
    "requests": "requests",
    "tokens": "tokens",
    "cost": "cost_usd",
    "concurrency": "concurrent_requests",
}
PER_MINUTE = {"requests": "requests_per_minute", "tokens": "tokens_per_minute"}
QUOTA_PERIODS = ("day", "month", "total")


def plain_provider(value: StoredProvider) -> Plain:
    """Writes a provider, without its credentials."""
    return {
        "kind": value.kind,
        "base_url": value.base_url.rstrip("/"),
        "balance": value.balance,
        "timeouts": plain_timeouts(value.timeouts),
        "breaker": plain_breaker(value.breaker),
        "disabled": value.disabled,
    }


def plain_timeouts(value: Timeouts) -> Plain:
    """Writes timeouts."""
    return {field.name: show_duration(getattr(value, field.name)) for field in fields(value)}


def plain_breaker(value: Breaker) -> Plain:
    """Writes when a provider is not asked."""
    return {"failures": value.failures, "reset": show_duration(value.reset)}


def plain_credential(value: DeclaredCredential) -> Plain:
    """Writes a credential, without its secret."""
    return {"weight": value.weight, "disabled": value.disabled}


def plain_model(value: StoredModel) -> Plain:
    """Writes a model; what its targets cost is not in it."""
    return {
        "strategy": value.strategy,
        "targets": [
            {"provider": target.provider, "model": target.model, "weight": target.weight} for target in value.targets
        ],
        "retries": plain_retries(value.retries),
        "fallback": list(value.fallback),
        "stream_break": value.stream_break,
        "disabled": value.disabled,
    }


def plain_retries(value: Retries) -> Plain:
    """Writes when a target is asked again."""
    budget = Decimal(repr(round(value.budget, FINEST)))
    return {"attempts": value.attempts, "backoff": show_duration(value.backoff), "budget": budget.normalize()}


def plain_price(value: Price) -> Plain:
    """Writes prices in USD per million tokens, leaving out those that are as another."""
    amounts = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: Decimal(amount) / PICO_PER_MILLION for name, amount in amounts.items() if amount is not None}


def plain_user(value: User) -> Plain:
    """Writes a user, without keys and balance."""
    return {"display_name": value.display_name, "disabled": value.disabled}


def plain_money(nano: int) -> Decimal:
    """Writes nano-USD as USD."""
    return Decimal(nano) / NANO


def plain_api_key(value: DeclaredApiKey) -> Plain:
    """Writes an API key."""
    return {
        "models": list(value.models),
        "operations": list(value.operations),
        "networks": list(value.networks),
        "expires": None if value.expires_at is None else plain_moment(value.expires_at),
        "disabled": value.disabled,
    }


def plain_moment(moment: datetime) -> str:
    """Writes a moment, or only the day if it is the day's beginning."""
    moment = moment.astimezone(UTC)
    if moment.time() == time():
        return moment.date().isoformat()
    return moment.isoformat().replace("+00:00", "Z")


def plain_amount(value: Allowance) -> Plain:
    """Writes how much of what is allowed."""
    return {MEASURES[value.measure]: plain_money(value.amount) if value.measure == "cost" else value.amount}


def plain_allowances(values: Sequence[Allowance]) -> Plain:
    """Writes allowances as `limits` and `quotas`, in one order."""
    in_order = sorted(values, key=lambda value: list(MEASURES).index(value.measure))
    limits: Plain = {
        PER_MINUTE.get(value.measure, MEASURES[value.measure]): value.amount
        for value in in_order
        if value.per not in QUOTA_PERIODS
    }
    quotas: list[Plain] = []
    for per in QUOTA_PERIODS:
        amounts: Plain = {}
        for value in in_order:
            amounts.update(plain_amount(value) if value.per == per else {})
        quotas.extend([{"per": per, **amounts}] if amounts else [])
    return {"limits": limits, "quotas": quotas}


def plain_settings(value: GatewaySettings) -> Plain:
    """Writes what is decided for the whole gateway."""
    return {
        "privacy": {"store_prompts": value.store_prompts, "redact_logs": value.redact_logs},
        "staleness_bound": show_duration(value.staleness_bound),
    }
