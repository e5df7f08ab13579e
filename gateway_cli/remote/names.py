"""Names of records: people write `alice/laptop`, the contract says `users/alice/apiKeys/laptop`. It judges no id."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import typer

ANY: Final = "-"
DEFAULTS: Final = "defaults"


@dataclass(frozen=True, slots=True)
class NameShape:
    """The shape of the names of one kind: its collections, and an example of what people write.

    With `slashes` the last id may hold slashes.
    """

    collections: tuple[str, ...]
    example: str
    slashes: bool = False

    def full(self, given: str) -> str:
        """Gives the full name for a short or a full one. Raises BadParameter."""
        if self.is_full(given):
            return given
        ids = (given,) if len(self.collections) == 1 else tuple(given.split("/"))
        if not all(ids) or len(ids) != len(self.collections) or (not self.slashes and "/" in given and len(ids) == 1):
            full = self.name_of(tuple(self.example.split("/")))
            raise typer.BadParameter(f"{given!r} must look like {self.example} or {full}")
        return self.name_of(ids)

    def is_full(self, given: str) -> bool:
        """Says whether a name is spelled out as the contract has it."""
        parts = self._parts(given)
        return all(parts) and tuple(parts[::2]) == self.collections and len(parts) == 2 * len(self.collections)

    def short(self, name: str) -> str:
        """Gives what people write for a name; a name of another shape stays as it is."""
        return "/".join(self._parts(name)[1::2]) if self.is_full(name) else name

    def name_of(self, ids: tuple[str, ...]) -> str:
        """Writes a full name."""
        return "/".join(part for pair in zip(self.collections, ids, strict=True) for part in pair)

    def _parts(self, name: str) -> list[str]:
        return name.split("/", maxsplit=2 * len(self.collections) - 1 if self.slashes else -1)


USER: Final = NameShape(("users",), "alice")
API_KEY: Final = NameShape(("users", "apiKeys"), "alice/laptop")
ADMIN_TOKEN: Final = NameShape(("adminTokens",), "deploy")
PROVIDER: Final = NameShape(("providers",), "openai")
CREDENTIAL: Final = NameShape(("providers", "credentials"), "openai/main")
MODEL: Final = NameShape(("models",), "gpt-4o-mini", slashes=True)
LIMIT: Final = NameShape(("limits",), "lim_7k2")
PRICE: Final = NameShape(("prices",), "prc_7k2")
SUBJECTS: Final = MappingProxyType(
    {"users": USER, "keys": API_KEY, "models": MODEL, "providers": PROVIDER, "credentials": CREDENTIAL}
)


def owner_and_id(shape: NameShape, given: str) -> tuple[str, str]:
    """Splits the name of a record to be made: the name of its owner, and its own id, empty if it is not given.

    Raises BadParameter.
    """
    owner = NameShape(shape.collections[:1], shape.example.partition("/")[0])
    if owner.is_full(given) or "/" not in given:
        return owner.full(given), ""
    *_, last = parts = shape.full(given).split("/")
    return "/".join(parts[:2]), last


def provider_and_model(given: str) -> tuple[str, str]:
    """Splits `openai/gpt-4o-mini` into a provider's name and its model, which may hold slashes. Raises BadParameter."""
    provider, _, model = given.partition("/")
    if not provider or not model:
        raise typer.BadParameter(f"{given!r} must look like openai/gpt-4o-mini: a provider and its model")
    return PROVIDER.full(provider), model


def subject_of(given: str) -> str:
    """Gives the full name of what a limit bounds: `keys/alice/laptop` is the key alice/laptop. Raises BadParameter."""
    if given == DEFAULTS or any(shape.is_full(given) for shape in SUBJECTS.values()):
        return given
    kind, _, rest = given.partition("/")
    if kind not in SUBJECTS:
        known = ", ".join(f"{kind}/{shape.example}" for kind, shape in SUBJECTS.items())
        raise typer.BadParameter(f"{given!r} must be {DEFAULTS} or look like {known}")
    return SUBJECTS[kind].full(rest)


def short_subject(name: str) -> str:
    """Gives what people write for the subject of a limit."""
    return next((f"{kind}/{shape.short(name)}" for kind, shape in SUBJECTS.items() if shape.is_full(name)), name)
