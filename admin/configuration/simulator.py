"""Sees to it that a gateway without any provider answers all the same: offline, as one model of the simulator."""

from datetime import datetime

from gateway_core.records.price import Price
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.storage.query import Where
from gateway_core.storage.store import Changing

SIMULATOR = "simulator"
MODEL = "weir-demo"
PRICE = Price(input=100_000, output=400_000)
BY_FIRST_START = "bootstrap"
NOTE = f"no provider is configured, so the simulator answers as model {MODEL}"


async def keep_simulator(change: Changing, now: datetime) -> None:
    """Makes the simulator and its model; those that are there already belong to no file any more."""
    provider = await change.providers.find(Where("name", "=", SIMULATOR))
    if provider is None:
        await change.providers.create(StoredProvider(SIMULATOR, SIMULATOR), managed_by=BY_FIRST_START)
    else:
        await change.providers.update(provider.uid, provider.value, managed_by=BY_FIRST_START)
    model = await change.models.find(Where("name", "=", MODEL))
    if model is None:
        value = StoredModel(MODEL, (StoredTarget(SIMULATOR, MODEL),))
        await change.models.create(value, managed_by=BY_FIRST_START)
    else:
        await change.models.update(model.uid, model.value, managed_by=BY_FIRST_START)
    rows = await change.prices.history(SIMULATOR, MODEL)
    if not rows:
        await change.prices.append(SIMULATOR, MODEL, PRICE, effective_from=now, managed_by=BY_FIRST_START)
