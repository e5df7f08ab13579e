"""Moves every sealed secret under the current master key, in small steps, while calls go on."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway_core.records.audit_entry import Actor
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.secrets_at_rest.envelope import rewrap
from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from gateway_core.storage.column_types import write_json
from gateway_core.storage.store import Store

BATCH = 100


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many secrets were moved, how many are still under other keys, and the owners of those that do not open.

    Nothing is left to do when `left` is 0: then the older keys can go.
    """

    moved: int
    left: int
    damaged: tuple[str, ...] = field(default=())


async def rewrap_all(
    store: Store,
    keys: MasterKeys,
    actor: Actor,
    *,
    batch: int = BATCH,
    randomness: Callable[[int], bytes] = secrets.token_bytes,
) -> Rewrapped:
    """Goes once through all secrets. Whoever is stopped half-way, or finds some left, just does it again."""
    current, after, moved = keys.current.key_id, "", 0
    damaged: list[str] = []
    while True:
        async with store.reading() as reading:
            waiting = await reading.secrets.not_under(current, after=after, limit=batch)
        if not waiting:
            break
        after = waiting[-1].owner
        pairs = _rewrapped(keys, waiting, damaged, randomness)
        async with store.changing(actor) as change:
            done = [await change.secrets.rewrap(new, instead_of=old) for old, new in pairs]
            if any(done):
                await change.audit.note("rewrap", "secret", current, after=write_json({"secrets": sum(done)}))
        moved += sum(done)
    async with store.reading() as reading:
        counts = await reading.secrets.count_by_key()
    return Rewrapped(moved, sum(counts.values()) - counts.get(current, 0), tuple(damaged))


def _rewrapped(
    keys: MasterKeys, waiting: Sequence[SealedSecret], damaged: list[str], randomness: Callable[[int], bytes]
) -> list[tuple[SealedSecret, SealedSecret]]:
    pairs = []
    for sealed in waiting:
        try:
            pairs.append((sealed, rewrap(keys, sealed, randomness=randomness)))
        except SecretsError:
            damaged.append(sealed.owner)
    return pairs
