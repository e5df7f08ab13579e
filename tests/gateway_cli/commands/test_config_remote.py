"""`weir config plan|apply|export|watch`: what is sent, what is shown, and with which status it ends."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from grpc import StatusCode
from typer.testing import Result

from tests.fakes.answering_admin import AnsweringAdmin, Refusal, answering_admin, weir
from tests.fakes.gateway_process import WEIR
from weir.admin.v1.audit_entry_pb2 import AUDIT_ACTION_REVOKE
from weir.admin.v1.config_change_pb2 import (
    CONFIG_ACTION_CREATE,
    CONFIG_SEVERITY_ERROR,
    CONFIG_SEVERITY_WARNING,
    ConfigChange,
    ConfigProblem,
    IssuedSecret,
)
from weir.admin.v1.config_service_pb2 import (
    ApplyConfigRequest,
    ApplyConfigResponse,
    ExportConfigRequest,
    ExportConfigResponse,
    PlanConfigRequest,
    PlanConfigResponse,
    WatchConfigRequest,
    WatchConfigResponse,
)
from weir.admin.v1.config_watch_pb2 import ConfigEvent, ConfigProgress
from weir.admin.v1.managed_by_pb2 import MANAGED_BY_API, MANAGED_BY_UNSPECIFIED

TEXT = "version: 1\nproviders: {a: {secret: '${MY_SECRET}', b: '${UNSET:-x}'}}\n"
CHANGE = ConfigChange(action=CONFIG_ACTION_CREATE, resource="users/alice", line=2)
WARNING = ConfigProblem(severity=CONFIG_SEVERITY_WARNING, line=1, message="is old")
ERROR = ConfigProblem(severity=CONFIG_SEVERITY_ERROR, line=2, path="providers.a", message="is wrong")
PLANNED = PlanConfigResponse(changes=[CHANGE], problems=[WARNING], etag="e1", configuration_version=6)
APPLIED = ApplyConfigResponse(
    changes=[CHANGE],
    configuration_version=7,
    issued_secrets=[IssuedSecret(api_key="users/alice/apiKeys/laptop", secret="gw_live_made_up")],
)
NOTHING = PlanConfigResponse(etag="e0")
REFUSED = PlanConfigResponse(problems=[WARNING, ERROR])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Writes a file."""
    path = tmp_path / "mine.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def gateway() -> Iterator[AnsweringAdmin]:
    """Serves a plan with one change, and applies it."""
    with answering_admin({"PlanConfig": PLANNED, "ApplyConfig": APPLIED}) as admin:
        yield admin


def unframed(result: Result) -> str:
    """Gives what a command complains of without the frame around it, which breaks lines where the terminal ends."""
    return " ".join(result.stderr.replace("│", " ").split())


def test_a_plan_sends_the_text_and_only_the_variables_that_it_names(gateway: AnsweringAdmin, file: Path) -> None:
    result = weir("config", "plan", "-f", str(file), admin=gateway, variables={"MY_SECRET": "s", "OTHER_SECRET": "t"})
    asked = gateway.only(PlanConfigRequest)
    assert (asked.yaml, dict(asked.variables)) == (TEXT, {"MY_SECRET": "s"})
    assert result.exit_code == 0
    assert result.stdout == f"+ users/alice  ({file}:2)\nplan: make 1\n"
    assert result.stderr == f"warning: {file}:1: is old\n"


@pytest.mark.parametrize(
    ("planned", "options", "status"),
    [
        (PLANNED, (), 0),
        (PLANNED, ("--detailed-exitcode",), 2),
        (NOTHING, ("--detailed-exitcode",), 0),
        (REFUSED, (), 1),
    ],
    ids=["changes", "changes in detail", "no changes in detail", "refused"],
)
def test_a_plan_ends_with_a_status(
    file: Path, planned: PlanConfigResponse, options: tuple[str, ...], status: int
) -> None:
    with answering_admin({"PlanConfig": planned}) as admin:
        assert weir("config", "plan", "-f", str(file), *options, admin=admin).exit_code == status
        assert weir("config", "plan", "-f", str(file), *options, "-o", "json", admin=admin).exit_code == status


def test_problems_are_shown_by_line_and_nothing_is_applied(file: Path) -> None:
    with answering_admin({"PlanConfig": REFUSED}) as admin:
        result = weir("config", "apply", "--yes", "-f", str(file), admin=admin)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"warning: {file}:1: is old\n{file}:2: providers.a: is wrong\n"


def test_applying_carries_out_what_was_shown_and_shows_issued_keys_once(gateway: AnsweringAdmin, file: Path) -> None:
    result = weir("config", "apply", "-f", str(file), "--yes", admin=gateway, variables={"MY_SECRET": "s"})
    assert result.exit_code == 0
    (asked,) = gateway.asked(ApplyConfigRequest)
    assert (asked.yaml, dict(asked.variables), asked.etag) == (TEXT, {"MY_SECRET": "s"}, "e1")
    assert len(asked.request_id) == 36
    assert result.stdout.splitlines()[-2:] == [
        "done: make 1; configuration 7 is in force",
        "api key alice/laptop (shown once, keep it): gw_live_made_up",
    ]


def test_applying_for_a_program_gives_the_reply(gateway: AnsweringAdmin, file: Path) -> None:
    result = weir("config", "apply", "-f", str(file), "--yes", "-o", "json", admin=gateway)
    assert msgspec.json.decode(result.stdout)["issued_secrets"][0]["secret"] == "gw_live_made_up"


