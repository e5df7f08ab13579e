"""Pairs each kind of provider with its dialect and its way out."""

from gateway_core.providers.dialect import ChatDialect
from gateway_core.providers.openai.dialect import OpenAiDialect
from gateway_core.providers.upstream import Upstream
from openai_json.codec import OpenAiJson

OPENAI = "openai"
VLLM = "vllm"
SIMULATOR = "simulator"
KINDS = (OPENAI, VLLM, SIMULATOR)


class ProviderRegistry:
    """Knows every kind. Asking for one that is not in KINDS raises KeyError: settings are checked against KINDS."""

    def __init__(self, *, json: OpenAiJson, http: Upstream, simulator: Upstream) -> None:
        """Takes the codec of the dialects, and the ways out."""
        openai = OpenAiDialect(json)
        self._dialects: dict[str, ChatDialect] = {OPENAI: openai, VLLM: openai, SIMULATOR: openai}
        self._upstreams = {OPENAI: http, VLLM: http, SIMULATOR: simulator}

    def dialect(self, kind: str) -> ChatDialect:
        """Gives the dialect that providers of this kind speak."""
        return self._dialects[kind]

    def upstream(self, kind: str) -> Upstream:
        """Gives the way to providers of this kind."""
        return self._upstreams[kind]
