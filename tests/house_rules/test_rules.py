"""Every file keeps the rules, every rule notices what it is for, and every exemption is needed."""

import pytest

from tests.house_rules.exemptions import EXEMPTIONS, Exemption
from tests.house_rules.rules import RULES
from tests.house_rules.sources import Source, every_source

PYTHON = "gateway_core/thing.py"
OFFENDERS = {
    "files are small": [Source(PYTHON, "x = 1\n" * 301)],
    "functions are small": [
        Source(PYTHON, "def f():\n" + "    x = 1\n" * 50),
        Source(PYTHON, "@cache\n" * 25 + "async def f():\n" + "    x = 1\n" * 25),
    ],
    "packages hold one docstring": [
        Source("gateway_core/__init__.py", '"""Room."""\nx = 1\n'),
        Source("gateway_core/__init__.py", ""),
        Source("gateway_core/__init__.py", "import x\n"),
    ],
    "modules say their job": [Source(PYTHON, "x = 1\n"), Source(PYTHON, "")],
    "modules say it briefly": [Source(PYTHON, '"""' + "line\n" * 6 + '"""')],
    "names say something": [
        Source("gateway_core/chat/string_utils.py", ""),
        Source("tests/helpers/thing.py", ""),
        Source("rest_facade/base.py", ""),
    ],
    "imports stand at the top": [
        Source(PYTHON, "def f():\n    import os\n"),
        Source(PYTHON, "async def f():\n    if x:\n        from os import path\n"),
    ],
    "modules do not change": [Source(PYTHON, "def f():\n    global x\n")],
    "nobody catches everything": [
        Source(PYTHON, f"try:\n    x\nexcept{caught}:\n    pass\n")
        for caught in ("", " Exception", " BaseException as e", " (OSError, Exception)")
    ],
    "one file reads the environment": [
        Source(PYTHON, "import os\nx = os.environ['A']\n"),
        Source(PYTHON, "import os\nx = os.getenv('A')\n"),
        Source(PYTHON, "from os import environ\n"),
        Source("gateway_cli/other.py", "import os\nx = os.environ\n"),
    ],
    "silence has a reason": [
        Source(PYTHON, f"x = 1  # {silence}\n")
        for silence in ("no" + "qa", "no" + "qa: S101, PLR2004", "type: " + "ignore[arg-type]", "pragma: " + "no cover")
    ],
    "no promises": [Source("docs/thing.md", "TO" + "DO later"), Source(PYTHON, "# FIX" + "ME")],
    "no index addresses": [
        Source("requirements/x.txt", "https://py" + "pi.example/thing"),
        Source("Dockerfile", "RUN pip install --index-" + "url $HERE"),
        Source("deploy/x.yaml", "mirror: https://packages.example/si" + "mple"),
    ],
    "no machine paths": [Source("docs/x.md", "cd /ho" + "me/somebody"), Source(PYTHON, 'x = "/wo' + 'rk/main"')],
}
INNOCENT = (
    Source(
        PYTHON,
        '"""One job."""\n\nimport os\n\n\ndef f():\n    """Does it."""\n    return os.sep  # noqa: X1 # it is so\n',
    ),
    Source("gateway_core/__init__.py", '"""A room."""\n'),
    Source("gateway_cli/environment.py", '"""One job."""\n\nimport os\n\nx = os.environ\n'),
    Source("docs/x.md", "see https://example.org/home/page and ./home/list, $HOME/root/x, a simple path\n"),
)


@pytest.mark.parametrize("name", RULES)
def test_every_file_keeps_the_rule(name: str) -> None:
    exempt = {exemption.path for exemption in EXEMPTIONS if exemption.rule == name}
    found = [v for source in every_source() for v in RULES[name].broken_by(source) if v.path not in exempt]
    assert not found, f"{name}:\n" + "\n".join(map(str, sorted(found)))


@pytest.mark.parametrize(("name", "offender"), [(name, source) for name, all_ in OFFENDERS.items() for source in all_])
def test_the_rule_notices_who_breaks_it(name: str, offender: Source) -> None:
    assert list(RULES[name].broken_by(offender))


@pytest.mark.parametrize("source", INNOCENT, ids=lambda source: source.path)
def test_no_rule_accuses_an_innocent_file(source: Source) -> None:
    assert [str(found) for rule in RULES.values() for found in rule.broken_by(source)] == []


def test_every_rule_has_an_offender_to_notice() -> None:
    assert OFFENDERS.keys() == RULES.keys()


@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=lambda exemption: f"{exemption.rule}: {exemption.path}")
def test_an_exemption_that_is_no_longer_needed_must_go(exemption: Exemption) -> None:
    assert exemption.reason
    sources = [source for source in every_source() if source.path == exemption.path]
    assert any(found for source in sources for found in RULES[exemption.rule].broken_by(source)), exemption
