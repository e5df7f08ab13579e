"""What a file would change, as lines."""

import pytest

from gateway_cli.shown.plan import Line, is_refused, lines_of, problem_lines
from weir.admin.v1.config_change_pb2 import (
    CONFIG_ACTION_ADOPT,
    CONFIG_ACTION_CREATE,
    CONFIG_ACTION_DELETE,
    CONFIG_ACTION_UNSPECIFIED,
    CONFIG_ACTION_UPDATE,
    CONFIG_SEVERITY_ERROR,
    CONFIG_SEVERITY_WARNING,
    ConfigAction,
    ConfigChange,
    ConfigFieldChange,
    ConfigProblem,
)


def test_every_action_has_its_mark_and_colour_and_is_counted() -> None:
    actions = (CONFIG_ACTION_CREATE, CONFIG_ACTION_UPDATE, CONFIG_ACTION_DELETE, CONFIG_ACTION_ADOPT)
    changes = [ConfigChange(action=action, resource="models/a") for action in (*actions, CONFIG_ACTION_CREATE)]
    *lines, last = lines_of(changes, "weir.yaml")
    assert [(line.text[:10], line.colour) for line in lines[:4]] == [
        ("+ models/a", "green"),
        ("~ models/a", "yellow"),
        ("- models/a", "red"),
        ("= models/a", "cyan"),
    ]
    assert last == Line("plan: make 2, change 1, delete 1, take over 1")


def test_an_action_of_a_newer_gateway_is_shown_as_unknown() -> None:
    change = ConfigChange(action=CONFIG_ACTION_UNSPECIFIED, resource="models/a")
    assert [line.text for line in lines_of([change], "f")] == ["? models/a", "plan: do something unknown to 1"]
    assert ConfigAction.Name(change.action) == "CONFIG_ACTION_UNSPECIFIED"


@pytest.mark.parametrize(
    ("change", "remark"),
    [
        (ConfigChange(line=3), "f:3"),
        (ConfigChange(line=3, drift=True), "f:3; changed elsewhere since: this undoes it"),
        (ConfigChange(adopted=True), "made elsewhere: from now on the file looks after it"),
    ],
)
def test_a_change_says_where_it_comes_from_and_what_it_undoes(change: ConfigChange, remark: str) -> None:
    change.MergeFrom(ConfigChange(action=CONFIG_ACTION_UPDATE, resource="models/a"))
    assert next(lines_of([change], "f")).text == f"~ models/a  ({remark})"


def test_fields_are_shown_below_with_what_was_and_what_will_be() -> None:
    fields = [
        ConfigFieldChange(path="strategy", before_json='"random"', after_json='"weighted"'),
        ConfigFieldChange(path="retries", after_json="{}"),
        ConfigFieldChange(path="fallback", before_json="[]"),
        ConfigFieldChange(path="name", before_json='"a\x1b[2J"', after_json='"b"'),
    ]
    change = ConfigChange(action=CONFIG_ACTION_UPDATE, resource="models/a", fields=fields)
    _, *lines, _ = lines_of([change], "f")
    assert [(line.text, line.colour) for line in lines] == [
        ('    ~ strategy: "random" -> "weighted"', "yellow"),
        ("    + retries: {}", "green"),
        ("    - fallback: []", "red"),
        ('    ~ name: "a [2J" -> "b"', "yellow"),
    ]


def test_nothing_to_change_is_said() -> None:
    assert list(lines_of([], "f")) == [Line("nothing to change: the gateway is as the file says")]


def test_problems_begin_with_their_place() -> None:
    problems = [
        ConfigProblem(severity=CONFIG_SEVERITY_ERROR, line=3, path="models.a", message="is wrong"),
        ConfigProblem(severity=CONFIG_SEVERITY_WARNING, message="is old"),
    ]
    assert list(problem_lines(problems, "f")) == ["f:3: models.a: is wrong", "warning: f: is old"]
    assert is_refused(problems)
    assert not is_refused(problems[1:])
