"""Shows what a file would change, like a diff, and what is wrong with it, like a compiler."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway_cli.remote.plain_text import plain
from weir.admin.v1.config_change_pb2 import (
    CONFIG_ACTION_ADOPT,
    CONFIG_ACTION_CREATE,
    CONFIG_ACTION_DELETE,
    CONFIG_ACTION_UPDATE,
    CONFIG_SEVERITY_WARNING,
    ConfigAction,
    ConfigChange,
    ConfigFieldChange,
    ConfigProblem,
)


@dataclass(frozen=True, slots=True)
class Sign:
    """How an action is shown: its mark, its colour, and its word."""

    mark: str
    colour: str
    word: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line to show, and its colour; none for one without."""

    text: str
    colour: str = ""


UNKNOWN: Final = Sign("?", "magenta", "do something unknown to")
SIGNS: Final = MappingProxyType(
    {
        CONFIG_ACTION_CREATE: Sign("+", "green", "make"),
        CONFIG_ACTION_UPDATE: Sign("~", "yellow", "change"),
        CONFIG_ACTION_DELETE: Sign("-", "red", "delete"),
        CONFIG_ACTION_ADOPT: Sign("=", "cyan", "take over"),
    }
)
NOTHING: Final = "nothing to change: the gateway is as the file says"
DRIFT: Final = "changed elsewhere since: this undoes it"
ADOPTED: Final = "made elsewhere: from now on the file looks after it"
INDENT: Final = "    "


def lines_of(changes: Sequence[ConfigChange], file: str) -> Iterator[Line]:
    """Gives the lines of a plan, and its sum in the last one."""
    for change in changes:
        sign = SIGNS.get(change.action, UNKNOWN)
        remarks = [f"{file}:{change.line}" if change.line else "", DRIFT if change.drift else ""]
        remarks.append(ADOPTED if change.adopted or change.action == CONFIG_ACTION_ADOPT else "")
        remark = "; ".join(part for part in remarks if part)
        yield Line(plain(f"{sign.mark} {change.resource}{f'  ({remark})' if remark else ''}"), sign.colour)
        for field in change.fields:
            yield _field_line(field)
    yield Line(f"plan: {sum_of(changes)}" if changes else NOTHING)


def sum_of(changes: Sequence[ConfigChange]) -> str:
    """Counts the changes by what happens."""
    counts = Counter(change.action for change in changes)
    actions: list[ConfigAction.ValueType] = sorted(counts)
    return ", ".join(f"{SIGNS.get(action, UNKNOWN).word} {counts[action]}" for action in actions)


def problem_lines(problems: Sequence[ConfigProblem], file: str) -> Iterator[str]:
    """Writes problems as `weir config check` does: with the place first, so that editors can jump to it."""
    for problem in problems:
        place = f"{file}:{problem.line}" if problem.line else file
        sentence = ": ".join(part for part in (place, problem.path, problem.message) if part)
        yield plain(f"warning: {sentence}" if problem.severity == CONFIG_SEVERITY_WARNING else sentence)


def is_refused(problems: Sequence[ConfigProblem]) -> bool:
    """Says whether one of the problems keeps the file from being applied."""
    return any(problem.severity != CONFIG_SEVERITY_WARNING for problem in problems)


def _field_line(field: ConfigFieldChange) -> Line:
    before, after = field.HasField("before_json"), field.HasField("after_json")
    if before and after:
        sign, value = SIGNS[CONFIG_ACTION_UPDATE], f"{field.before_json} -> {field.after_json}"
    elif before:
        sign, value = SIGNS[CONFIG_ACTION_DELETE], field.before_json
    else:
        sign, value = SIGNS[CONFIG_ACTION_CREATE], field.after_json
    return Line(f"{INDENT}{sign.mark} {plain(f'{field.path}: {value}')}", sign.colour)
