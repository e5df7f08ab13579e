"""The stores that must keep the contract, each with a way to open it once more over the same data."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeAlias

import pytest

from gateway_core.storage.key_store import KeyStore
from gateway_core.storage.memory import MemoryKeyStore
from gateway_core.storage.sqlite import open_key_store

OpenStore: TypeAlias = Callable[[], AbstractContextManager[KeyStore]]


@pytest.fixture(params=["memory", "sqlite"])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> OpenStore:
    """Opens the store; every opening sees the same data."""
    if request.param == "memory":
        store = MemoryKeyStore(b"p" * 32)
        return lambda: nullcontext(store)
    return lambda: open_key_store(tmp_path / "data")


@pytest.fixture
def store(open_store: OpenStore) -> Iterator[KeyStore]:
    """One open store, empty."""
    with open_store() as opened:
        yield opened
