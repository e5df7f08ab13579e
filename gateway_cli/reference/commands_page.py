"""Writes the page of the documentation that lists every command, from what the commands say of themselves."""

from collections.abc import Iterable, Sequence

from gateway_cli.reference.documented_command import DocumentedCommand, Parameter, documented_commands
from gateway_cli.remote.options import CONNECTION

HEAD = """\
# Commands

Written by `python -m gateway_cli.reference`, from what `weir --help` and `weir COMMAND --help` say; do not edit.

Commands that administer a gateway ask its admin service, at the address of `--admin`, `WEIR_ADMIN_ADDRESS` or a
profile, with the token of `--token-file`, `WEIR_ADMIN_TOKEN` or the profile. Short names are enough: `alice/laptop`
stands for `users/alice/apiKeys/laptop`. They end with status 0, or with 1 if something failed, 2 if the command was
not understood, 3 if there is no such record, 4 if the token is missing, refused or may not do this, 5 if the gateway
does not answer. `weir completion` teaches a shell to complete all of this.
"""


def commands_page() -> str:
    """Gives the whole page, as it must stand in `docs/commands.md`."""
    return page_of(documented_commands())


def page_of(commands: Sequence[DocumentedCommand]) -> str:
    """Gives a page about these commands."""
    shared = next((shared for command in commands if (shared := _of_connection(command))), ())
    return "\n".join([HEAD, _shared_section(shared), *_sections(commands)])


def _of_connection(command: DocumentedCommand) -> Sequence[Parameter]:
    return [parameter for parameter in command.parameters if parameter.panel == CONNECTION]


def _shared_section(shared: Sequence[Parameter]) -> str:
    title = "## Options of every command that asks a gateway\n\n"
    return title + _table(("option", "default", "meaning"), ((one.written, one.default, one.meaning) for one in shared))


def _sections(commands: Sequence[DocumentedCommand]) -> Iterable[str]:
    group = ""
    for command in commands:
        first = " ".join(command.words.split()[:2])
        if first != group:
            group = first
            yield f"## `{group}`\n"
        yield _section(command, is_alone=command.words == group)


def _section(command: DocumentedCommand, *, is_alone: bool) -> str:
    title = "" if is_alone else f"### `{command.words}`\n\n"
    help_text = "".join(f"{sentence}\n\n" for sentence in command.sentences)
    examples = "".join(f"```sh\n{example}\n```\n\n" for example in command.examples)
    own = [parameter for parameter in command.parameters if parameter.panel != CONNECTION]
    rows = ((one.written, one.default, one.meaning) for one in own)
    table = _table(("argument or option", "default", "meaning"), rows) if own else ""
    remote = "\nAnd the options of every command that asks a gateway.\n" if _of_connection(command) else ""
    return (title + help_text + examples + table + remote).rstrip("\n") + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
