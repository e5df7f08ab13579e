"""Which kind of provider goes which way."""

import pytest

from gateway_core.clock import Clock
from gateway_core.providers.registry import KINDS, ProviderRegistry
from gateway_core.providers.simulator.upstream import SimulatedUpstream
from openai_json.codec import OpenAiJson
from tests.fakes.scripted_upstream import ScriptedUpstream


def test_every_kind_has_a_dialect_and_a_way_out() -> None:
    http, simulator = ScriptedUpstream(), SimulatedUpstream(Clock())
    registry = ProviderRegistry(json=OpenAiJson(), http=http, simulator=simulator)
    assert [registry.upstream(kind) is simulator for kind in KINDS] == [kind == "simulator" for kind in KINDS]
    assert registry.upstream("vllm") is http
    for kind in KINDS:
        assert registry.dialect(kind).headers("sk")["Authorization"] == "Bearer sk"


def test_an_unknown_kind_is_an_error() -> None:
    registry = ProviderRegistry(json=OpenAiJson(), http=ScriptedUpstream(), simulator=ScriptedUpstream())
    with pytest.raises(KeyError):
        registry.dialect("telepathy")
    with pytest.raises(KeyError):
        registry.upstream("telepathy")
