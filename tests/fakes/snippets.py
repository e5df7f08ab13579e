"""Cuts the examples out of a Markdown document, so that tests can run what readers would type."""

import re
from pathlib import Path

FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?:\\\n|\n[ \t]|[^\n])+")
ROOT = Path(__file__).resolve().parents[2]


def snippets(document: str, language: str) -> list[str]:
    """Gives the fenced blocks of a language, in their order."""
    text = (ROOT / document).read_text()
    return [block for kind, block in FENCED.findall(text) if kind == language]


def commands(document: str, program: str) -> list[str]:
    """Gives the shell commands that call a program; their lines may be continued by backslash or indentation."""
    found = [command for block in snippets(document, "sh") for command in COMMAND.findall(block)]
    return [command for command in found if command.split()[0].endswith(program)]
