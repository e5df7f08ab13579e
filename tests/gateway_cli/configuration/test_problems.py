"""What is said of a configuration that cannot be used, and where."""

import pytest

from gateway_cli.configuration.problem import ConfigurationRefused
from tests.fakes.configurations import NO_VARIABLES, PLAIN, SECRET_HALVES, loaded, problems

OPENAI = "kind: openai, credentials: [{name: a, secret: s}]"
STRATEGIES = "`fixed`, `round_robin`, `weighted`, `random`, `least_busy`, `scored`"
A_URL = "must be a URL that begins with `http://` or `https://`"
A_DURATION = "must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds"
USD = "must be an amount of USD as a decimal number, such as `0.15`"
A_REFERENCE = "holds a `${` that is no `${NAME}` or `${NAME:-default}`; write `$${` for a literal one"
MERGE = "merge keys (`<<`) are not supported; an anchor may stand for a whole value"

DOCUMENTS = [
    ("version: 2", "1: version: this version of Weir reads files of version 1"),
    ("version:", "1: version: has no value"),
    ("models: {}", "1: `version` is missing"),
    ("version: 1\nproviderz: {}", "2: unknown key `providerz`, did you mean `providers`?"),
    ("version: 1\nzzz: {}", "2: unknown key `zzz`"),
    ("version: 1\n'a b': {}", "2: unknown key"),
    ("version: 1\nmodels: {}\n\nmodels: {}", "4: duplicate key `models`, first given in line 2"),
    ("version: 1\n<<: {models: {}}", f"2: {MERGE}"),
    ("version: 1\n? [a]\n: b", "2: a key must be plain text"),
    ("- version", "1: must be a mapping"),
    ("hello", "1: must be a mapping"),
    ("!x {version: 1}", "1: carries a tag (`!…`), which is not supported"),
    ("version: !x 1", "1: version: carries a tag (`!…`), which is not supported"),
    ("version: 1\nmodels: [", "2: expected the node content, but found '<stream end>'"),
    ("version: 1\nmodels: *nowhere", "2: found undefined alias"),
    ("version: 1\n---\nversion: 1", "2: but found another document"),
    ("version: 1\nmodels: \x01", "2: holds a character that YAML does not allow"),
    ('version: "\\UFFFFFFFF"', "1: is no valid YAML: a character's number is out of range"),
    ("[" * 500, "1: is nested too deeply"),
    ("version: 1\nmodels: []", "2: models: must be a mapping"),
    ("version: 1\nusers: []", "2: users: must be a mapping"),
    ("version: 1\nserver: 5", "2: server: must be a mapping"),
    ("version: 1\ndefaults: 5", "2: defaults: must be a mapping"),
    ("version: 1\nprivacy: 5", "2: privacy: must be a mapping"),
]

PROVIDERS = [
    ("{}", "`kind` is missing"),
    ("{kind: opnai}", ".kind: must be one of `openai`, `vllm`, `simulator`, did you mean `openai`?"),
    ("{kind: anthropic}", ".kind: the kind `anthropic` is not available in this version"),
    ("{kind: gemini}", ".kind: the kind `gemini` is not available in this version"),
    ("{kind: openrouter}", ".kind: the kind `openrouter` is not available in this version"),
    ("{kind: [openai]}", ".kind: must be a single value, not a list or a mapping"),
    ("{kind: openai}", ": the kind `openai` needs at least one credential"),
    ("{kind: openai, credentials: []}", ".credentials: the kind `openai` needs at least one credential"),
    ("{kind: openai, credentials: s}", ".credentials: must be a list"),
    ("{kind: openai, credentials: [s]}", ".credentials[0]: must be a mapping"),
    ("{kind: openai, credentials: [{secret: s}]}", ".credentials[0]: `name` is missing"),
    ("{kind: openai, credentials: [{name: a}]}", ".credentials[0]: `secret` is missing"),
    ("{kind: openai, credentials: [{name: a, secret: ''}]}", ".credentials[0].secret: is empty"),
    ("{kind: openai, credentials: [{name: a, secret: }]}", ".credentials[0].secret: has no value"),
    (
        "{kind: openai, credentials: [{name: a, secret: 'a b'}]}",
        ".credentials[0].secret: must be printable ASCII without spaces or line ends",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: '${NOT_SET}'}]}",
        ".credentials[0].secret: the environment variable `NOT_SET` is not set",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: 'x${1}'}]}",
        f".credentials[0].secret: {A_REFERENCE}",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: s, weigth: 1}]}",
        ".credentials[0]: unknown key, did you mean `weight`?",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: s}, {name: a, secret: t}]}",
        ".credentials: the names of credentials must differ",
    ),
    (
        "{kind: openai, credentials: [{name: true, secret: s}]}",
        ".credentials[0].name: must be text: put it in quotes",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: s, weight: 0}]}",
        ".credentials[0].weight: must be a whole number from 1 to 1000000",
    ),
    ("{kind: vllm}", ": `base_url` is missing: the kind `vllm` has no usual one"),
    ("{kind: simulator, base_url: http://x}", ".base_url: the simulator is a part of the gateway and has no address"),
    (f"{{{OPENAI}, base_url: ftp://x}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://'}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://h:99999'}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://h:0'}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://[::1'}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://a b'}}", f".base_url: {A_URL}"),
    (f"{{{OPENAI}, base_url: 'http://u:p@h'}}", ".base_url: must not hold a user or a password"),
    (f"{{{OPENAI}, base_url: 'http://h/?a'}}", ".base_url: must end with its path: no `?` and no `#`"),
    (f"{{{OPENAI}, base_url: 'http://h/#a'}}", ".base_url: must end with its path: no `?` and no `#`"),
    (
        f"{{{OPENAI}, balance: wheighted}}",
        ".balance: must be one of `round_robin`, `weighted`, `random`, `least_busy`, did you mean `weighted`?",
    ),
    (f"{{{OPENAI}, timeouts: {{conect: 1s}}}}", ".timeouts: unknown key `conect`, did you mean `connect`?"),
    (f"{{{OPENAI}, timeouts: {{connect: 0}}}}", ".timeouts.connect: must be longer than 0 seconds"),
    (f"{{{OPENAI}, timeouts: {{total: -1}}}}", f".timeouts.total: {A_DURATION}"),
    (f"{{{OPENAI}, timeouts: {{idle: 1d}}}}", f".timeouts.idle: {A_DURATION}"),
    (f"{{{OPENAI}, timeouts: {{idle: 1e3}}}}", f".timeouts.idle: {A_DURATION}"),
    (f"{{{OPENAI}, timeouts: {{idle: .inf}}}}", f".timeouts.idle: {A_DURATION}"),
    (f"{{{OPENAI}, timeouts: {{idle: 9000h}}}}", ".timeouts.idle: must be at most a year"),
    (
        f"{{{OPENAI}, breaker: {{failures: none}}}}",
        ".breaker.failures: must be a whole number from 1 to 1000000",
    ),
    (f"{{{OPENAI}, breaker: {{reset: soon}}}}", f".breaker.reset: {A_DURATION}"),
]

