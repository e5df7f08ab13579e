"""Configurations to test with, and short ways to read one and to see what is wrong with it."""

from collections.abc import Mapping

from admin.configuration.problem import ConfigurationRefused
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.loading import load

NO_VARIABLES: Mapping[str, str] = {}
FILE = "weir.yaml"

PLAIN = """\
version: 1
providers:
  main:
    kind: openai
    base_url: http://127.0.0.1:9100/v1
    credentials:
      - name: a
        secret: ALPHAalpha0123456789OMEGAomega
    balance: weighted
    timeouts: {connect: 2s, idle: 500ms}
models:
  fast:
    strategy: round_robin
    targets:
      - {provider: main, model: gpt-4o-mini, weight: 2, price: {input: 0.15, output: 0.60}}
defaults: {limits: {requests_per_minute: 600}}
server:
  drain: 10s
"""
SECRET_HALVES = ("ALPHAalpha01234", "56789OMEGAomega")


def loaded(text: str | None, variables: Mapping[str, str] = NO_VARIABLES) -> Configuration:
    """Loads a file's text."""
    return load(text, FILE, variables)


def problems(text: str | None, variables: Mapping[str, str] = NO_VARIABLES) -> list[str]:
    """Gives the problems of a file's text as they are shown, and none if it loads."""
    try:
        load(text, FILE, variables)
    except ConfigurationRefused as refused:
        return [str(problem) for problem in refused.problems]
    return []
