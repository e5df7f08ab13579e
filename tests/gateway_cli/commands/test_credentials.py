"""`weir credentials`: secrets come from everywhere but the command line, and nothing shows them."""

from pathlib import Path

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.credential_pb2 import Credential
from weir.admin.v1.credential_service_pb2 import (
    CreateCredentialRequest,
    CreateCredentialResponse,
    DeleteCredentialRequest,
    GetCredentialRequest,
    ListCredentialsRequest,
    ListCredentialsResponse,
    RotateCredentialRequest,
    RotateCredentialResponse,
    UpdateCredentialRequest,
)

NAME = "providers/openai/credentials/main"
SECRET = "sk-made-up"
REQUESTS = [
    ("list", ListCredentialsRequest(parent="providers/-", page_size=1000)),
    ("list openai --filter x", ListCredentialsRequest(parent="providers/openai", page_size=1000, filter="x")),
    ("get openai/main", GetCredentialRequest(name=NAME)),
    (
        "update openai/main --weight 3 --enable --etag 1-ab",
        UpdateCredentialRequest(
            credential=Credential(name=NAME, weight=3, etag="1-ab"), update_mask=FieldMask(paths=["weight", "disabled"])
        ),
    ),
    (f"delete {NAME} --allow-missing", DeleteCredentialRequest(name=NAME, allow_missing=True)),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("credentials", *line.split()) == request_


@pytest.mark.parametrize(
    "source", [["--secret-env", "MY_SECRET"], ["--secret-file", "FILE"], ["--secret-file", "-"], []]
)
def test_a_secret_comes_from_a_variable_a_file_or_stdin(source: list[str], tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    given = [str(file) if part == "FILE" else part for part in source]
    stdin = "" if "FILE" in source or "MY_SECRET" in source else f"{SECRET}\n"
    new = requested(
        "credentials", "create", "openai/main", "--weight", "2", *given, stdin=stdin, variables={"MY_SECRET": SECRET}
    )
    assert new == CreateCredentialRequest(
        parent="providers/openai", credential_id="main", credential=Credential(weight=2), secret=SECRET
    )


def test_rotating_sends_the_new_secret() -> None:
    request = requested("credentials", "rotate", "openai/main", "--etag", "1-ab", stdin=SECRET)
    assert request == RotateCredentialRequest(name=NAME, secret=SECRET, etag="1-ab")


@pytest.mark.parametrize("form", ["table", "json", "yaml"])
def test_no_answer_shows_the_secret(form: str) -> None:
    credential = Credential(name=NAME, hint="…e-up")
    script = {
        "CreateCredential": CreateCredentialResponse(credential=credential),
        "RotateCredential": RotateCredentialResponse(credential=credential),
        "ListCredentials": ListCredentialsResponse(credentials=[credential]),
    }
    with answering_admin(script) as admin:
        created = weir("credentials", "create", "openai/main", "-o", form, admin=admin, stdin=SECRET)
        rotated = weir("credentials", "rotate", "openai/main", "-o", form, admin=admin, stdin=SECRET)
        listed = weir("credentials", "list", "-o", form, admin=admin)
    for result in (created, rotated, listed):
        assert result.exit_code == 0
        assert SECRET not in result.output
        assert "main" in result.stdout


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (["--secret-env", "NOT_SET"], "the secret is empty"),
        ([], "the secret is empty"),
        (["--secret-file", "/does/not/exist"], "the secret /does/not/exist cannot be read: No such file"),
        (["--secret-env", "A", "--secret-file", "-"], "the secret is in one place"),
        (["--secret", SECRET], "No such option"),
    ],
)
def test_without_a_secret_nothing_is_asked(source: list[str], sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("credentials", "create", "openai/main", *source, admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
