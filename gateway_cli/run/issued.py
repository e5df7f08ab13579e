"""A credential that was made at a start and is shown this once."""

from dataclasses import dataclass

from gateway_core.records.secret import Secret


@dataclass(frozen=True, slots=True)
class Issued:
    """`credential` is `api_key` or `admin_token` for the first ones, else the name of the key that a file declares."""

    credential: str
    secret: Secret
