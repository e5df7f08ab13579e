"""How the results of remote commands are written: for people as tables, for programs as JSON or YAML."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, TextIO, TypeAlias

import orjson
import yaml
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from gateway_cli.remote.fields import rows_of
from gateway_cli.remote.plain_text import plain
from gateway_cli.remote.table import Cells, write_table

Content: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]]
KEPT_BY_THE_READER: Final = "shown once, keep it"
SHOWN_BEFORE: Final = "not shown again, the first call with this --request-id had it"


class Format(StrEnum):
    """The forms of results."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


def content_of(message: Message) -> dict[str, object]:
    """Gives a message as JSON spells it, with the names of the contract; what is false, zero or empty is there too."""
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)


class Output:
    """Writes results in the form that was asked for."""

    def __init__(self, form: Format, stream: TextIO, *, styled: bool) -> None:
        """Takes the form and where to write; `styled` says whether tables may have colours."""
        self.form = form
        self._stream = stream
        self._styled = styled

    @property
    def is_table(self) -> bool:
        """Says whether people read along."""
        return self.form is Format.TABLE

    def show_record(self, record: Message) -> None:
        """Writes everything that is known of a record."""
        if self.is_table:
            self.show_rows(("FIELD", "VALUE"), list(rows_of(record)))
        else:
            self.show_content(content_of(record))

    def show_rows(self, titles: Cells, rows: Sequence[Cells]) -> None:
        """Writes a table."""
        write_table(self._stream, titles, rows, styled=self._styled)

    def show_content(self, content: Content) -> None:
        """Writes a value as JSON or YAML; as JSON too where tables are asked for."""
        if self.form is Format.YAML:
            yaml.safe_dump(content, self._stream, sort_keys=False, allow_unicode=True)
        else:
            self._stream.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")

    def tell(self, sentence: str) -> None:
        """Writes a line for people; programs do not get it."""
        if self.is_table:
            self._stream.write(f"{plain(sentence)}\n")

    def show_change(self, sentence: str, record: Message | Mapping[str, object]) -> None:
        """Says what was done: in a sentence to people, to programs with the record as it is now."""
        if self.is_table:
            self.tell(sentence)
        else:
            self.show_content(content_of(record) if isinstance(record, Message) else record)

    def show_issued(self, sentence: str, record: Message, label: str, secret: str) -> None:
        """Says what was done, and shows the secret that nobody can ask for again, under `secret` to programs."""
        if self.is_table:
            self.tell(sentence)
            self.tell(f"{label} ({KEPT_BY_THE_READER}): {secret}" if secret else f"{label}: {SHOWN_BEFORE}")
        else:
            self.show_content({**content_of(record), "secret": secret})
