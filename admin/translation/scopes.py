"""What API keys may do, as the contract shows it, and back. An empty list never means everything."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from admin.conduct.violations import Violations
from gateway_core.records.stored_api_key import StoredApiKey
from weir.admin.v1 import api_key_pb2
from weir.admin.v1.api_key_pb2 import ApiKeyOperation, ApiKeyScopes

MOST: Final = 100
LONGEST_PATTERN: Final = 256
LONGEST_NETWORK: Final = 64
ANY: Final = "*"
EVERYWHERE: Final = ("0.0.0.0/0", "::/0")
OPERATIONS: Final[Mapping[str, ApiKeyOperation.ValueType]] = MappingProxyType(
    {
        "chat": api_key_pb2.API_KEY_OPERATION_CHAT,
        "embeddings": api_key_pb2.API_KEY_OPERATION_EMBEDDINGS,
        "passthrough": api_key_pb2.API_KEY_OPERATION_PASSTHROUGH,
        "admin_read": api_key_pb2.API_KEY_OPERATION_ADMIN_READ,
    }
)
STORED: Final[Mapping[ApiKeyOperation.ValueType, str]] = MappingProxyType(
    {shown: name for name, shown in OPERATIONS.items()}
)
EVERY_OPERATION: Final = ("chat", "embeddings", "passthrough")
USUAL_OPERATIONS: Final = ("chat", "embeddings")


def show_scopes(key: StoredApiKey) -> ApiKeyScopes:
    """Spells out what a key may do. `*` of the operations stands for all that calls models, not for administration."""
    spelt = dict.fromkeys(
        one for name in key.operations for one in (EVERY_OPERATION if name == ANY else (name,)) if one in OPERATIONS
    )
    return ApiKeyScopes(
        models=key.models,
        operations=[OPERATIONS[name] for name in spelt],
        source_networks=key.networks or EVERYWHERE,
    )


def with_defaults(scopes: ApiKeyScopes) -> ApiKeyScopes:
    """Gives scopes in which the default takes the place of each empty list, for a key that is made."""
    return ApiKeyScopes(
        models=scopes.models or (ANY,),
        operations=scopes.operations or [OPERATIONS[name] for name in USUAL_OPERATIONS],
        source_networks=scopes.source_networks or EVERYWHERE,
    )


def read_scopes(shown: ApiKeyScopes, key: StoredApiKey, violations: Violations) -> StoredApiKey:
    """Gives the key with these scopes; a list that looks as it does now stays as it is stored."""
    now = show_scopes(key)
    return replace(
        key,
        models=key.models if shown.models == now.models else _models(shown.models, violations),
        operations=key.operations if shown.operations == now.operations else _operations(shown.operations, violations),
        networks=key.networks
        if shown.source_networks == now.source_networks
        else _networks(shown.source_networks, violations),
    )


def _models(patterns: Sequence[str], violations: Violations) -> tuple[str, ...]:
    field = _check_number("models", patterns, violations)
    for at, pattern in enumerate(patterns[:MOST]):
        violations.check_text(f"{field}[{at}]", pattern, longest=LONGEST_PATTERN, required=True)
    return tuple(dict.fromkeys(patterns))


def _operations(operations: Sequence[ApiKeyOperation.ValueType], violations: Violations) -> tuple[str, ...]:
    field = _check_number("operations", operations, violations)
    for at, operation in enumerate(operations[:MOST]):
        if operation not in STORED:
            violations.note(f"{field}[{at}]", "must be a known operation")
    return tuple(dict.fromkeys(STORED[operation] for operation in operations if operation in STORED))


def _networks(networks: Sequence[str], violations: Violations) -> tuple[str, ...]:
    field = _check_number("source_networks", networks, violations)
    read: dict[str, None] = {}
    for at, network in enumerate(networks[:MOST]):
        try:
            read[_network(network)] = None
        except ValueError:
            violations.note(
                f"{field}[{at}]", "must be a network without host bits, such as 10.0.0.0/8 or 2001:db8::/32"
            )
    return () if read.keys() >= set(EVERYWHERE) else tuple(read)


def _network(written: str) -> str:
    if len(written) > LONGEST_NETWORK or "%" in written:
        raise ValueError("no network is written like this")
    return str(ipaddress.ip_network(written))


def _check_number(name: str, entries: Sequence[object], violations: Violations) -> str:
    field = f"api_key.scopes.{name}"
    if not 0 < len(entries) <= MOST:
        violations.note(field, f"must have 1 to {MOST} entries: an empty list would allow nothing")
    return field
