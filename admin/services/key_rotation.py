"""How an API key gets a new secret while the one before works on for a while."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from admin.conduct.violations import Violations
from admin.services.found_api_keys import Key
from admin.translation.api_keys import has_expired, working
from admin.translation.durations import BILLION, Span, read_duration
from admin.translation.moments_ahead import read_end
from gateway_core.errors import InvalidState
from gateway_core.identity.api_key_format import show_hint
from gateway_core.identity.peppers import Pepper
from gateway_core.storage.store import Changing
from weir.admin.v1.api_key_service_pb2 import RotateApiKeyRequest

DAY: Final = 24 * 3600
USUAL_OVERLAP: Final = 1.0 * DAY
OVERLAPS: Final = Span(0, 90 * DAY * BILLION, "must be 0 seconds to 90 days")


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a request for a new secret asks for, and when."""

    now: datetime
    overlap: timedelta
    expires_at: datetime | None
    expected: int | None = None

    async def carry_out(self, change: Changing, key: Key, secret: str, pepper: Pepper) -> Key:
        """Ends the secrets there are, gives the key another, and gives the key as it is now. Raises InvalidState."""
        await self._require_fit(change, key)
        value = replace(key.value, hint=show_hint(secret), expires_at=self.expires_at or key.value.expires_at)
        end = self.now + self.overlap
        await change.key_hashes.end(key.uid, end if value.expires_at is None else min(end, value.expires_at))
        await change.key_hashes.add(key.uid, pepper.hash(secret), pepper.id, hint=value.hint)
        return await change.api_keys.update(key.uid, value, expected=self.expected, action="rotate", touch=True)

    async def _require_fit(self, change: Changing, key: Key) -> None:
        require_changeable(key)
        if has_expired(key.value, self.now):
            raise InvalidState("the key has expired: give it another `expire_time` first")
        secrets = (await change.key_hashes.of((key.uid,))).get(key.uid, ())
        if self.overlap and len(working(key.value, secrets, self.now)) > 1:
            raise InvalidState("an earlier overlap still lasts: rotate with an overlap of 0, or wait for its end")


def read_rotation(request: RotateApiKeyRequest, now: datetime) -> Rotation:
    """Reads what is asked for. Raises InvalidRequest."""
    violations = Violations()
    overlap = read_duration(request, "overlap", USUAL_OVERLAP, OVERLAPS, violations)
    end = read_end(request, "", now, violations)
    violations.refuse()
    return Rotation(now, timedelta(seconds=overlap), end)


def require_changeable(key: Key) -> None:
    """Refuses a change of a key that is deleted or revoked."""
    if key.deleted_at is not None:
        raise InvalidState("the key is deleted: undelete it first")
    if key.value.revoked_at is not None:
        raise InvalidState("the key is revoked, for ever: make another")
