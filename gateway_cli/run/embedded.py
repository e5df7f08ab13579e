"""Runs core and facade in one process: the facade dials the core's in-process channel."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.metrics_page import MetricsPage
from gateway_cli.run.ready import announce
from gateway_cli.run.stop_signal import stop_signal
from gateway_core.clock import Clock
from gateway_core.storage.sqlite import open_key_store
from gateway_core.wiring import CoreParts, open_core
from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http
from rest_facade.wiring import build_app
