"""`weir secrets`: under which master keys secrets are sealed, and how to move them to another. It never sees one."""

import secrets as chance
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Annotated, Final

import typer

from gateway_cli.remote import options
from gateway_cli.remote.command import Connection, add
from gateway_cli.remote.connection import Remote
from gateway_core.secrets_at_rest.master_key import KEY_BYTES, MasterKey, write_master_key
from weir.admin.v1.master_key_pb2 import MasterKey as MasterKeyState
from weir.admin.v1.secret_service_pb2 import ListMasterKeysRequest, RewrapSecretsRequest, RewrapSecretsResponse
from weir.admin.v1.secret_service_pb2_grpc import SecretServiceStub

TITLES: Final = ("MASTER KEY", "CURRENT", "IN SETTINGS", "SECRETS")
YES: Final = {True: "yes", False: "no"}
GLANCE: Final = 0.5
ROTATION: Final = """\
This is the master key {id}. Keep it where secrets are kept: without it nothing that is sealed opens. To rotate while
calls go on:
  1. WEIR_MASTER_KEY="new,old" for every process: the new key in front, the old one behind a comma; restart them one by
     one. (Without WEIR_MASTER_KEY the old key is in the file master.key of the data directory: write both there.)
  2. weir secrets rotate   until it says that the old key may go.
  3. WEIR_MASTER_KEY="new" for every process, and restart them again.
Backups of the database from before step 2 still need the old key."""


@dataclass(frozen=True, slots=True)
class PatientConnection(Connection):
    """Waits as long as it takes to move many secrets."""

    timeout: options.TimeoutOption = "10m"


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Looks after the master keys that secrets are sealed with.")
    add(group, status)
    add(group, rotate, connection=PatientConnection)
    group.command("new-key")(new_key)
    app.add_typer(group, name="secrets")


def status(remote: Remote) -> None:
    """Says under which master keys secrets are, and which of these keys the settings of the admin process hold.

    Example: weir secrets status
    """
    reply = remote.ask(remote.stub(SecretServiceStub).ListMasterKeys, ListMasterKeysRequest())
    if not remote.output.is_table:
        remote.output.show_record(reply)
        return
    rows = [(key.id, YES[key.current], YES[key.available], str(key.secret_count)) for key in reply.master_keys]
    remote.output.show_rows(TITLES, rows)
    remote.output.tell(_verdict(list(reply.master_keys)))


def rotate(
    remote: Remote,
    *,
    master_key_id: Annotated[
        str, typer.Option("--master-key-id", metavar="ID", help="Do it only if this key is the current one.")
    ] = "",
) -> None:
    """Seals the key of every secret with the current master key, while calls go on. Doing it again does the rest.

    It waits ten minutes unless `--timeout` says otherwise.

    Example: weir secrets rotate --timeout 1h
    """
    began = time.monotonic()
    with ThreadPoolExecutor(1) as aside:
        request = RewrapSecretsRequest(master_key_id=master_key_id)
        future = aside.submit(remote.ask, remote.stub(SecretServiceStub).RewrapSecrets, request)
        _show_progress(remote, future)
    reply = future.result()
    remote.output.show_change(_closing(reply, time.monotonic() - began), reply)
    if reply.left_count or reply.damaged_uids:
        raise typer.Exit(1)


def new_key() -> None:
    """Makes a master key, in the form that WEIR_MASTER_KEY takes, and says how to move to it. It asks no gateway.

    Example: weir secrets new-key > new.key
    """
    key = chance.token_bytes(KEY_BYTES)
    typer.echo(write_master_key(key))
    typer.echo(ROTATION.format(id=MasterKey(key).key_id), err=True)


def _show_progress(remote: Remote, future: "Future[RewrapSecretsResponse]") -> None:
    """Tells on the error stream how many secrets are still to be moved, until all are."""
    call = remote.stub(SecretServiceStub).ListMasterKeys
    told = -1
    while not wait([future], GLANCE).done:
        keys = remote.ask(call, ListMasterKeysRequest()).master_keys
        left = sum(key.secret_count for key in keys if not key.current)
        if left != told:
            typer.echo(f"{left} {_secrets(left)} to go", err=True)
            told = left


def _closing(reply: RewrapSecretsResponse, seconds: float) -> str:
    moved = f"{reply.moved_count} {_secrets(reply.moved_count)} moved in {seconds:.1f} s"
    if reply.damaged_uids:
        return f"{moved}; these do not open and have to be given anew: {', '.join(reply.damaged_uids)}"
    if reply.left_count:
        return f"{moved}, {reply.left_count} are under other keys still: do it again"
    old = [key.id for key in reply.master_keys if not key.current and key.available]
    rest = f": {', '.join(old)} may leave the settings" if old else ""
    return f"{moved}; every secret is under the current master key{rest}"


def _verdict(keys: list[MasterKeyState]) -> str:
    lost = [key.id for key in keys if key.secret_count and not key.available]
    waiting = sum(key.secret_count for key in keys if not key.current)
    spare = [key.id for key in keys if not key.current and not key.secret_count]
    if lost:
        return f"the settings lack {', '.join(lost)}: what is under it cannot be opened; put it behind the current key"
    if waiting:
        return f"{waiting} {_secrets(waiting)} to move: weir secrets rotate"
    if spare:
        return f"every secret is under the current key: {', '.join(spare)} may leave the settings"
    return "every secret is under the current key"


def _secrets(number: int) -> str:
    return "secret" if number == 1 else "secrets"
