"""Makes what stands for a plan: the file, the variables, and every record that the plan would touch, as it is now."""

import hashlib
import hmac
from collections.abc import Mapping

import orjson

from admin.configuration.plan import Change, Plan
from gateway_core.identity.peppers import Pepper

PURPOSE = b"weir plan\n"
DIGITS = 32


def plan_etag(pepper: Pepper, text: str, variables: Mapping[str, str], plan: Plan) -> str:
    """Gives the etag. It is made under a pepper, since file and variables may hold secrets."""
    document = [text, sorted(variables.items()), [_state(change) for change in plan.changes]]
    return hmac.digest(pepper.reveal(), PURPOSE + orjson.dumps(document), hashlib.sha256).hex()[:DIGITS]


def _state(change: Change) -> list[object]:
    live = change.live
    fields = [[field.path, field.before, field.after] for field in change.fields]
    return [change.action, change.resource, fields, None if live is None else [live.uid, live.revision]]
