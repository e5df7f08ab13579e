"""Resource names: how they are written, and read back into ids. It does not know what exists."""

import re
from dataclasses import dataclass

from gateway_core.errors import InvalidRequest

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+~-]{0,127}", re.ASCII)
LONGEST_MODEL = 200
ANY = "-"
ID_RULE = "must be 1 to 128 letters, digits and . _ : @ + ~ -, beginning with a letter or a digit"
MODEL_RULE = f"must be parts of letters, digits and . _ : @ + ~ - joined by /, at most {LONGEST_MODEL} characters"


def is_id(text: str) -> bool:
    """Says whether a text can be the id of a record."""
    return ID.fullmatch(text) is not None


def is_model_id(text: str) -> bool:
    """Says whether a text can be the id of a model, which may hold slashes."""
    return len(text) <= LONGEST_MODEL and all(is_id(part) for part in text.split("/"))


@dataclass(frozen=True, slots=True)
class NamePattern:
    """The shape of the names of one kind: collections and, after each, the id of a record in it.

    With `slashes` the last id may hold slashes.
    """

    collections: tuple[str, ...]
    slashes: bool = False

    def write(self, *ids: str) -> str:
        """Writes the name."""
        return "/".join(part for pair in zip(self.collections, ids, strict=True) for part in pair)

    def read(self, name: str, field: str) -> tuple[str, ...]:
        """Gives the ids in a name. Raises InvalidRequest, naming the field."""
        parts = name.split("/", maxsplit=2 * len(self.collections) - 1)
        ids = tuple(parts[1::2])
        if tuple(parts[::2]) != self.collections or len(ids) != len(self.collections):
            raise InvalidRequest.at(field, f"must look like {self}" if name else f"is required, and looks like {self}")
        for collection, given in zip(self.collections, ids, strict=True):
            self._check(collection, given, field)
        return ids

    def read_parent(self, name: str, field: str) -> str | None:
        """Gives the one id in a parent's name, or nothing for the `-` that stands for every parent."""
        (collection,) = self.collections
        if name == f"{collection}/{ANY}":
            return None
        return self.read(name, field)[0]

    def __str__(self) -> str:
        """Shows the shape."""
        return "/".join(f"{collection}/{{{collection.rstrip('s')}}}" for collection in self.collections)

    def _check(self, collection: str, given: str, field: str) -> None:
        good = is_model_id if self.slashes and collection == self.collections[-1] else is_id
        if not good(given):
            raise InvalidRequest.at(field, f"the part after {collection}/ {MODEL_RULE if self.slashes else ID_RULE}")


USER = NamePattern(("users",))
API_KEY = NamePattern(("users", "apiKeys"))
PROVIDER = NamePattern(("providers",))
CREDENTIAL = NamePattern(("providers", "credentials"))
MODEL = NamePattern(("models",), slashes=True)
LIMIT = NamePattern(("limits",))
PRICE = NamePattern(("prices",))
ADMIN_TOKEN = NamePattern(("adminTokens",))


def require_id(given: str, field: str) -> str:
    """Gives back an id that a record may have. Raises InvalidRequest."""
    if not is_id(given):
        raise InvalidRequest.at(field, ID_RULE if given else f"is required: it {ID_RULE}")
    return given


def require_model_id(given: str, field: str) -> str:
    """Gives back an id that a model may have. Raises InvalidRequest."""
    if not is_model_id(given):
        raise InvalidRequest.at(field, MODEL_RULE if given else f"is required: it {MODEL_RULE}")
    return given
