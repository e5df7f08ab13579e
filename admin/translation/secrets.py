"""Master keys as the contract shows them: by their ids, never themselves."""

from collections.abc import Mapping

from gateway_core.secrets_at_rest.master_key import MasterKeys
from gateway_core.secrets_at_rest.rewrap_all import Rewrapped
from weir.admin.v1 import master_key_pb2, secret_service_pb2


def show_master_keys(keys: MasterKeys, counts: Mapping[str, int]) -> list[master_key_pb2.MasterKey]:
    """Lists the keys that are held, the current one first, and behind them those that secrets need besides."""
    held = dict.fromkeys(key.key_id for key in (keys.current, *keys.older))
    needed = sorted(counts.keys() - held.keys())
    return [
        master_key_pb2.MasterKey(
            id=key_id,
            current=key_id == keys.current.key_id,
            available=key_id in held,
            secret_count=counts.get(key_id, 0),
        )
        for key_id in (*held, *needed)
    ]


def show_rewrapped(
    done: Rewrapped, keys: MasterKeys, counts: Mapping[str, int]
) -> secret_service_pb2.RewrapSecretsResponse:
    """Writes what was moved, and the keys as they are now."""
    return secret_service_pb2.RewrapSecretsResponse(
        moved_count=done.moved,
        left_count=done.left,
        damaged_uids=done.damaged,
        master_keys=show_master_keys(keys, counts),
    )
