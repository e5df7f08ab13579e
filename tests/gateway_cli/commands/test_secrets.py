"""`weir secrets`: the state of the master keys, moving secrets to the current one, and making a new one."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import grpc
import msgspec
import pytest

from gateway_core.secrets_at_rest.master_key import read_master_keys
from tests.fakes.answering_admin import answering_admin, weir
from weir.admin.v1.master_key_pb2 import MasterKey
from weir.admin.v1.secret_service_pb2 import (
    ListMasterKeysRequest,
    ListMasterKeysResponse,
    RewrapSecretsRequest,
    RewrapSecretsResponse,
)
from weir.admin.v1.secret_service_pb2_grpc import SecretServiceServicer, add_SecretServiceServicer_to_server

NEW = MasterKey(id="new", current=True, available=True, secret_count=3)
OLD = MasterKey(id="old", available=True, secret_count=2)
EMPTY = MasterKey(id="old", available=True)
LOST = MasterKey(id="lost", secret_count=1)
KEYS = ListMasterKeysResponse(master_keys=[NEW, OLD])
ALL_UNDER_ONE = "every secret is under the current master key"
FREE_TO_GO = f"{ALL_UNDER_ONE}: old may leave the settings"


@dataclass
class SlowSeals(SecretServiceServicer):
    """Moves secrets until somebody looks how far it is."""

    looked_at: Event = field(default_factory=Event)

    def ListMasterKeys(self, request: ListMasterKeysRequest, context: grpc.ServicerContext) -> ListMasterKeysResponse:
        """Lists them."""
        self.looked_at.set()
        return KEYS

    def RewrapSecrets(self, request: RewrapSecretsRequest, context: grpc.ServicerContext) -> RewrapSecretsResponse:
        """Waits for a look."""
        assert self.looked_at.wait(10)
        return RewrapSecretsResponse(moved_count=2)


@pytest.mark.parametrize(
    ("keys", "verdict"),
    [
        ([NEW], "every secret is under the current key"),
        ([NEW, EMPTY], "every secret is under the current key: old may leave the settings"),
        ([NEW, OLD], "2 secrets to move: weir secrets rotate"),
        ([NEW, OLD, LOST], "the settings lack lost: what is under it cannot be opened; put it behind the current key"),
    ],
)
def test_the_status_says_what_to_do(keys: list[MasterKey], verdict: str) -> None:
    with answering_admin({"ListMasterKeys": ListMasterKeysResponse(master_keys=keys)}) as admin:
        result = weir("secrets", "status", admin=admin)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert lines[1].split() == ["new", "yes", "yes", "3"]
    assert lines[-1] == verdict


def test_the_status_for_programs_is_the_reply() -> None:
    with answering_admin({"ListMasterKeys": KEYS}) as admin:
        reply = msgspec.json.decode(weir("secrets", "status", "-o", "json", admin=admin).stdout)
    assert [key["id"] for key in reply["master_keys"]] == ["new", "old"]


@pytest.mark.parametrize(
    ("answer", "status", "end"),
    [
        (RewrapSecretsResponse(moved_count=2, master_keys=[NEW, EMPTY]), 0, FREE_TO_GO),
        (RewrapSecretsResponse(moved_count=2, master_keys=[NEW]), 0, ALL_UNDER_ONE),
        (RewrapSecretsResponse(moved_count=1, left_count=1), 1, "1 are under other keys still: do it again"),
        (RewrapSecretsResponse(damaged_uids=["crd_1"], left_count=1), 1, "have to be given anew: crd_1"),
    ],
    ids=["moved", "moved, and only one key", "some left", "damaged"],
)
def test_rotating_ends_with_a_sentence(answer: RewrapSecretsResponse, status: int, end: str) -> None:
    with answering_admin({"RewrapSecrets": answer, "ListMasterKeys": KEYS}) as admin:
        done = weir("secrets", "rotate", "--master-key-id", "new", admin=admin)
        assert [one.master_key_id for one in admin.asked(RewrapSecretsRequest)] == ["new"]
    assert done.exit_code == status
    assert done.stdout.endswith(f"{end}\n")


def test_a_long_rotation_tells_how_far_it_is() -> None:
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        add_SecretServiceServicer_to_server(SlowSeals(), server)
        address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        done = weir("secrets", "rotate", variables={"WEIR_ADMIN_ADDRESS": address, "WEIR_ADMIN_TOKEN": "made-up"})
        server.stop(0).wait()
    assert done.exit_code == 0
    assert done.stderr == "2 secrets to go\n"
    assert "2 secrets moved" in done.stdout


def test_a_new_key_is_one_that_the_gateway_reads_and_the_explanation_stays_out_of_the_way() -> None:
    made = weir("secrets", "new-key")
    assert made.exit_code == 0
    key = read_master_keys(made.stdout).current
    assert f"master key {key.key_id}" in made.stderr
    assert made.stdout.strip() not in made.stderr
    assert weir("secrets", "new-key").stdout != made.stdout
