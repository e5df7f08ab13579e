"""Master keys are shown by their ids: those that are held, and those that secrets need."""

from admin.translation.secrets import show_master_keys, show_rewrapped
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.secrets_at_rest.rewrap_all import Rewrapped
from weir.admin.v1.master_key_pb2 import MasterKey as Shown

ONE, TWO = MasterKey(bytes(32)), MasterKey(bytes([1]) * 32)


def test_the_current_key_comes_first_and_what_is_missing_last() -> None:
    shown = show_master_keys(MasterKeys(TWO, (ONE,)), {ONE.key_id: 3, "zz": 1, "yy": 2})
    assert shown == [
        Shown(id=TWO.key_id, current=True, available=True),
        Shown(id=ONE.key_id, available=True, secret_count=3),
        Shown(id="yy", secret_count=2),
        Shown(id="zz", secret_count=1),
    ]


def test_a_key_that_is_given_twice_is_shown_once() -> None:
    shown = show_master_keys(MasterKeys(ONE, (ONE,)), {ONE.key_id: 3})
    assert shown == [Shown(id=ONE.key_id, current=True, available=True, secret_count=3)]


def test_what_was_moved_is_shown_with_the_keys() -> None:
    shown = show_rewrapped(Rewrapped(2, 1, ("crd_1",)), MasterKeys(ONE), {ONE.key_id: 2, "other": 1})
    assert (shown.moved_count, shown.left_count, list(shown.damaged_uids)) == (2, 1, ["crd_1"])
    assert [key.id for key in shown.master_keys] == [ONE.key_id, "other"]
