"""Finds the model a caller asks for by name. It knows neither permissions nor targets."""

from gateway_core.errors import ModelNotFound
from gateway_core.records.model import Model
from gateway_core.records.snapshot import Snapshot

SHOWN = 100


def resolve_model(snapshot: Snapshot, name: str) -> Model:
    """Gives the model of that name, or raises ModelNotFound, which names it (at most its first 100 characters)."""
    model = snapshot.models.get(name)
    if model is None:
        shown = name if len(name) <= SHOWN else f"{name[: SHOWN - 1]}…"
        raise ModelNotFound(f"there is no model {shown!r}", facts={"model": shown})
    return model
