"""The options and arguments that many remote commands share."""

import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from google.protobuf.timestamp_pb2 import Timestamp
from typer.models import OptionInfo

from gateway_cli.remote.moments import Moment, ahead, ahead_or_never, read_duration
from gateway_cli.remote.output import Format


def duration(sentence: str) -> OptionInfo:
    """Makes an option that takes a duration."""
    option: OptionInfo = typer.Option(parser=read_duration, metavar="DURATION", help=sentence)
    return option


def new_request_id() -> str:
    """Makes an id for a call that was not made before."""
    return str(uuid.uuid4())


CONNECTION = "Connection and output"

AdminOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--admin",
        metavar="ADDRESS",
        help="Where the admin service is: host:port, or https://host:port for TLS. Else WEIR_ADMIN_ADDRESS, else the "
        "profile's, else 127.0.0.1:50052.",
        rich_help_panel=CONNECTION,
    ),
]
ProfileOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="The profile to use. Else that of WEIR_PROFILE.", rich_help_panel=CONNECTION
    ),
]
TokenFileOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help="A file that holds the admin token; `-` is stdin. Else WEIR_ADMIN_TOKEN, else the profile's.",
        rich_help_panel=CONNECTION,
    ),
]
CaOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--ca-file", help="The CA to trust, for TLS. Else WEIR_ADMIN_CA.", rich_help_panel=CONNECTION),
]
CertOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--cert-file", help="Our certificate, for TLS. Else WEIR_ADMIN_CERT.", rich_help_panel=CONNECTION),
]
KeyOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--key-file", help="Its private key. Else WEIR_ADMIN_KEY.", rich_help_panel=CONNECTION),
]
TimeoutOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        help="How long a call may take, such as 30s.",
        rich_help_panel=CONNECTION,
    ),
]
OutputOption: TypeAlias = Annotated[
    Format, typer.Option("--output", "-o", help="How results are written.", rich_help_panel=CONNECTION)
]

FilterOption: TypeAlias = Annotated[
    str, typer.Option("--filter", metavar="TEXT", help="Keep what fits: comparisons joined by AND.")
]
LimitOption: TypeAlias = Annotated[
    int | None, typer.Option("--limit", min=1, metavar="N", help="Stop after so many; else all are listed.")
]
DeletedOption: TypeAlias = Annotated[bool, typer.Option("--deleted", help="List what is deleted too.")]
EtagOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--etag", "--if-unchanged", metavar="ETAG", help="Do it only if the record still has this etag (see `get`)."
    ),
]
MissingOption: TypeAlias = Annotated[
    bool, typer.Option("--allow-missing", help="Do not fail if there is none, or it is deleted already.")
]
RequestIdOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--request-id",
        metavar="UUID",
        default_factory=new_request_id,
        show_default=False,
        help="Makes repeating safe: what comes twice under the same id is done once. Else a new one is made.",
    ),
]
ReasonOption: TypeAlias = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the audit log.")]
DisabledOption: TypeAlias = Annotated[
    bool | None, typer.Option("--disable/--enable", help="Take it out of use for the time being, or back.")
]
EndOption: TypeAlias = Annotated[
    Timestamp | None,
    typer.Option("--expires", parser=ahead, metavar="TIME", help="When it ends: 30d, 2027-01-31, or RFC 3339."),
]
NewEndOption: TypeAlias = Annotated[
    Moment | None,
    typer.Option(
        "--expires", parser=ahead_or_never, metavar="TIME", help="When it ends: 30d, 2027-01-31, RFC 3339, or never."
    ),
]


@dataclass(frozen=True, slots=True)
class Page:
    """Which of many records to list."""

    filter: FilterOption = ""
    limit: LimitOption = None
