"""The words that tell the simulator how an answer goes."""

from pathlib import Path

import pytest

from gateway_core.providers.simulator.script import WORDS, Script, ScriptProblem, read_script


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("", Script()),
        (" , ", Script()),
        ("pace=10ms,tokens=200", Script(pace=0.01, tokens=200)),
        ("pace=1.5s, slow=2", Script(pace=1.5, slow=2.0)),
        ("slow=1m", Script(slow=60.0)),
        ("keepalive=50ms,silent", Script(keepalive=0.05, silent=True)),
        ("fail=429,retry_after=2", Script(fail=429, retry_after=2.0)),
        ("status=502", Script(status=502)),
        ("fail=400,code=context_length_exceeded", Script(fail=400, code="context_length_exceeded")),
        ("cut=5", Script(cut=5)),
        ("stall=0", Script(stall=0)),
        ("error=5,malformed=3", Script(error=5, malformed=3)),
        ("nodone,nousage,garbage", Script(nodone=True, nousage=True, garbage=True)),
        ("refuse", Script(refuse=True)),
        ("reset", Script(reset=True)),
        ("big=1MiB", Script(big=1024 * 1024)),
        ("big=3KiB", Script(big=3072)),
        ("big=7", Script(big=7)),
        ("big=7B", Script(big=7)),
        ("tokens=1,tokens=2", Script(tokens=2)),
    ],
)
def test_a_script_is_read(text: str, script: Script) -> None:
    assert read_script(text) == script


def test_a_later_script_wins() -> None:
    assert read_script("pace=10ms,cut=5", "cut=7") == Script(pace=0.01, cut=7)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("pase=10ms", "did you mean 'pace'"),
        ("zzz", "it knows pace, slow"),
        ("8b", "it knows pace"),
        ("pace", "takes a time"),
        ("pace=", "takes a time"),
        ("pace=-1", "takes a time"),
        ("pace=1h", "takes a time"),
        ("pace=2000m", "one hour at most"),
        ("pace=1e3", "takes a time"),
        ("tokens", "takes a number"),
        ("tokens=100001", "takes a number"),
        ("tokens=٣", "takes a number"),
        ("cut=-1", "takes a number"),
        ("fail=200", "takes a status"),
        ("fail=600", "takes a status"),
        ("status", "takes a status"),
        ("big=65MiB", "64MiB at most"),
        ("big=1GiB", "takes a size"),
        ("code", "takes a code"),
        ("code=a-b", "takes a code"),
        ("silent=1", "takes no value"),
        ("nodone=", "takes no value"),
    ],
)
def test_a_script_that_nobody_can_follow_is_refused(text: str, hint: str) -> None:
    with pytest.raises(ScriptProblem, match=hint):
        read_script(text)


def test_every_word_is_documented() -> None:
    page = (Path(__file__).parents[4] / "docs" / "simulator.md").read_text()
    assert [word for word in WORDS if f"`{word}=" not in page and f"`{word}`" not in page] == []
