"""Which names in models must stand for something, and whether they do. It is told what there is."""

from collections.abc import Collection, Iterator

from admin.configuration.declared import Declared, Place
from admin.configuration.problem import suggest

SIMULATOR = "simulator"


def missing_references(
    declared: Declared, providers: Collection[str], models: Collection[str]
) -> Iterator[tuple[Place, str]]:
    """Gives each name of a model's target or fallback that is not among those that there are, with a sentence."""
    for model in declared.models.values():
        places = model.target_places or (model.place,) * len(model.value.targets)
        for target, place in zip(model.value.targets, places, strict=True):
            if target.provider not in providers:
                yield place, f"there is no provider of this name{suggest(target.provider, providers)}"
        for name in model.value.fallback:
            if name not in models:
                yield model.fallback_place, f"there is no model `{name}`{suggest(name, models)}"


def doubtful_references(declared: Declared) -> Iterator[tuple[Place, str]]:
    """Gives what the declared records alone cannot answer for: whether the gateway knows it, only the gateway knows."""
    providers = declared.providers or (SIMULATOR,)
    for place, sentence in missing_references(declared, providers, declared.models):
        what, comma, rest = sentence.partition(", ")
        yield place, f"{what} here, so the database must have it{comma}{rest}"
