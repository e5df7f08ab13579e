"""Administration over TLS: the server proves itself, clients too where that is asked, and the token is still needed."""

from pathlib import Path

import grpc
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from admin.settings import AdminTls
from admin.tls import BadTls, server_credentials
from tests.fakes.admin_world import running_admin
from tests.fakes.certificates import Authority
from tests.fakes.rich_status import rich_status
from weir.admin.v1.user_service_pb2 import ListUsersRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

LIST = ListUsersRequest()


async def call(address: str, credentials: grpc.ChannelCredentials, metadata: tuple[tuple[str, str], ...]) -> None:
    """Makes one call."""
    async with grpc.aio.secure_channel(address, credentials) as channel:
        await UserServiceStub(channel).ListUsers(LIST, metadata=metadata, timeout=10)


async def test_with_tls_the_server_proves_itself_and_the_token_is_needed(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = authority.pair("server")
    tls = AdminTls(server.cert_file, server.key_file)
    async with running_admin(tls=tls) as world:
        trusting = grpc.ssl_channel_credentials(authority.certificate)
        await call(world.address, trusting, world.authorized())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(world.address, trusting, ())
        assert rich_status(refused.value).reason == "ADMIN_TOKEN_INVALID"
        doubtful = grpc.ssl_channel_credentials(Authority(tmp_path, "stranger").certificate)
        with pytest.raises(grpc.aio.AioRpcError) as broken:
            await call(world.address, doubtful, world.authorized())
        assert broken.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_with_client_ca_file_only_clients_with_a_certificate_get_through(tmp_path: Path) -> None:
    authority, strangers = Authority(tmp_path), Authority(tmp_path, "strangers")
    server, client, stranger = authority.pair("server"), authority.pair("client"), strangers.pair("stranger")
    tls = AdminTls(server.cert_file, server.key_file, authority.cert_file)
    async with running_admin(tls=tls) as world:
        shown = grpc.ssl_channel_credentials(authority.certificate, client.key, client.certificate)
        await call(world.address, shown, world.authorized())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(world.address, shown, ())
        assert rich_status(refused.value).reason == "ADMIN_TOKEN_INVALID"
        for pair in (None, stranger):
            keys = (pair.key, pair.certificate) if pair else (None, None)
            with pytest.raises(grpc.aio.AioRpcError) as broken:
                await call(
                    world.address, grpc.ssl_channel_credentials(authority.certificate, *keys), world.authorized()
                )
            assert broken.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("setting", ["cert_file", "key_file", "client_ca_file"])
@pytest.mark.parametrize("content", [None, b"no PEM at all\n", b""])
def test_a_bad_file_is_a_sentence_that_names_the_setting(tmp_path: Path, setting: str, content: bytes | None) -> None:
    authority = Authority(tmp_path)
    server = authority.pair("server")
    files = {"cert_file": server.cert_file, "key_file": server.key_file, "client_ca_file": authority.cert_file}
    server_credentials(AdminTls(**files))
    if content is None:
        files[setting].unlink()
    else:
        files[setting].write_bytes(content)
    with pytest.raises(BadTls, match=f"admin_tls.{setting}") as bad:
        server_credentials(AdminTls(**files))
    assert str(files[setting]) in str(bad.value)


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    one, other = authority.pair("one"), authority.pair("other")
    with pytest.raises(BadTls, match="certificate and its key"):
        server_credentials(AdminTls(one.cert_file, other.key_file))


def test_a_key_under_a_password_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    pair = Authority(tmp_path).pair("one")
    locked = load_pem_private_key(pair.key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
    pair.key_file.write_bytes(locked)
    with pytest.raises(BadTls, match="without a password"):
        server_credentials(AdminTls(pair.cert_file, pair.key_file))


async def test_bad_files_stop_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadTls, match=r"admin_tls\.cert_file"):
        async with running_admin(tls=AdminTls(tmp_path / "none.crt", tmp_path / "none.key")):
            pytest.fail("it started")
