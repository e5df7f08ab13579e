"""Leaves out of a snapshot what this version cannot work with, and lends an empty credential where none is needed.

A newer version may have stored kinds of providers and strategies that this one never heard of.
"""

from collections.abc import Container, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from gateway_core.providers.registry import KINDS
from gateway_core.records.model import Model
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot
from gateway_core.routing.choose import STRATEGIES

NO_CREDENTIAL: Final = (Credential("none", Secret("")),)


def usable(snapshot: Snapshot) -> Snapshot:
    """Gives the snapshot that a stack can be built for."""
    providers = {one.name: _with_credential(one) for one in snapshot.providers.values() if _is_known(one)}
    models = {model.name: model for model in _answerable(snapshot, providers.keys())}
    return replace(snapshot, providers=MappingProxyType(providers), models=MappingProxyType(models))


def left_out(snapshot: Snapshot, kept: Snapshot) -> tuple[str, ...]:
    """Names the providers and models that are missing from what was kept."""
    providers = sorted(snapshot.providers.keys() - kept.providers.keys())
    models = sorted(snapshot.models.keys() - kept.models.keys())
    return (*(f"provider {name}" for name in providers), *(f"model {name}" for name in models))


def _is_known(provider: Provider) -> bool:
    return provider.kind in KINDS and provider.balance in STRATEGIES


def _with_credential(provider: Provider) -> Provider:
    return provider if provider.credentials else replace(provider, credentials=NO_CREDENTIAL)


def _answerable(snapshot: Snapshot, providers: Container[str]) -> Iterator[Model]:
    """Gives the models with the targets that are left, if any are."""
    for model in snapshot.models.values():
        targets = tuple(target for target in model.targets if target.provider in providers)
        if targets and model.strategy in STRATEGIES:
            yield replace(model, targets=targets)
