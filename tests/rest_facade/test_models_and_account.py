"""What callers may ask about themselves."""

import grpc
import pytest

from tests.fakes.scripted_core import Fail, ScriptedCore, weir_error
from tests.fakes.served_facade import served_facade
from weir.v1.model_service_pb2 import Model


@pytest.mark.parametrize("page_size", [1000, 1, 2])
async def test_models_are_listed_over_all_pages(page_size: int) -> None:
    core = ScriptedCore()
    core.models = [Model(name=f"m{number}", created=number, owned_by="weir") for number in range(5)]
    core.page_size = page_size
    async with served_facade(core) as facade:
        got = await facade.http.get("/v1/models", headers={"x-api-key": "k"})
    assert got.json() == {
        "object": "list",
        "data": [{"id": f"m{n}", "object": "model", "created": n, "owned_by": "weir"} for n in range(5)],
    }
    assert got.headers["cache-control"] == "no-store"
    assert all(metadata["x-api-key"] == "k" for metadata in core.metadata)


async def test_a_core_whose_pages_never_end_is_not_followed_for_ever() -> None:
    core = ScriptedCore()
    core.models = [Model(name=str(number)) for number in range(200)]
    core.page_size = 1
    async with served_facade(core) as facade:
        got = await facade.http.get("/v1/models")
    assert len(got.json()["data"]) == 100


async def test_a_list_that_is_refused_is_an_error_reply() -> None:
    core = ScriptedCore()
    core.refusal = Fail(grpc.StatusCode.UNAUTHENTICATED, weir_error("API_KEY_INVALID"), "no key")
    async with served_facade(core) as facade:
        got = await facade.http.get("/v1/models")
    assert (got.status_code, got.json()["error"]["code"]) == (401, "invalid_api_key")
    assert got.headers["www-authenticate"].startswith("Bearer")


async def test_a_model_name_may_hold_anything() -> None:
    core = ScriptedCore()
    core.models = [Model(name="a b/ü:free")]
    async with served_facade(core) as facade:
        got = await facade.http.get("/v1/models/a%20b/%C3%BC:free")
    assert got.json()["id"] == "a b/ü:free"


async def test_an_account_is_told_with_its_key() -> None:
    core = ScriptedCore()
    core.account.key.id = "key_1"
    core.account.key.name = "laptop"
    core.account.key.hint = "gw_live_ab...wxyz"
    core.account.key.create_time.FromSeconds(1700000000)
    async with served_facade(core) as facade:
        got = await facade.http.get("/v1/user", headers={"authorization": "Bearer k"})
    assert got.json() == {
        "id": "alice",
        "object": "user",
        "key": {
            "id": "key_1",
            "name": "laptop",
            "hint": "gw_live_ab...wxyz",
            "create_time": "2023-11-14T22:13:20Z",
        },
    }


async def test_a_key_of_unknown_age_has_no_date() -> None:
    async with served_facade(ScriptedCore()) as facade:
        assert (await facade.http.get("/v1/user")).json()["key"]["create_time"] is None
