"""`weir settings`: what is decided for the whole gateway and is no record of its own."""

from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration

from gateway_cli.remote import options
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from weir.admin.v1.settings_pb2 import Settings
from weir.admin.v1.settings_service_pb2 import GetSettingsRequest, UpdateSettingsRequest
from weir.admin.v1.settings_service_pb2_grpc import SettingsServiceStub


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Keeps what is decided for the whole gateway.")
    add(group, get)
    add(group, update)
    app.add_typer(group, name="settings")


def get(remote: Remote) -> None:
    """Shows the settings of the whole gateway.

    Example: weir settings get
    """
    remote.output.show_record(remote.ask(remote.stub(SettingsServiceStub).GetSettings, GetSettingsRequest()).settings)


def update(
    remote: Remote,
    *,
    staleness_bound: Annotated[
        Duration | None, options.duration("How old the configuration of a core may be: 1s to 5m.")
    ] = None,
    store_prompts: Annotated[
        bool | None, typer.Option("--store-prompts/--no-store-prompts", help="Whether prompts and replies may be kept.")
    ] = None,
    redact_logs: Annotated[
        bool | None,
        typer.Option("--redact-logs/--no-redact-logs", help="Whether logs are free of prompts and replies."),
    ] = None,
    etag: options.EtagOption = "",
) -> None:
    """Changes settings: what is not given stays as it is.

    Example: weir settings update --staleness-bound 30s
    """
    draft = Draft(Settings(name="settings", etag=etag))
    draft.put("staleness_bound", staleness_bound)
    draft.put("privacy.store_prompts", store_prompts)
    draft.put("privacy.redact_logs", redact_logs)
    request = UpdateSettingsRequest(settings=draft.record, update_mask=draft.mask())
    settings = remote.ask(remote.stub(SettingsServiceStub).UpdateSettings, request).settings
    remote.output.show_change("settings updated", settings)
