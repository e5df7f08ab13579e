"""Runs the facade alone; its core is another process, reached over gRPC."""

import asyncio

import grpc

from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.garbage import settle_garbage
from gateway_cli.run.process import installed_version, start_logging
from gateway_cli.run.ready import Say, announce
from gateway_cli.run.stop_signal import StopSignal, stop_signal
from openai_json.codec import OpenAiJson
from rest_facade.dial import dial
from rest_facade.server import serve_http
from rest_facade.wiring import build_app


async def run_facade(configuration: Configuration, say: Say) -> None:
    """Runs until told to stop; then the server lets what runs finish."""
    start_logging(configuration)
    facade = configuration.facade
    with stop_signal() as stop:
        async with dial(facade.core_address, configuration.core.max_message_bytes) as channel:
            app = build_app(facade, channel, OpenAiJson(), version=installed_version(), draining=stop.asked.is_set)
            async with serve_http(app, facade.http_listen, drain=facade.drain) as http_address:
                addresses = {"http": f"http://{http_address}", "core": facade.core_address}
                settle_garbage()
                announce(say, addresses, log_format=configuration.process.log_format)
                await stop.asked.wait()
                hurry = asyncio.ensure_future(close_when_urgent(stop, channel))
            hurry.cancel()


async def close_when_urgent(stop: StopSignal, channel: grpc.aio.Channel) -> None:
    """Ends the calls that still run when a second signal comes."""
    await stop.urgent.wait()
    await channel.close()
