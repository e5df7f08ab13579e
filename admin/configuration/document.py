"""Reads the text of a YAML file into nodes that remember their lines. It refuses to know any key."""

import re
from collections.abc import Iterator

import yaml

from admin.configuration.problem import Problem
from admin.configuration.value import Reading, Value

QUOTED = re.compile(r" '(?!<)[^']{2,}'")
NO_YAML = "is no valid YAML"
MOST_NODES = 2_000_000


def compose(text: str, reading: Reading) -> Value | None:
    """Gives the top of the file, or nothing if the file is empty or no YAML; the latter is noted as a problem."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        too_much = node is not None and spelled_out(node, {}) > MOST_NODES
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
        if too_much:
            _note(reading, None, "holds too much: anchors stand for more than two million values")
            return None
        top = None if node is None else Value(node, "", reading, 1)
        return None if top is None or top.is_empty else top
    return None


def spelled_out(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Counts the nodes there would be if every anchor were written out. An anchor inside of itself has no end."""
    known = sizes.get(id(node))
    if known is not None:
        return known
    sizes[id(node)] = MOST_NODES + 1
    sizes[id(node)] = size = 1 + sum(spelled_out(child, sizes) for child in _children(node))
    return size


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.SequenceNode):
        yield from node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value


def _note(reading: Reading, mark: yaml.Mark | None, sentence: str) -> None:
    line = mark.line + 1 if mark else 1
    reading.problems.append(Problem(reading.file_name, line, "", sentence))


def _without_content(sentence: str) -> str:
    """Takes out what the parser quotes from the file: it may be part of a secret."""
    return QUOTED.sub("", sentence)
