"""Who may call what: one row for every rpc of administration. It knows no tokens."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway_core.records.admin_token import Role

PACKAGE: Final = "weir.admin.v1"

ALL: Final = frozenset[Role](("owner", "operator", "viewer", "billing"))
TECHNICAL: Final = frozenset[Role](("owner", "operator", "viewer"))
OPERATING: Final = frozenset[Role](("owner", "operator"))
MONEY: Final = frozenset[Role](("owner", "billing"))
SPENDING: Final = frozenset[Role](("owner", "operator", "billing"))
OWNING: Final = frozenset[Role](("owner",))

ROLES: Final[Mapping[str, Mapping[str, frozenset[Role]]]] = MappingProxyType(
    {
        "UserService": {
            "ListUsers": ALL,
            "GetUser": ALL,
            "CreateUser": OPERATING,
            "UpdateUser": OPERATING,
            "DeleteUser": OPERATING,
            "UndeleteUser": OPERATING,
            "AdjustUserBalance": MONEY,
        },
        "ApiKeyService": {
            "ListApiKeys": ALL,
            "GetApiKey": ALL,
            "CreateApiKey": OPERATING,
            "UpdateApiKey": OPERATING,
            "RotateApiKey": OPERATING,
            "RevokeApiKey": OPERATING,
            "DeleteApiKey": OPERATING,
            "UndeleteApiKey": OPERATING,
        },
        "AdminTokenService": {
            "GetAdminCaller": ALL,
            "ListAdminTokens": OWNING,
            "GetAdminToken": OWNING,
            "CreateAdminToken": OWNING,
            "RevokeAdminToken": OWNING,
        },
        "ProviderService": {
            "ListProviders": ALL,
            "GetProvider": ALL,
            "CreateProvider": OPERATING,
            "UpdateProvider": OPERATING,
            "DeleteProvider": OPERATING,
        },
        "CredentialService": {
            "ListCredentials": TECHNICAL,
            "GetCredential": TECHNICAL,
            "CreateCredential": OPERATING,
            "UpdateCredential": OPERATING,
            "RotateCredential": OPERATING,
            "DeleteCredential": OPERATING,
        },
        "ModelService": {
            "ListModels": ALL,
            "GetModel": ALL,
            "CreateModel": OPERATING,
            "UpdateModel": OPERATING,
            "DeleteModel": OPERATING,
        },
        "LimitService": {
            "ListLimits": ALL,
            "GetLimit": ALL,
            "CreateLimit": SPENDING,
            "UpdateLimit": SPENDING,
            "DeleteLimit": SPENDING,
        },
        "PriceService": {"ListPrices": ALL, "GetPrice": ALL, "CreatePrice": SPENDING},
        "AuditService": {"ListAuditEntries": TECHNICAL, "VerifyAudit": TECHNICAL},
        "SettingsService": {"GetSettings": ALL, "UpdateSettings": OPERATING},
        "SecretService": {"ListMasterKeys": TECHNICAL, "RewrapSecrets": OWNING},
        "ConfigService": {
            "PlanConfig": OPERATING,
            "ApplyConfig": OPERATING,
            "ExportConfig": TECHNICAL,
            "WatchConfig": TECHNICAL,
        },
        "GatewayService": {"GetGateway": ALL},
    }
)


def roles_of(method: str) -> frozenset[Role] | None:
    """Gives the roles that may call `/package.Service/Rpc`; none for a method that is open to everybody."""
    service, _, rpc = method.removeprefix("/").partition("/")
    package, _, name = service.rpartition(".")
    return ROLES[name][rpc] if package == PACKAGE else None
