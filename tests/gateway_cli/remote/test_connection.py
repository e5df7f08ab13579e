"""The connection itself: TLS both ways, streams, and what the options of a command open."""

from pathlib import Path
from typing import Annotated

import grpc
import pytest
import typer
from typer.testing import CliRunner

from gateway_cli.remote.command import Connection, add, opened
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.failures import RemoteFailed
from tests.fakes.answering_admin import Refusal, answering_admin, told, weir
from tests.fakes.certificates import Authority
from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub

TOKEN = {"WEIR_ADMIN_TOKEN": "t", "WEIR_PROFILES": "/dev/null"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Makes an authority that nobody else knows."""
    return Authority(tmp_path)


def test_a_gateway_is_reached_over_tls_with_our_own_certificate(authority: Authority) -> None:
    server, client = authority.pair("server"), authority.pair("client")
    credentials = grpc.ssl_server_credentials(
        [(server.key, server.certificate)], authority.certificate, require_client_auth=True
    )
    with answering_admin({}, credentials) as admin:
        trusting = ["settings", "get", "--admin", f"https://{admin.address}", "--ca-file", str(authority.cert_file)]
        ours = {"WEIR_ADMIN_CERT": str(client.cert_file), "WEIR_ADMIN_KEY": str(client.key_file)}
        assert weir(*trusting, variables={**TOKEN, **ours}).exit_code == 0
        assert weir(*trusting, variables=TOKEN).exit_code == 5
    assert len(admin.requests) == 1


def test_a_gateway_that_nobody_vouches_for_gets_no_token(authority: Authority) -> None:
    server = authority.pair("server")
    with answering_admin({}, grpc.ssl_server_credentials([(server.key, server.certificate)])) as admin:
        result = weir("settings", "get", "--admin", f"https://{admin.address}", variables=TOKEN)
    assert (result.exit_code, admin.tokens) == (5, [])


def test_a_stream_is_followed_until_it_ends() -> None:
    replies = [WatchConfigResponse(), WatchConfigResponse()]
    with answering_admin({"WatchConfig": replies}) as admin, opened(Connection(admin.address), TOKEN) as remote:
        assert list(remote.follow(remote.stub(ConfigServiceStub).WatchConfig, WatchConfigRequest())) == replies
        assert remote.address == admin.address


def test_a_stream_that_breaks_says_why() -> None:
    refusal = Refusal(grpc.StatusCode.UNAVAILABLE, "the gateway goes down", "DRAINING")
    with (
        answering_admin({"WatchConfig": [WatchConfigResponse(), refusal]}) as admin,
        opened(Connection(admin.address), TOKEN) as remote,
    ):
        replies = remote.follow(remote.stub(ConfigServiceStub).WatchConfig, WatchConfigRequest())
        assert next(replies) == WatchConfigResponse()
        with pytest.raises(RemoteFailed, match="the gateway goes down") as caught:
            next(replies)
    assert caught.value.status == 5


def test_a_stream_that_is_left_is_cancelled() -> None:
    replies = [WatchConfigResponse()] * 1000
    with answering_admin({"WatchConfig": replies}) as admin, opened(Connection(admin.address), TOKEN) as remote:
        following = remote.follow(remote.stub(ConfigServiceStub).WatchConfig, WatchConfigRequest())
        next(following)
        following.close()


def where(remote: Remote, times: Annotated[int, typer.Argument()], *, loud: bool = False) -> None:
    """Says where it would go."""
    typer.echo(remote.address * times + ("!" if loud else ""))


def test_a_command_takes_its_own_options_and_those_of_the_connection() -> None:
    app = typer.Typer(add_completion=False)
    app.callback()(lambda: None)
    add(app, where)
    add(app, where, "there")
    for name in ("where", "there"):
        result = CliRunner().invoke(app, [name, "2", "--loud", "--admin", "weir:1"], env=TOKEN)
        assert (result.exit_code, result.output) == (0, "weir:1weir:1!\n")
    assert "Says where it would go." in CliRunner().invoke(app, ["where", "--help"]).output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--admin", "nowhere"], "is no address"),
        (["--timeout", "0"], "longer than 0"),
        (["--profile", "p"], "there is no profile p"),
        (["--output", "xml"], "--output"),
        (["--token", "wadm_x"], "No such option"),
    ],
)
def test_options_that_are_wrong_end_with_two(arguments: list[str], sentence: str) -> None:
    result = weir("users", "list", *arguments, variables=TOKEN)
    assert result.exit_code == 2
    assert sentence in told(result)


def test_a_token_may_come_from_stdin() -> None:
    with answering_admin({}) as admin:
        weir("settings", "get", "--token-file", "-", admin=admin, stdin="from-stdin\n")
    assert admin.tokens == ["Bearer from-stdin"]
