"""Health tells the truth about this process and its core, to anybody."""

import grpc
import pytest
from grpc_health.v1 import health_pb2

from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http
from rest_facade.settings import FacadeSettings
from rest_facade.wiring import build_app
from tests.fakes.scripted_core import ScriptedCore
from tests.fakes.served_facade import served_facade

HEALTH = ["/v1/health", "/health", "/api/v1/health", "/readyz"]


@pytest.mark.parametrize("path", HEALTH)
async def test_a_gateway_that_serves_says_so(path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.get(path)
    assert (got.status_code, got.json()) == (200, {"status": "ok", "version": "1.2.3"})


@pytest.mark.parametrize("path", HEALTH)
async def test_a_core_that_does_not_serve_makes_the_facade_unready(path: str) -> None:
    core = ScriptedCore()
    async with served_facade(core) as facade:
        await core.health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        got = await facade.http.get(path)
    assert (got.status_code, got.json()["status"]) == (503, "unavailable")


@pytest.mark.parametrize("path", HEALTH)
async def test_a_process_about_to_stop_is_unready_whatever_its_core_says(path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        facade.drain.begun = True
        got = await facade.http.get(path)
        assert (await facade.http.get("/livez")).status_code == 200
    assert (got.status_code, got.json()["status"]) == (503, "draining")


async def test_a_core_out_of_reach_makes_the_facade_unready_and_not_dead() -> None:
    async with grpc.aio.insecure_channel("127.0.0.1:1") as channel:
        app = build_app(FacadeSettings(), channel, OpenAiJson(), version="1", draining=lambda: False)
        async with serve_http(app, "127.0.0.1:0", drain=0) as address, served_facade(ScriptedCore()) as other:
            ready = await other.http.get(f"http://{address}/readyz")
            alive = await other.http.get(f"http://{address}/livez")
    assert (ready.status_code, alive.status_code) == (503, 200)


async def test_the_front_door_says_what_this_is() -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.get("/")
    assert (got.json()["name"], got.json()["version"]) == ("weir", "1.2.3")


@pytest.mark.parametrize("path", ["/", "/livez", "/readyz", "/v1/models"])
async def test_head_is_get_without_the_body(path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        whole = await facade.http.get(path)
        head = await facade.http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


async def test_options_tell_the_methods() -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.options("/v1/models")
        chat = await facade.http.options("/v1/chat/completions")
    assert (got.status_code, got.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert chat.headers["allow"] == "POST, OPTIONS"
