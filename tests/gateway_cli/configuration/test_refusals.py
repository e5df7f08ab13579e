"""What a refusal says of file and environment together, and what it never says."""

import pytest

from admin.configuration.problem import ConfigurationRefused
from tests.fakes.configurations import NO_VARIABLES, PLAIN, SECRET_HALVES, loaded, problems


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        "version: 1\n"
        "models:\n"
        "  m:\n"
        "    targets:\n"
        "      - provider: two words\n"
        "        model: x\n"
        "providers:\n"
        "  p:\n"
        "    kind: vllm\n"
        "    base_url: nowhere\n"
        "server:\n"
        "  drain: never\n"
    )
    found = problems(text, {"WEIR_LOG_LEVEL": "loud", "WEIR_WHAT": "1"})
    assert [line.split(":")[:3] for line in found[:3]] == [
        ["weir.yaml", "5", " models.m.targets[0].provider"],
        ["weir.yaml", "10", " providers.p.base_url"],
        ["weir.yaml", "12", " server.drain"],
    ]
    assert [line.split(":")[0] for line in found[3:]] == ["WEIR_LOG_LEVEL", "WEIR_WHAT"]


def test_a_refusal_carries_its_problems_and_says_them() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        loaded("version: 3\n", NO_VARIABLES)
    (problem,) = caught.value.problems
    assert (problem.source, problem.line, problem.path) == ("weir.yaml", 1, "version")
    assert str(caught.value) == str(problem)


@pytest.mark.parametrize(
    "change",
    [
        ("secret: ALPHA", "secret:ALPHA"),
        ("secret: ALPHA", "secret ALPHA"),
        ("secret: ALPHA", "secrets: ALPHA"),
        ("secret: ALPHA", "secret: *ALPHA"),
        ("secret: ALPHA", "secret: !ALPHA"),
        ("secret: ALPHA", "secret: [ALPHA"),
        ("secret: ALPHA", "secret: {ALPHA"),
        ("secret: ALPHA", "secret: 'ALPHA"),
        ("secret: ALPHA", "secret: a ALPHA"),
        ("name: a\n        secret: ", "name: "),
        ("name: a\n        secret: ", ""),
        ("- name: a\n        secret: ", "- {name: a, "),
        ("base_url: http", "base_url: ALPHAalpha0123456789OMEGAomega"),
        ("kind: openai", "kind: ALPHAalpha0123456789OMEGAomega"),
    ],
)
def test_no_mistake_makes_a_secret_visible(change: tuple[str, str]) -> None:
    text = PLAIN.replace(*change)
    assert text != PLAIN
    shown = "\n".join(problems(text))
    assert not any(half in shown for half in SECRET_HALVES)
