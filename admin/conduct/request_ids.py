"""Request ids: a call that comes twice is carried out once."""

import hashlib
import hmac
import uuid

from google.protobuf.message import Message

from gateway_core.errors import InvalidRequest
from gateway_core.identity.peppers import Pepper
from gateway_core.storage.query import CreateRequest

FIELD = "request_id"
VERSION = 4


def read_request(message: Message, pepper: Pepper) -> CreateRequest | None:
    """Reads what tells a repeated call; nothing for a call without a request id. Raises InvalidRequest.

    The fingerprint covers the rest of the message. It is made under a pepper, since the message may hold a secret.
    """
    given: str = getattr(message, FIELD)
    if not given:
        return None
    try:
        identified = uuid.UUID(given)
    except ValueError as error:
        raise InvalidRequest.at(FIELD, "must be a UUID of version 4") from error
    if identified.version != VERSION:
        raise InvalidRequest.at(FIELD, "must be a UUID of version 4")
    rest = type(message)()
    rest.CopyFrom(message)
    rest.ClearField(FIELD)
    content = message.DESCRIPTOR.full_name.encode() + b"\n" + rest.SerializeToString(deterministic=True)
    return CreateRequest(str(identified), hmac.digest(pepper.reveal(), content, hashlib.sha256))
