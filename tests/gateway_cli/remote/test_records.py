"""Records between the command line and the contract: drafts of them, and their fields as text."""

import pytest
import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_cli.remote.draft import Draft
from gateway_cli.remote.fields import number_of, prefix_of, rows_of, word_of
from gateway_cli.remote.moments import Moment
from weir.admin.v1.api_key_pb2 import API_KEY_OPERATION_CHAT, ApiKey, ApiKeyScopes, ApiKeyState
from weir.admin.v1.limit_pb2 import Limit
from weir.admin.v1.model_pb2 import Model, ModelTarget
from weir.admin.v1.provider_pb2 import Provider, ProviderTimeouts
from weir.admin.v1.user_pb2 import User

STATES = ApiKeyState.DESCRIPTOR


def test_a_draft_holds_what_was_given_and_knows_what_that_is() -> None:
    draft = Draft(ApiKey())
    draft.put("disabled", value=False)
    draft.put("scopes.models", ["a", "b"])
    draft.put("scopes.operations", ["chat"])
    draft.put("expire_time", Moment(Timestamp(seconds=1)))
    draft.put("hint", None)
    assert draft.record == ApiKey(
        scopes=ApiKeyScopes(models=["a", "b"], operations=[API_KEY_OPERATION_CHAT]), expire_time=Timestamp(seconds=1)
    )
    assert draft.mask() == FieldMask(paths=["disabled", "scopes.models", "scopes.operations", "expire_time"])


def test_what_is_put_twice_takes_the_place_of_the_first() -> None:
    draft = Draft(Model(targets=[ModelTarget(provider="providers/a")]))
    draft.put("targets", [ModelTarget(provider="providers/b")])
    assert [target.provider for target in draft.record.targets] == ["providers/b"]


def test_never_clears_a_moment_and_still_counts_as_given() -> None:
    draft = Draft(ApiKey(expire_time=Timestamp(seconds=1)))
    draft.put("expire_time", Moment(None))
    assert not draft.record.HasField("expire_time")
    assert draft.mask().paths == ["expire_time"]


def test_a_draft_of_nothing_changes_nothing() -> None:
    with pytest.raises(typer.BadParameter, match="there is nothing to change"):
        Draft(User()).mask()


def test_enums_are_words_without_the_prefix_that_is_the_contracts() -> None:
    assert prefix_of(STATES) == "API_KEY_STATE_"
    assert [word_of(STATES, number) for number in (0, 1, 99)] == ["", "active", "99"]
    assert number_of(STATES, "revoked") == ApiKeyState.Value("API_KEY_STATE_REVOKED")


def test_what_is_not_set_is_not_shown_but_false_and_zero_are() -> None:
    assert dict(rows_of(User(name="users/a"))) == {
        "name": "users/a",
        "disabled": "no",
        "prepaid": "no",
        "balance": "0.00 USD",
    }


def test_an_amount_that_is_not_the_one_of_the_limit_is_not_shown() -> None:
    assert dict(rows_of(Limit(cost_nano_usd=5))) == {"cost": "0.000000005 USD"}


def test_fields_of_inner_messages_are_shown_by_their_path() -> None:
    provider = Provider(timeouts=ProviderTimeouts(idle=Duration(nanos=1)))
    assert dict(rows_of(provider))["timeouts.idle"] == "0.000000001s"
