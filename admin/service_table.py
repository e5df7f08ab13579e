"""Every service of administration, beside the function that adds it to a server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor

from admin.conduct.desk import Desk
from admin.services.admin_token_service import AdminTokenService
from admin.services.api_key_service import ApiKeyService
from admin.services.audit_service import AuditService
from admin.services.config_service import ConfigService
from admin.services.credential_service import CredentialService
from admin.services.gateway_service import GatewayService
from admin.services.limit_service import LimitService
from admin.services.model_service import ModelService
from admin.services.price_service import PriceService
from admin.services.provider_service import ProviderService
from admin.services.secret_service import SecretService
from admin.services.settings_service import SettingsService
from admin.services.user_service import UserService
from admin.watching.hub import Hub
from weir.admin.v1 import (
    admin_token_service_pb2,
    api_key_service_pb2,
    audit_service_pb2,
    config_service_pb2,
    credential_service_pb2,
    gateway_service_pb2,
    limit_service_pb2,
    model_service_pb2,
    price_service_pb2,
    provider_service_pb2,
    secret_service_pb2,
    settings_service_pb2,
    user_service_pb2,
)
from weir.admin.v1.admin_token_service_pb2_grpc import add_AdminTokenServiceServicer_to_server
from weir.admin.v1.api_key_service_pb2_grpc import add_ApiKeyServiceServicer_to_server
from weir.admin.v1.audit_service_pb2_grpc import add_AuditServiceServicer_to_server
from weir.admin.v1.config_service_pb2_grpc import add_ConfigServiceServicer_to_server
from weir.admin.v1.credential_service_pb2_grpc import add_CredentialServiceServicer_to_server
from weir.admin.v1.gateway_service_pb2_grpc import add_GatewayServiceServicer_to_server
from weir.admin.v1.limit_service_pb2_grpc import add_LimitServiceServicer_to_server
from weir.admin.v1.model_service_pb2_grpc import add_ModelServiceServicer_to_server
from weir.admin.v1.price_service_pb2_grpc import add_PriceServiceServicer_to_server
from weir.admin.v1.provider_service_pb2_grpc import add_ProviderServiceServicer_to_server
from weir.admin.v1.secret_service_pb2_grpc import add_SecretServiceServicer_to_server
from weir.admin.v1.settings_service_pb2_grpc import add_SettingsServiceServicer_to_server
from weir.admin.v1.user_service_pb2_grpc import add_UserServiceServicer_to_server


@dataclass(frozen=True, slots=True)
class Served:
    """The file that describes a service, what answers it, and how it is added to a server."""

    file: FileDescriptor
    servicer: object
    add: Callable[[Any, grpc.aio.Server], None]

    @property
    def contract(self) -> ServiceDescriptor:
        """Gives the one service of the file."""
        (service,) = self.file.services_by_name.values()
        return service


def served(desk: Desk, hub: Hub, gateway: GatewayService) -> tuple[Served, ...]:
    """Makes every servicer."""
    return (
        Served(user_service_pb2.DESCRIPTOR, UserService(desk), add_UserServiceServicer_to_server),
        Served(api_key_service_pb2.DESCRIPTOR, ApiKeyService(desk), add_ApiKeyServiceServicer_to_server),
        Served(admin_token_service_pb2.DESCRIPTOR, AdminTokenService(desk), add_AdminTokenServiceServicer_to_server),
        Served(provider_service_pb2.DESCRIPTOR, ProviderService(desk), add_ProviderServiceServicer_to_server),
        Served(credential_service_pb2.DESCRIPTOR, CredentialService(desk), add_CredentialServiceServicer_to_server),
        Served(model_service_pb2.DESCRIPTOR, ModelService(desk), add_ModelServiceServicer_to_server),
        Served(limit_service_pb2.DESCRIPTOR, LimitService(desk), add_LimitServiceServicer_to_server),
        Served(price_service_pb2.DESCRIPTOR, PriceService(desk), add_PriceServiceServicer_to_server),
        Served(audit_service_pb2.DESCRIPTOR, AuditService(desk), add_AuditServiceServicer_to_server),
        Served(settings_service_pb2.DESCRIPTOR, SettingsService(desk), add_SettingsServiceServicer_to_server),
        Served(secret_service_pb2.DESCRIPTOR, SecretService(desk), add_SecretServiceServicer_to_server),
        Served(config_service_pb2.DESCRIPTOR, ConfigService(desk, hub), add_ConfigServiceServicer_to_server),
        Served(gateway_service_pb2.DESCRIPTOR, gateway, add_GatewayServiceServicer_to_server),
    )
