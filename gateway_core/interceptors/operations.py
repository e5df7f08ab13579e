"""Says what a method does, in the words that bound API keys. One row for each service of the contract."""

from types import MappingProxyType
from typing import Final

OPERATIONS: Final = MappingProxyType(
    {
        "weir.v1.ChatService": "chat",
        "weir.v1.EmbeddingService": "embeddings",
        "weir.v1.PassthroughService": "passthrough",
        "weir.v1.ModelService": None,
        "weir.v1.AccountService": None,
    }
)
NOBODYS: Final = "unknown"


def operation_of(method: str) -> str | None:
    """Gives the operation a key must be good for, None where every key is.

    A service without a row is for keys without bounds only: no bounded key holds its operation.
    """
    return OPERATIONS.get(method[1:].partition("/")[0], NOBODYS)
