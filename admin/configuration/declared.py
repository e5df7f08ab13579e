"""What a file declares, as frozen values: every record that the file names, and where. It holds no rule.

What equals is what is declared; the places in the file are left out of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from admin.translation.scopes import USUAL_OPERATIONS
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.limit import Measure, Period
from gateway_core.records.price import Price
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.records.user import User


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the line, 0 if in no file, and the path of keys that leads there."""

    line: int = 0
    path: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Allowance:
    """A bound on what the record it belongs to may use. The cost is in nano-USD."""

    measure: Measure
    per: Period
    amount: int
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredCredential:
    """One of our accounts at a provider. Without a secret it keeps the one it has."""

    name: str
    secret: Secret | None = None
    weight: int = 1
    disabled: bool = False
    allowances: tuple[Allowance, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredProvider:
    """A provider with its credentials."""

    value: StoredProvider
    credentials: tuple[DeclaredCredential, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredModel:
    """A model. What its targets cost is declared apart, for a pair of provider and model costs the same everywhere."""

    value: StoredModel
    allowances: tuple[Allowance, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)
    target_places: tuple[Place, ...] = field(default=(), compare=False)
    fallback_place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredPrice:
    """What a provider's model costs."""

    provider: str
    model: str
    price: Price
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredApiKey:
    """An API key of a user. Its secret is made when the key is, and never declared."""

    name: str
    models: tuple[str, ...] = ("*",)
    operations: tuple[str, ...] = USUAL_OPERATIONS
    networks: tuple[str, ...] = ()
    expires_at: datetime | None = None
    disabled: bool = False
    allowances: tuple[Allowance, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredUser:
    """A user with its keys. The balance is what the user begins with."""

    value: User
    keys: tuple[DeclaredApiKey, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeclaredSettings:
    """What is decided for the whole gateway; what is not said is as by default."""

    value: GatewaySettings
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared; `defaults` bound each API key that has nothing of its own.

    `found` holds the names, such as `providers/openai`, of what the environment declares instead of a file. Records
    that this declaration does not speak for are left alone: those of a file unless `has_file`, those found in the
    environment unless `has_environment`.
    """

    providers: Mapping[str, DeclaredProvider] = field(default_factory=dict)
    models: Mapping[str, DeclaredModel] = field(default_factory=dict)
    prices: Mapping[tuple[str, str], DeclaredPrice] = field(default_factory=dict)
    users: Mapping[str, DeclaredUser] = field(default_factory=dict)
    defaults: tuple[Allowance, ...] = ()
    settings: DeclaredSettings | None = None
    found: frozenset[str] = frozenset()
    has_file: bool = True
    has_environment: bool = False
