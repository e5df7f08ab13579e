"""Files for the records, read as the admin service reads them, and short ways to see what came of it."""

from collections.abc import Mapping

from admin.configuration.declared import Declared
from admin.configuration.file_format import read_file

NO_VARIABLES: Mapping[str, str] = {}

EVERYTHING = """\
version: 1
providers:
  openai:
    kind: openai
    base_url: https://api.openai.com/v1/
    credentials:
      - {name: a, secret: "${OPENAI_API_KEY}"}
      - {name: b, secret: "${OPENAI_API_KEY_B:-spare}", weight: 2, disabled: true, limits: {concurrent_requests: 9}}
    balance: least_busy
    breaker: {failures: 4, reset: 30s}
    timeouts: {connect: 1s, first_token: 2s, idle: 3s, total: 1m, stream_total: 1h}
    limits: {tokens_per_minute: 7}
models:
  fast:
    strategy: scored
    targets:
      - provider: openai
        model: gpt-4o-mini
        weight: 3
        price: {input: 0.15, output: 0.60, cached_input: 0.075, cache_write: 1, audio_input: 2.5, image_input: 3,
                reasoning: 0.000001, audio_output: 40}
    retries: {attempts: 3, backoff: 300ms, budget: 0.2}
    fallback: [meta/slow]
    stream_break: continue
    quotas: [{per: total, tokens: 5}]
  meta/slow: {disabled: true, targets: [{provider: openai, model: gpt-4o}]}
defaults:
  limits: {requests_per_minute: 600, tokens_per_minute: 200000, concurrent_requests: 50}
  quotas: [{per: month, cost_usd: 100}]
users:
  alice:
    display_name: Alice
    disabled: true
    balance_usd: 20
    quotas: [{per: month, cost_usd: 10, requests: 3}]
    keys:
      - {name: laptop, models: [fast, "meta/*"], operations: [chat, admin_read], networks: [10.0.0.0/8],
         expires: 2027-01-01, disabled: true, limits: {requests_per_minute: 5}}
      - {name: other, expires: "2027-01-01T12:30:00+02:00"}
privacy: {store_prompts: true, redact_logs: false}
staleness_bound: 30s
"""
VARIABLES = {"OPENAI_API_KEY": "sk-one-0123456789"}


def declared(text: str, variables: Mapping[str, str] = NO_VARIABLES) -> Declared:
    """Gives what a file declares, which must have no problems."""
    read = read_file(text, variables)
    assert read.problems == ()
    return read.declared


def problems(text: str, variables: Mapping[str, str] = NO_VARIABLES) -> list[str]:
    """Gives what is wrong with a file, as `line: path: sentence`."""
    return [_shown(str(problem)) for problem in read_file(text, variables).problems]


def warnings(text: str, variables: Mapping[str, str] = NO_VARIABLES) -> list[str]:
    """Gives what is doubtful about a file."""
    return [_shown(str(problem)) for problem in read_file(text, variables).warnings]


def _shown(problem: str) -> str:
    return problem.removeprefix("line ")
