"""The dialects that must pass the suite: each with how it is made and what was recorded of its servers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway_core.providers.dialect import ChatDialect
from gateway_core.providers.openai.dialect import OpenAiDialect
from tests.fakes.openai_codec import codec

RECORDED = Path(__file__).parents[2] / "recorded"


@dataclass(frozen=True, slots=True)
class DialectCase:
    """A dialect under test. `errors` are bodies of refusals for the status of each."""

    name: str
    make: Callable[[], ChatDialect]
    recorded: Path
    errors: tuple[tuple[int, bytes, str], ...]

    def files(self, pattern: str) -> list[Path]:
        """Gives the recorded files of a kind; there must be some."""
        found = sorted(self.recorded.glob(pattern))
        assert found, f"{self.name} has no {pattern}"
        return found


OPENAI_ERRORS = (
    (400, b'{"error":{"code":null,"message":"no"}}', "INVALID_REQUEST"),
    (400, b'{"error":{"code":"context_length_exceeded"}}', "CONTEXT_LENGTH_EXCEEDED"),
    (400, b'{"error":{"code":"content_filter"}}', "CONTENT_FILTERED"),
    (400, b'{"error":{"code":"unsupported_value","param":"temperature"}}', "UNSUPPORTED_PARAMETER"),
    (404, b'{"error":{"code":"model_not_found"}}', "UPSTREAM_ERROR"),
    (429, b'{"error":{"code":"rate_limit_exceeded"}}', "UPSTREAM_RATE_LIMITED"),
    (429, b'{"error":{"code":"insufficient_quota"}}', "UPSTREAM_AUTH"),
)


CASES = (DialectCase("openai", lambda: OpenAiDialect(codec()), RECORDED / "openai", OPENAI_ERRORS),)
