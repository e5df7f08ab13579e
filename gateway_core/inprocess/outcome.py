"""How a call ended: its status as the caller sees it, and the error that says so. Knows no transport."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import grpc

from gateway_core.inprocess.metadata import Metadatum

NUMBERED = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a call. `fault` is what the library raises in place of a status when a call could not begin."""

    code: grpc.StatusCode
    details: str = ""
    trailing: Sequence[Metadatum] = ()
    local: bool = False
    fault: Exception | None = None

    @property
    def debug_error_string(self) -> str | None:
        """The text that the library would derive from what came over the wire; `None` if the caller cancelled."""
        if self.local:
            return None
        if self.code is grpc.StatusCode.OK:
            return ""
        return f"{self.code.name}:{self.details}" if self.details else self.code.name


SUCCESS = Outcome(grpc.StatusCode.OK)


def known_code(code: object) -> grpc.StatusCode:
    """Turns whatever a handler gives as a code into one that can be sent; what is no code is UNKNOWN."""
    if isinstance(code, grpc.StatusCode):
        return code
    return NUMBERED.get(code, grpc.StatusCode.UNKNOWN) if isinstance(code, int) else grpc.StatusCode.UNKNOWN


def raise_failure(outcome: Outcome, initial: Sequence[Metadatum]) -> NoReturn:
    """Raises what the caller of a call that did not succeed sees."""
    if outcome.local:
        raise asyncio.CancelledError
    if outcome.fault is not None:
        raise outcome.fault
    raise grpc.aio.AioRpcError(
        outcome.code,
        grpc.aio.Metadata(*initial),
        grpc.aio.Metadata(*outcome.trailing),
        outcome.details,
        outcome.debug_error_string,
    )
