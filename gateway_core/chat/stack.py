"""Builds the stack for a snapshot, so that a call finds everything worked out. The place where layers get their order.

From the outside in: validated, metered, routed, spread over targets, spread over credentials, attempted.
Limits and budget belong between validated and metered, fallback and retry between metered and routed.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from gateway_core.chat.attempted import AttemptedChat, Endpoint
from gateway_core.chat.metered import MeteredChat
from gateway_core.chat.protocol import Chat
from gateway_core.chat.routed import RoutedChat, SpreadChat
from gateway_core.chat.validated import ValidatedChat
from gateway_core.clock import Clock
from gateway_core.metering.ledger import Ledger
from gateway_core.providers.registry import ProviderRegistry
from gateway_core.records.model import Model, Target
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.snapshot import Snapshot
from gateway_core.routing.choose import Chooser, Weighted


@dataclass(frozen=True, slots=True)
class StackParts:
    """What stacks are built from, whatever the snapshot."""

    registry: ProviderRegistry
    ledger: Ledger
    clock: Clock
    random: Random
    logger: logging.Logger


def build_stack(parts: StackParts, snapshot: Snapshot) -> Chat:
    """Builds the whole stack."""
    models = {name: _model_chat(parts, snapshot, model) for name, model in snapshot.models.items()}
    return ValidatedChat(MeteredChat(RoutedChat(models), parts.ledger, parts.clock, parts.logger))


def _model_chat(parts: StackParts, snapshot: Snapshot, model: Model) -> Chat:
    chats = [_target_chat(parts, snapshot.providers[target.provider], target) for target in model.targets]
    return _spread(parts, model.strategy, model.targets, chats)


def _target_chat(parts: StackParts, provider: Provider, target: Target) -> Chat:
    chats = [_endpoint_chat(parts, provider, credential, target) for credential in provider.credentials]
    return _spread(parts, provider.balance, provider.credentials, chats)


def _endpoint_chat(parts: StackParts, provider: Provider, credential: Credential, target: Target) -> Chat:
    dialect = parts.registry.dialect(provider.kind)
    endpoint = Endpoint(
        provider=provider.name,
        credential=credential.name,
        model=target.model,
        base_url=provider.base_url.rstrip("/"),
        headers=dialect.headers(credential.secret.reveal()),
        timeouts=provider.timeouts,
        price=target.price,
        dialect=dialect,
        upstream=parts.registry.upstream(provider.kind),
    )
    return AttemptedChat(endpoint, parts.clock)


def _spread(parts: StackParts, strategy: str, candidates: Sequence[Weighted], chats: Sequence[Chat]) -> Chat:
    """Leaves out the choosing where there is no choice."""
    return chats[0] if len(chats) == 1 else SpreadChat(Chooser(strategy, parts.random), candidates, chats)