MODELS = [
    ("{}", "`targets` is missing"),
    ("{targets: []}", ".targets: a model needs at least one target"),
    ("{targets: {}}", ".targets: must be a list"),
    ("{targets: [x]}", ".targets[0]: must be a mapping"),
    ("{targets: [{model: x}]}", ".targets[0]: `provider` is missing"),
    ("{targets: [{provider: main}]}", ".targets[0]: `model` is missing"),
    (
        "{targets: [{provider: mian, model: x}]}",
        ".targets[0].provider: there is no provider of this name, did you mean `main`?",
    ),
    ("{targets: [{provider: main, model: ''}]}", ".targets[0].model: must not be empty"),
    ("{targets: [{provider: main, model: 4}]}", ".targets[0].model: must be text: put it in quotes"),
    ("{targets: [{provider: main, model: 'a b'}]}", ".targets[0].model: must be printable ASCII without spaces"),
    (
        f"{{targets: [{{provider: main, model: {'x' * 201}}}]}}",
        ".targets[0].model: must have at most 200 characters",
    ),
    (
        "{targets: [{provider: main, model: x, price: {input: 1}}]}",
        ".targets[0].price: `output` is missing",
    ),
    ("{targets: [{provider: main, model: x, price: {input: 1e3, output: 1}}]}", f".targets[0].price.input: {USD}"),
    ("{targets: [{provider: main, model: x, price: {input: -1, output: 1}}]}", f".targets[0].price.input: {USD}"),
    (
        "{targets: [{provider: main, model: x, price: {input: 0.0000001, output: 1}}]}",
        ".targets[0].price.input: is finer than a pico-USD per token: at most 6 decimals",
    ),
    (
        "{targets: [{provider: main, model: x, price: {input: 1, output: 10000000000}}]}",
        ".targets[0].price.output: is too large to be meant",
    ),
    (
        "{targets: [{provider: main, model: x, price: {input: 1, output: 1, reasonning: 1}}]}",
        ".targets[0].price: unknown key `reasonning`, did you mean `reasoning`?",
    ),
    (
        "{strategi: fixed, targets: [{provider: main, model: x}]}",
        ": unknown key `strategi`, did you mean `strategy`?",
    ),
    ("{strategy: best, targets: [{provider: main, model: x}]}", f".strategy: must be one of {STRATEGIES}"),
    (
        "{targets: [{provider: main, model: x}], retries: {attempts: 11, backoff: 1s, budget: 1}}",
        ".retries.attempts: must be a whole number from 0 to 10",
    ),
    (
        "{targets: [{provider: main, model: x}], retries: {budget: 1.1}}",
        ".retries.budget: must be a number from 0 to 1",
    ),
    ("{targets: [{provider: main, model: x}], fallback: slow}", ".fallback: must be a list"),
    (
        "{targets: [{provider: main, model: x}], stream_break: go}",
        ".stream_break: must be one of `fail`, `restart`, `continue`",
    ),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_a_document_that_is_wrong_is_refused_with_the_line(text: str, expected: str) -> None:
    assert problems(text) == [f"weir.yaml:{expected}"]


@pytest.mark.parametrize(("provider", "expected"), PROVIDERS)
def test_a_provider_that_is_wrong_is_refused_with_line_and_path(provider: str, expected: str) -> None:
    path = expected if expected.startswith((".", ":")) else f": {expected}"
    assert problems(f"version: 1\nproviders:\n  p: {provider}\n") == [f"weir.yaml:3: providers.p{path}"]


@pytest.mark.parametrize(("model", "expected"), MODELS)
def test_a_model_that_is_wrong_is_refused_with_line_and_path(model: str, expected: str) -> None:
    path = expected if expected.startswith((".", ":")) else f": {expected}"
    text = f"version: 1\nproviders: {{main: {{kind: simulator}}}}\nmodels:\n  m: {model}\n"
    assert problems(text) == [f"weir.yaml:4: models.m{path}"]


@pytest.mark.parametrize("name", ["", "a b", "\u00e4", "x" * 201])
@pytest.mark.parametrize("kind", ["provider", "model"])
def test_a_name_that_cannot_travel_in_a_header_is_refused(kind: str, name: str) -> None:
    provider, model = (name, "m") if kind == "provider" else ("q", name)
    text = (
        f'version: 1\nproviders: {{p: {{kind: simulator}}, "{provider}": {{kind: simulator}}}}\n'
        f'models: {{"{model}": {{targets: [{{provider: p, model: x}}]}}}}\n'
    )
    (problem,) = problems(text)
    assert f"the {kind}'s name must" in problem


def test_a_duplicate_key_that_is_no_plain_word_is_not_repeated() -> None:
    found = problems("version: 1\nusers:\n  'a b': {}\n  'a b': {}\n")
    assert "weir.yaml:4: users: duplicate key, first given in line 3" in found


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        "version: 1\n"
        "models:\n"
        "  m:\n"
        "    targets:\n"
        "      - provider: nobody\n"
        "        model: x\n"
        "providers:\n"
        "  p:\n"
        "    kind: vllm\n"
        "    base_url: nowhere\n"
        "server:\n"
        "  drain: never\n"
    )
    found = problems(text, {"WEIR_LOG_LEVEL": "loud", "WEIR_WHAT": "1"})
    assert [line.split(":")[:3] for line in found[:3]] == [
        ["weir.yaml", "5", " models.m.targets[0].provider"],
        ["weir.yaml", "10", " providers.p.base_url"],
        ["weir.yaml", "12", " server.drain"],
    ]
    assert [line.split(":")[0] for line in found[3:]] == ["WEIR_LOG_LEVEL", "WEIR_WHAT"]


