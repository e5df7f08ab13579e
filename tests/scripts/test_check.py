"""A gate's verdict is its exit code, and its line says what the tool said last."""

import io
import tarfile
from pathlib import Path

import pytest

from scripts.check import GATES, Gate, Verdict, judge, report
from scripts.check_breaking import unpack


@pytest.mark.parametrize(("code", "holds"), [("print('well'); print('fine')", True), ("exit('bad')", False)])
def test_a_gate_holds_if_its_command_says_so(code: str, *, holds: bool) -> None:
    verdict = judge(Gate("gate", ("python", "-c", code)))
    assert verdict.holds is holds
    assert verdict.remark() == ("fine" if holds else "bad")


def test_a_gate_that_holds_takes_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    report(Gate("gate", ()), Verdict(holds=True, seconds=1.5, output="much\n== all fine ==\n"))
    assert capsys.readouterr().out == "ok   gate              1.5 s  all fine\n"


def test_a_gate_that_fails_shows_everything_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    report(Gate("gate", ()), Verdict(holds=False, seconds=0.0, output="this\nthat\n"))
    assert capsys.readouterr().out == "FAIL gate              0.0 s  that\n     | this\n     | that\n"


def test_gates_have_names_of_their_own() -> None:
    assert len({gate.name for gate in GATES}) == len(GATES)


def test_an_archive_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as files:
        folder = tarfile.TarInfo("protos")
        folder.type = tarfile.DIRTYPE
        files.addfile(folder)
        member = tarfile.TarInfo("protos/weir/a.proto")
        member.size = 2
        files.addfile(member, io.BytesIO(b"ab"))
    unpack(packed.getvalue(), tmp_path)
    assert (tmp_path / "protos" / "weir" / "a.proto").read_bytes() == b"ab"