def test_what_is_already_so_needs_no_consent(file: Path) -> None:
    with answering_admin({"PlanConfig": NOTHING, "ApplyConfig": ApplyConfigResponse(configuration_version=6)}) as admin:
        result = weir("config", "apply", "-f", str(file), admin=admin)
    assert result.exit_code == 0
    assert result.stdout.endswith("nothing was changed; configuration 6 is in force\n")


def test_without_consent_nothing_is_applied(gateway: AnsweringAdmin, file: Path) -> None:
    result = weir("config", "apply", "-f", str(file), admin=gateway)
    assert result.exit_code == 2
    assert "say --yes" in unframed(result)
    assert gateway.asked(ApplyConfigRequest) == []


@pytest.mark.parametrize(("typed", "status", "applied"), [(b"y\n", 0, 1), (b"n\n", 1, 0)])
def test_a_person_at_a_terminal_is_asked(
    gateway: AnsweringAdmin, file: Path, typed: bytes, status: int, applied: int
) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, typed)
    done = subprocess.run(  # noqa: S603 -- our own command
        [WEIR, "config", "apply", "-f", str(file)],
        stdin=terminal,
        capture_output=True,
        check=False,
        timeout=30,
        env={"HOME": str(file.parent), "WEIR_ADMIN_ADDRESS": gateway.address, "WEIR_ADMIN_TOKEN": "made-up"},
    )
    os.close(keyboard)
    os.close(terminal)
    assert (done.returncode, len(gateway.asked(ApplyConfigRequest))) == (status, applied)
    assert b"carry this out?" in done.stderr


def test_a_plan_that_was_seen_before_must_still_be_the_one(gateway: AnsweringAdmin, file: Path) -> None:
    result = weir("config", "apply", "-f", str(file), "--yes", "--etag", "e0", admin=gateway)
    assert (result.exit_code, gateway.asked(ApplyConfigRequest)) == (1, [])
    assert "plan it again" in result.stderr
    assert weir("config", "apply", "-f", str(file), "--yes", "--etag", "e1", admin=gateway).exit_code == 0


def test_a_file_may_come_from_stdin_from_a_variable_or_be_missing(gateway: AnsweringAdmin, file: Path) -> None:
    assert weir("config", "plan", "-f", "-", admin=gateway, stdin=TEXT).stdout.startswith("+ users/alice  (stdin:2)")
    assert weir("config", "plan", admin=gateway, variables={"WEIR_CONFIG": str(file)}).exit_code == 0
    assert [one.yaml for one in gateway.asked(PlanConfigRequest)] == [TEXT, TEXT]
    missing = weir("config", "plan", "-f", "/does/not/exist", admin=gateway)
    assert missing.exit_code == 2
    assert "cannot be read" in unframed(missing)
    file.write_bytes(b"\xff")
    assert "is not UTF-8" in unframed(weir("config", "plan", "-f", str(file), admin=gateway))


def test_without_any_file_the_command_says_which_there_could_be(
    gateway: AnsweringAdmin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "use -f, or set" in unframed(weir("config", "plan", admin=gateway))


@pytest.mark.parametrize(
    ("options", "asked"), [((), MANAGED_BY_UNSPECIFIED), (("--managed-by", "api"), MANAGED_BY_API)], ids=["all", "api"]
)
def test_an_export_is_the_text_of_a_file(options: tuple[str, ...], asked: int) -> None:
    with answering_admin({"ExportConfig": ExportConfigResponse(yaml="version: 1\n", configuration_version=3)}) as admin:
        assert weir("config", "export", *options, admin=admin).stdout == "version: 1\n"
        assert admin.only(ExportConfigRequest).managed_by == asked
        as_json = msgspec.json.decode(weir("config", "export", "-o", "json", admin=admin).stdout)
    assert as_json == {"yaml": "version: 1\n", "configuration_version": "3"}


EVENT = ConfigEvent(version=12, kind="api_key", uid="key_1", action=AUDIT_ACTION_REVOKE)
HEARD = (
    WatchConfigResponse(progress=ConfigProgress(store_reachable=True)),
    WatchConfigResponse(events=[EVENT], progress=ConfigProgress(store_reachable=False)),
    WatchConfigResponse(progress=ConfigProgress(store_reachable=True)),
)


@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("table", "      12  revoke    api_key      key_1\n"),
        ("json", '{"version":12,"action":"revoke","kind":"api_key","uid":"key_1"}\n'),
        ("yaml", "- version: 12\n  action: revoke\n  kind: api_key\n  uid: key_1\n"),
    ],
)
def test_each_change_that_is_watched_is_told(form: str, line: str) -> None:
    with answering_admin({"WatchConfig": HEARD}) as admin:
        result = weir("config", "watch", "--since", "11", "-o", form, admin=admin)
        asked = admin.only(WatchConfigRequest)
    assert asked.resume_version == 11
    assert asked.watcher_id.startswith("weir-cli@")
    assert (result.exit_code, result.stdout) == (0, line)
    assert result.stderr.splitlines() == [
        "weir: the gateway's database does not answer",
        "weir: the gateway's database answers again",
    ]


def test_a_gateway_that_stops_ends_the_watch_with_a_status() -> None:
    with answering_admin(
        {"WatchConfig": [HEARD[0], Refusal(StatusCode.UNAVAILABLE, "the gateway is stopping", "DRAINING")]}
    ) as admin:
        result = weir("config", "watch", admin=admin)
    assert result.exit_code == 5
    assert "the gateway is stopping" in result.stderr
