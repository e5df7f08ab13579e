"""A value of the file, or of a variable, that knows where it stands. It knows YAML and nothing of what keys mean."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import yaml

from admin.configuration.problem import Problem, Wrong
from admin.configuration.substitution import names_in, substitute

YAML = "tag:yaml.org,2002:"
NULL = f"{YAML}null"
MERGE = f"{YAML}merge"
NOT_TEXT = frozenset({f"{YAML}bool", f"{YAML}int", f"{YAML}float"})
SHOWABLE = re.compile(r"[A-Za-z0-9_./:-]{1,64}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over a configuration: where references are looked up, and what was found on the way.

    `problems` refuse it, `warnings` do not. `doubted` names what is warned of once.
    """

    file_name: str
    environment: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)
    referenced: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Value:
    """A node of the file, or the text of a variable; `line` is where its key stands, or itself if it is text."""

    node: yaml.Node
    path: str
    reading: Reading
    line: int | None
    variable: str = ""
    is_final: bool = False

    @classmethod
    def of_variable(cls, name: str, text: str, reading: Reading) -> "Value":
        """Makes a value of a variable's text, which is taken as it is: nothing is filled in."""
        return cls(_text_node(text), "", reading, None, name, is_final=True)

    def with_text(self, text: str) -> "Value":
        """Makes a value of a part of this one's text, at the same place. Nothing is filled in any more."""
        return replace(self, node=_text_node(text), is_final=True)

    def note(self, sentence: str, line: int | None = None) -> None:
        """Adds a problem at this place, or at another line of it."""
        self.reading.problems.append(self._problem(sentence, line))

    def doubt(self, sentence: str, *, once: str = "") -> None:
        """Adds a warning at this place; of those with the same `once` only the first is kept."""
        if once not in self.reading.doubted:
            self.reading.warnings.append(self._problem(sentence, None))
        if once:
            self.reading.doubted.add(once)

    def _problem(self, sentence: str, line: int | None) -> Problem:
        if self.variable:
            return Problem(self.variable, None, "", sentence)
        return Problem(self.reading.file_name, line or self.line, self.path, sentence)

    @property
    def is_list(self) -> bool:
        """Says whether this is a list."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_empty(self) -> bool:
        """Says whether the key has no value at all."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag == NULL

    @property
    def is_bare_word(self) -> bool:
        """Says whether YAML takes this for a number or a truth value because it has no quotes."""
        return isinstance(self.node, yaml.ScalarNode) and self.node.style is None and self.node.tag in NOT_TEXT

    def text(self) -> str:
        """Gives the text with its variables filled in, exactly as written otherwise; raises Wrong if this is none."""
        self._refuse_tags()
        if not isinstance(self.node, yaml.ScalarNode):
            raise Wrong("must be a single value, not a list or a mapping")
        if self.is_empty:
            raise Wrong("has no value")
        if self.is_final:
            return str(self.node.value)
        self.reading.referenced.update(names_in(self.node.value))
        return substitute(self.node.value, self.reading.environment)

    def items(self) -> list["Value"]:
        """Gives the items of a list; raises Wrong if this is none."""
        self._refuse_tags()
        if not isinstance(self.node, yaml.SequenceNode):
            raise Wrong("must be a list")
        return [self._below(node, f"{self.path}[{index}]", node) for index, node in enumerate(self.node.value)]

    def entries(self) -> list[tuple[str, "Value"]]:
        """Gives the entries of a mapping, without those that it notes as problems; a missing value is an empty mapping.

        Raises Wrong if this is none.
        """
        self._refuse_tags()
        if self.is_empty:
            return []
        if not isinstance(self.node, yaml.MappingNode):
            raise Wrong("must be a mapping")
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            sentence = key_problem(key, found)
            if sentence:
                self.note(sentence, line_of(key))
            else:
                found[key.value] = self._below(node, self._path_to(key.value), key)
        return list(found.items())

    def _path_to(self, key: str) -> str:
        shown = key if SHOWABLE.fullmatch(key) else "?"
        return f"{self.path}.{shown}" if self.path else shown

    def _below(self, node: yaml.Node, path: str, key: yaml.Node) -> "Value":
        line = line_of(node if isinstance(node, yaml.ScalarNode) else key)
        return Value(node, path, self.reading, line, self.variable)

    def _refuse_tags(self) -> None:
        if not self.node.tag.startswith(YAML):
            raise Wrong("carries a tag (`!…`), which is not supported")


def _text_node(text: str) -> yaml.ScalarNode:
    return yaml.ScalarNode(f"{YAML}str", text, style='"')


def line_of(node: yaml.Node) -> int:
    """Gives the line where a node begins, counted from 1."""
    return int(node.start_mark.line) + 1


def key_problem(key: yaml.Node, found: Mapping[str, Value]) -> str:
    """Says what is wrong with a key of a mapping, or nothing."""
    if not isinstance(key, yaml.ScalarNode):
        return "a key must be plain text"
    if key.tag == MERGE:
        return "merge keys (`<<`) are not supported; an anchor may stand for a whole value"
    if key.value in found:
        first = found[key.value]
        return f"duplicate key{f' `{key.value}`' if first.path[-1:] != '?' else ''}, first given in line {first.line}"
    return ""