def test_a_problem_below_a_key_of_its_own_line_is_told_where_that_key_stands() -> None:
    text = "version: 1\nproviders:\n  p:\n    kind: openai\n    credentials:\n      - name: a\n"
    assert problems(text) == ["weir.yaml:6: providers.p.credentials[0]: `secret` is missing"]
    assert problems("version: 1\nproviders:\n  p:\n    kind: openai\n") == [
        "weir.yaml:3: providers.p: the kind `openai` needs at least one credential"
    ]


def test_a_refusal_carries_its_problems_and_says_them() -> None:
    with pytest.raises(ConfigurationRefused) as caught:
        loaded("version: 3\n", NO_VARIABLES)
    (problem,) = caught.value.problems
    assert (problem.source, problem.line, problem.path) == ("weir.yaml", 1, "version")
    assert str(caught.value) == str(problem)


@pytest.mark.parametrize(
    "change",
    [
        ("secret: ALPHA", "secret:ALPHA"),
        ("secret: ALPHA", "secret ALPHA"),
        ("secret: ALPHA", "secrets: ALPHA"),
        ("secret: ALPHA", "secret: *ALPHA"),
        ("secret: ALPHA", "secret: !ALPHA"),
        ("secret: ALPHA", "secret: [ALPHA"),
        ("secret: ALPHA", "secret: {ALPHA"),
        ("secret: ALPHA", "secret: 'ALPHA"),
        ("secret: ALPHA", "secret: a ALPHA"),
        ("name: a\n        secret: ", "name: "),
        ("name: a\n        secret: ", ""),
        ("- name: a\n        secret: ", "- {name: a, "),
        ("base_url: http", "base_url: ALPHAalpha0123456789OMEGAomega"),
        ("kind: openai", "kind: ALPHAalpha0123456789OMEGAomega"),
    ],
)
def test_no_mistake_makes_a_secret_visible(change: tuple[str, str]) -> None:
    text = PLAIN.replace(*change)
    assert text != PLAIN
    shown = "\n".join(problems(text))
    assert not any(half in shown for half in SECRET_HALVES)
