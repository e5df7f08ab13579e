"""Tables on a terminal and in files: the same text either way, never wrapped and never cut; only colours differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final, Generic, TextIO, TypeAlias, TypeVar, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway_cli.remote.fields import text_of
from gateway_cli.remote.names import NameShape
from gateway_cli.remote.plain_text import plain

Cells: TypeAlias = Sequence[str]
Record = TypeVar("Record", bound=Message)
NOTHING: Final = "-"
WIDE_ENOUGH: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Column(Generic[Record]):
    """A column of a list: its title, and what stands in it for a record."""

    title: str
    text: Callable[[Record], str]


def column(title: str, kind: type[Record], field: str) -> Column[Record]:
    """Makes the column that shows one field as `get` would."""
    described = cast("FieldDescriptor", kind.DESCRIPTOR.fields_by_name[field])

    def text(record: Record) -> str:
        if described.has_presence and not record.HasField(field):
            return ""
        return text_of(described, getattr(record, field))

    return Column(title, text)


def name_column(title: str, kind: type[Record], shape: NameShape, field: str = "name") -> Column[Record]:
    """Makes the column that shows a name as people write it."""
    del kind
    return Column(title, lambda record: shape.short(getattr(record, field)))


def write_table(stream: TextIO, titles: Cells, rows: Sequence[Cells], *, styled: bool) -> None:
    """Writes a table; an empty cell shows as `-`."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(title, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(plain(cell) or NOTHING) for cell in row))
    written = StringIO()
    console = Console(
        file=written,
        width=WIDE_ENOUGH,
        force_terminal=styled,
        color_system="standard" if styled else None,
        legacy_windows=False,
    )
    console.print(table, crop=False)
    stream.writelines(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())
