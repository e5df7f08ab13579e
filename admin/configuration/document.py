"""Reads the text of a YAML file into nodes that remember their lines. It refuses to know any key."""

import re

import yaml

from gateway_cli.configuration.problem import Problem
from gateway_cli.configuration.value import Reading, Value

QUOTED = re.compile(r" '(?!<)[^']{2,}'")
NO_YAML = "is no valid YAML"


def compose(text: str, reading: Reading) -> Value | None:
    """Gives the top of the file, or nothing if the file is empty or no YAML; the latter is noted as a problem."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        _note(reading, error.problem_mark, _without_content(error.problem or NO_YAML))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reading.problems.append(Problem(reading.file_name, line, "", "holds a character that YAML does not allow"))
    except (ValueError, OverflowError):
        _note(reading, None, f"{NO_YAML}: a character's number is out of range")
    except RecursionError:
        _note(reading, None, "is nested too deeply")
    else:
        top = None if node is None else Value(node, "", reading, 1)
        return None if top is None or top.is_empty else top
    return None


def _note(reading: Reading, mark: yaml.Mark | None, sentence: str) -> None:
    line = mark.line + 1 if mark else 1
    reading.problems.append(Problem(reading.file_name, line, "", sentence))


def _without_content(sentence: str) -> str:
    """Takes out what the parser quotes from the file: it may be part of a secret."""
    return QUOTED.sub("", sentence)
