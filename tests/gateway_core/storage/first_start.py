"""One start of a gateway's store, for processes that start at the same time."""

from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

from gateway_core.identity.bootstrap import bootstrap
from gateway_core.storage.sqlite import open_key_store


def start(data_dir: Path, line: Barrier) -> None:
    """Waits for the others, opens the store and leaves a file that tells what was made."""
    line.wait(timeout=30)
    with open_key_store(data_dir) as store:
        made = bootstrap(store, api_key=None, admin_token=None, now=datetime.now(UTC))
    if made.api_key is not None:
        (data_dir / made.api_key.reveal()).touch()
