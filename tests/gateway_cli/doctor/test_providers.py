"""Providers are asked one cheap question, with the credentials that a gateway would use, and nobody else is."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway_cli.doctor.database import check_database
from gateway_cli.doctor.finding import State
from gateway_cli.doctor.in_time import in_time
from gateway_cli.doctor.known_accounts import known_accounts
from gateway_cli.doctor.providers import check_providers
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.secrets_at_rest.canary import check_master_keys
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.master_key import read_master_keys
from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.open_store import open_store
from tests.fakes.patients import case_of, said, unread_case
from tests.fakes.plain_http import plain_http
from tests.fakes.sample_records import ACTOR

OK, WARN, FAIL = State.OK, State.WARN, State.FAIL
KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (0, 1))
SECRET = "sk-made-up-for-this-test"
DATE = {"Date": "Mon, 01 Mar 2027 12:00:07 GMT"}


def file_for(url: str, credential: str = f"{{name: a, secret: {SECRET}}}") -> str:
    """Gives a configuration with one provider."""
    head = f"version: 1\nproviders:\n  main:\n    kind: openai\n    base_url: {url}/v1\n"
    return f"{head}    credentials: [{credential}]\n"


@pytest.mark.parametrize(
    ("status", "state", "part"),
    [
        (200, OK, "takes the credential"),
        (401, FAIL, "refuses the credential (401)"),
        (403, FAIL, "refuses the credential (403)"),
        (429, WARN, "takes no more calls for now (429)"),
        (503, FAIL, "with 503"),
        (302, WARN, "points elsewhere (302)"),
        (404, WARN, "the credential was not tried"),
    ],
)
def test_an_answer_is_judged_by_its_status(tmp_path: Path, status: int, state: State, part: str) -> None:
    with plain_http(status, headers=DATE) as http:
        case = case_of(tmp_path, file_for(http.url))
        ((found, subject, sentence),) = said(check_providers, case)
    assert (found, subject) == (state, "provider main, credential a")
    assert part in sentence
    assert SECRET not in sentence
    ((path, headers),) = http.got
    assert (path, headers["Authorization"]) == ("/v1/models", f"Bearer {SECRET}")
    assert [one.theirs for one in case.clocks] == [datetime(2027, 3, 1, 12, 0, 7, tzinfo=UTC)]


def test_a_provider_that_is_away_fails(tmp_path: Path) -> None:
    ((state, _, sentence),) = said(check_providers, case_of(tmp_path, file_for("http://127.0.0.1:1")))
    assert (state, sentence) == (FAIL, "it cannot be reached: Connection refused")


def test_a_provider_without_credentials_is_asked_without_any(tmp_path: Path) -> None:
    with plain_http() as http:
        text = f"version: 1\nproviders: {{gpu: {{kind: vllm, base_url: {http.url}/v1}}}}\n"
        assert said(check_providers, case_of(tmp_path, text))[0][0] is OK
    assert "Authorization" not in http.got[0][1]


def test_the_simulator_is_not_called(tmp_path: Path) -> None:
    assert said(check_providers, case_of(tmp_path)) == [(OK, "providers", "there is none, so the simulator answers")]
    text = "version: 1\nproviders: {sim: {kind: simulator}}\n"
    assert said(check_providers, case_of(tmp_path, text)) == [
        (OK, "provider sim", "the simulator is a part of the gateway")
    ]


async def keep(folder: Path, providers: Mapping[str, str], secret: str | None = SECRET) -> None:
    """Leaves providers in the database of a gateway, with a credential unless there is no secret."""
    master = read_master_keys(KEY)
    async with open_store(address_of_file(folder)) as store:
        await check_master_keys(store, master)
        async with store.changing(ACTOR) as change:
            for name, url in providers.items():
                made = await change.providers.create(StoredProvider(name, "openai", f"{url}/v1"))
                credential = await change.credentials.create(StoredCredential(made.uid, "stored", "…test"))
                if secret is not None:
                    sealed = seal(master.current, secret.encode(), owner=credential.uid, purpose="provider-key")
                    await change.secrets.put(sealed)


async def test_stored_providers_are_asked_too_unless_the_file_has_one_of_the_name(tmp_path: Path) -> None:
    with plain_http() as stored, plain_http() as declared:
        await keep(tmp_path, {"main": "http://127.0.0.1:1", "other": stored.url})
        case = case_of(tmp_path, file_for(declared.url), {"WEIR_MASTER_KEY": KEY})
        in_time(lambda: list(check_database(case)), 20)
        found = {subject: state for state, subject, _ in said(check_providers, case)}
    assert found == {"provider main, credential a": OK, "provider other, credential stored": OK}
    assert stored.got[0][1]["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("key", "secret"), [(OTHER, SECRET), ("x" * 43, SECRET), (KEY, None)], ids=["wrong key", "no key", "no secret"]
)
async def test_a_stored_provider_whose_secret_does_not_open_cannot_be_asked(
    tmp_path: Path, key: str, secret: str | None
) -> None:
    await keep(tmp_path, {"other": "http://127.0.0.1:1"}, secret)
    case = case_of(tmp_path, variables={"WEIR_MASTER_KEY": key})
    in_time(lambda: list(check_database(case)), 20)
    sentence = "its secret does not open, or there is none"
    assert said(check_providers, case) == [(WARN, "provider other, credential stored", sentence)]


def test_without_a_configuration_nobody_is_asked() -> None:
    assert known_accounts(unread_case()) == []
    assert said(check_providers, unread_case()) == []


async def test_a_declared_credential_without_a_secret_is_asked_with_the_stored_one(tmp_path: Path) -> None:
    with plain_http() as http:
        await keep(tmp_path, {"main": "http://127.0.0.1:1"})
        case = case_of(tmp_path, file_for(http.url, "{name: stored}"), {"WEIR_MASTER_KEY": KEY})
        in_time(lambda: list(check_database(case)), 20)
        assert said(check_providers, case)[0][0] is OK
    assert http.got[0][1]["Authorization"] == f"Bearer {SECRET}"


async def test_what_is_switched_off_is_not_asked_and_a_provider_without_credentials_is_told(tmp_path: Path) -> None:
    async with open_store(address_of_file(tmp_path)) as store, store.changing(ACTOR) as change:
        await change.providers.create(StoredProvider("off", "openai", disabled=True))
        await change.providers.create(StoredProvider("empty", "openai"))
    case = case_of(tmp_path, variables={"WEIR_MASTER_KEY": KEY})
    in_time(lambda: list(check_database(case)), 20)
    assert said(check_providers, case) == [(WARN, "provider empty", "it has no credential to ask with")]
