"""Plans and what is wrong with files, in the words of the contract, and the errors that refuse a file."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from admin.configuration.apply import Applied
from admin.configuration.file_format import ReadFile
from admin.configuration.plan import Action, Change, Finding
from admin.configuration.problem import Problem
from gateway_core.errors import ConfigInvalid, FieldViolation
from weir.admin.v1 import config_change_pb2 as messages

ERROR: Final = messages.CONFIG_SEVERITY_ERROR
WARNING: Final = messages.CONFIG_SEVERITY_WARNING
MOST_SHOWN: Final = 20
ACTIONS: Final[Mapping[Action, messages.ConfigAction.ValueType]] = MappingProxyType(
    {
        "create": messages.CONFIG_ACTION_CREATE,
        "update": messages.CONFIG_ACTION_UPDATE,
        "delete": messages.CONFIG_ACTION_DELETE,
        "adopt": messages.CONFIG_ACTION_ADOPT,
    }
)


def show_change(change: Change) -> messages.ConfigChange:
    """Writes what happens to one record."""
    return messages.ConfigChange(
        action=ACTIONS[change.action],
        resource=change.resource,
        drift=change.drift,
        adopted=change.adopted,
        fields=[
            messages.ConfigFieldChange(path=field.path, before_json=field.before, after_json=field.after)
            for field in change.fields
        ],
        line=change.line,
    )


def show_problems(file: ReadFile, findings: Iterable[Finding] = ()) -> list[messages.ConfigProblem]:
    """Writes what is wrong with a file and with applying it, and then what is doubtful, each in the file's order."""
    found = [
        _show(WARNING if one.severity == "warning" else ERROR, one.place.line, one.place.path, one.sentence)
        for one in findings
    ]
    found += [_show(ERROR, one.line, one.path, one.sentence) for one in file.problems]
    found += [_show(WARNING, one.line, one.path, one.sentence) for one in file.warnings]
    return sorted(found, key=lambda problem: (-problem.severity, problem.line == 0, problem.line))


def show_issued(applied: Applied) -> list[messages.IssuedSecret]:
    """Writes the secrets that were made."""
    return [messages.IssuedSecret(api_key=name, secret=secret.reveal()) for name, secret in applied.issued]


def refused(problems: Sequence[Problem]) -> ConfigInvalid:
    """Makes the error for a file that cannot be applied."""
    first, more = problems[0], len(problems) - 1
    sentence = ": ".join(part for part in (first.path, _description(first)) if part)
    return ConfigInvalid(
        f"the file is refused: {sentence}" + (f" (and {more} more)" if more else ""),
        violations=tuple(FieldViolation(one.path or "yaml", _description(one)) for one in problems[:MOST_SHOWN]),
    )


def _description(problem: Problem) -> str:
    return f"line {problem.line}: {problem.sentence}" if problem.line else problem.sentence


def _show(
    severity: messages.ConfigSeverity.ValueType, line: int | None, path: str, sentence: str
) -> messages.ConfigProblem:
    return messages.ConfigProblem(severity=severity, line=line or 0, path=path, message=sentence)
