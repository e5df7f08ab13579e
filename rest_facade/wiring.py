"""Puts the application together. The only file of the facade that names every part."""

import logging
from collections.abc import Callable

import grpc
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from openai_json.codec import OpenAiJson
from rest_facade.client_address import ClientAddresses
from rest_facade.event_stream import StreamPace
from rest_facade.gateway_client import GatewayClient
from rest_facade.middleware.cors import CorsApp
from rest_facade.middleware.guarded import GuardedApp
from rest_facade.middleware.identified import IdentifiedApp
from rest_facade.middleware.secured import SecuredApp
from rest_facade.routes.account import WhoAmI
from rest_facade.routes.chat import ChatEndpoint
from rest_facade.routes.health import Alive, FrontDoor, Health
from rest_facade.routes.method_table import MethodTable
from rest_facade.routes.models import ModelList, OneModel
from rest_facade.routes.streamed_chat import StreamedChat
from rest_facade.routes.unknown_url import refuse_unknown_url
from rest_facade.routes.whole_chat import WholeChat
from rest_facade.settings import FacadeSettings


def build_app(
    settings: FacadeSettings,
    channel: grpc.aio.Channel,
    codec: OpenAiJson,
    *,
    version: str,
    draining: Callable[[], bool],
) -> ASGIApp:
    """Builds the complete application over a channel, which may lead into this process or to another one."""
    client = GatewayClient(channel)
    pace = StreamPace(settings.keepalive, settings.write_timeout)
    chat = ChatEndpoint(codec, settings, WholeChat(client, codec), StreamedChat(client, codec, pace))
    app: ASGIApp = build_router(client, chat, version, draining)
    app = GuardedApp(app, logging.getLogger("rest_facade"))
    app = CorsApp(app, settings.cors_origins)
    app = SecuredApp(app, cross_origin=bool(settings.cors_origins))
    return IdentifiedApp(app, ClientAddresses(settings.trusted_proxies))


def build_router(client: GatewayClient, chat: ASGIApp, version: str, draining: Callable[[], bool]) -> Router:
    """Lists what answers to which URL, the busiest first."""
    chats = MethodTable(POST=chat)
    health = MethodTable(GET=Health(client, version, draining))
    return Router(
        [
            Route("/v1/chat/completions", chats),
            Route("/chat/completions", chats),
            Route("/v1/models", MethodTable(GET=ModelList(client))),
            Route("/v1/models/{name:path}", MethodTable(GET=OneModel(client))),
            Route("/v1/user", MethodTable(GET=WhoAmI(client))),
            Route("/v1/health", health),
            Route("/health", health),
            Route("/api/v1/health", health),
            Route("/readyz", health),
            Route("/livez", MethodTable(GET=Alive())),
            Route("/", MethodTable(GET=FrontDoor(version))),
        ],
        redirect_slashes=False,
        default=refuse_unknown_url,
    )
