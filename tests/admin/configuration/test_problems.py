"""What is said of a configuration that cannot be used, and where."""

import pytest

from tests.fakes.declarations import problems

OPENAI = "kind: openai, credentials: [{name: a, secret: s}]"
STRATEGIES = "`fixed`, `round_robin`, `weighted`, `random`, `least_busy`, `scored`"
A_URL = "must be a URL that begins with http:// or https://"
ID = "must be 1 to 128 letters, digits and . _ : @ + ~ -, beginning with a letter or a digit"
MODEL_ID = "must be parts of letters, digits and . _ : @ + ~ - joined by /, at most 200 characters"
WORD = "must be text without spaces of 1 to 256 characters"
A_DAY = "must be above 0 and at most 24 hours"
PAIR = "provider: main, model: x"
A_DURATION = "must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds"
USD = "must be an amount of USD as a decimal number, such as `0.15`"
A_REFERENCE = "holds a `${` that is no `${NAME}` or `${NAME:-default}`; write `$${` for a literal one"
MERGE = "merge keys (`<<`) are not supported; an anchor may stand for a whole value"

BOMB = "version: 1\n" + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10) if n else 1}]\n" for n in range(8))

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
    ("", "the file is empty: it must at least hold `version: 1`"),
    ("# nothing", "the file is empty: it must at least hold `version: 1`"),
    ("version: 1\nstaleness_bound: 301s", "2: staleness_bound: must be from 1 second to 5 minutes"),
    ("version: 1\nstaleness_bound: 0.5s", "2: staleness_bound: must be from 1 second to 5 minutes"),
    ("version: 1\nserver: {drain: soon}", f"2: server.drain: {A_DURATION}"),
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
    ("{kind: openai, credentials: s}", ".credentials: must be a list"),
    ("{kind: openai, credentials: [s]}", ".credentials[0]: must be a mapping"),
    ("{kind: openai, credentials: [{secret: s}]}", ".credentials[0]: `name` is missing"),
    ("{kind: openai, credentials: [{name: -a, secret: s}]}", f".credentials[0].name: {ID}"),
    ("{kind: openai, credentials: [{name: a, secret: ''}]}", ".credentials[0].secret: is empty"),
    ("{kind: openai, credentials: [{name: a, secret: }]}", ".credentials[0].secret: has no value"),
    (
        "{kind: openai, credentials: [{name: a, secret: 'a b'}]}",
        ".credentials[0].secret: must be printable ASCII without spaces or line ends",
    ),
    (
        "{kind: openai, credentials: [{name: a, secret: '${NOT_SET}'}]}",
        ".credentials[0].secret: the variable `NOT_SET` is not set",
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
        ".credentials[0].weight: must be a whole number from 1 to 1000",
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
    (f"{{{OPENAI}, base_url: 'http://h/?a'}}", ".base_url: must end with its path: no ? and no #"),
    (f"{{{OPENAI}, base_url: 'http://h/#a'}}", ".base_url: must end with its path: no ? and no #"),
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
    (f"{{{OPENAI}, timeouts: {{idle: 25h}}}}", f".timeouts.idle: {A_DAY}"),
    (f"{{{OPENAI}, breaker: {{reset: 61m}}}}", ".breaker.reset: must be above 0 and at most 1 hour"),
    (f"{{{OPENAI}, base_url: 'http://{'x' * 2048}'}}", ".base_url: must have at most 2048 characters"),
    (f"{{{OPENAI}, disabled: perhaps}}", ".disabled: must be `true` or `false`"),
    (
        f"{{{OPENAI}, limits: {{request_per_minute: 1}}}}",
        ".limits: unknown key `request_per_minute`, did you mean `requests_per_minute`?",
    ),
    (
        f"{{{OPENAI}, breaker: {{failures: none}}}}",
        ".breaker.failures: must be a whole number from 1 to 1000",
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
    ("{targets: [{provider: a b, model: x}]}", f".targets[0].provider: {ID}"),
    ("{targets: [{provider: main, model: ''}]}", f".targets[0].model: {WORD}"),
    ("{targets: [{provider: main, model: 4}]}", ".targets[0].model: must be text: put it in quotes"),
    ("{targets: [{provider: main, model: 'a b'}]}", f".targets[0].model: {WORD}"),
    (
        f"{{targets: [{{provider: main, model: {'x' * 257}}}]}}",
        f".targets[0].model: {WORD}",
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
    (
        f"{{targets: [{{{PAIR}}}, {{{PAIR}}}]}}",
        ".targets[1]: this pair of provider and model is among the targets already",
    ),
    (
        f"{{targets: [{', '.join(f'{{provider: main, model: x{n}}}' for n in range(101))}]}}",
        ".targets: must have 0 to 100 entries",
    ),
    (
        "{targets: [{provider: main, model: x}], retries: {backoff: 2m}}",
        ".retries.backoff: must be above 0 and at most 1 minute",
    ),
    (
        "{targets: [{provider: main, model: x, weight: 1001}]}",
        ".targets[0].weight: must be a whole number from 1 to 1000",
    ),
    ("{targets: [{provider: main, model: x}], fallback: slow}", ".fallback: must be a list"),
    ("{targets: [{provider: main, model: x}], fallback: [a b]}", f".fallback[0]: {MODEL_ID}"),
    ("{targets: [{provider: main, model: x}], fallback: [a, a]}", ".fallback: no model may be named twice"),
    ("{targets: [{provider: main, model: x}], fallback: [m]}", ".fallback: a model cannot fall back to itself"),
    (
        f"{{targets: [{{provider: main, model: x}}], fallback: [{', '.join(f'a{n}' for n in range(21))}]}}",
        ".fallback: must have 0 to 20 entries",
    ),
    (
        "{targets: [{provider: main, model: x}], stream_break: go}",
        ".stream_break: must be one of `fail`, `restart`, `continue`",
    ),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_a_document_that_is_wrong_is_refused_with_the_line(text: str, expected: str) -> None:
    assert problems(text) == [expected]


@pytest.mark.parametrize(("provider", "expected"), PROVIDERS)
def test_a_provider_that_is_wrong_is_refused_with_line_and_path(provider: str, expected: str) -> None:
    path = expected if expected.startswith((".", ":")) else f": {expected}"
    assert problems(f"version: 1\nproviders:\n  p: {provider}\n") == [f"3: providers.p{path}"]


@pytest.mark.parametrize(("model", "expected"), MODELS)
def test_a_model_that_is_wrong_is_refused_with_line_and_path(model: str, expected: str) -> None:
    path = expected if expected.startswith((".", ":")) else f": {expected}"
    text = f"version: 1\nproviders: {{main: {{kind: simulator}}}}\nmodels:\n  m: {model}\n"
    assert problems(text) == [f"4: models.m{path}"]


@pytest.mark.parametrize("name", ["", "a b", "\u00e4", "-a", "x" * 201])
@pytest.mark.parametrize(("kind", "rule"), [("provider", ID), ("model", MODEL_ID), ("user", ID)])
def test_a_name_that_no_record_can_have_is_refused(kind: str, rule: str, name: str) -> None:
    inner = {
        "provider": "{kind: simulator}",
        "model": "{targets: [{provider: p, model: x}]}",
        "user": "{}",
    }[kind]
    (problem,) = problems(f'version: 1\n{kind}s: {{"{name}": {inner}}}\n')
    assert problem.endswith(f": the {kind}'s name {rule}")


def test_the_names_of_models_alone_may_hold_slashes() -> None:
    assert problems("version: 1\nmodels: {a/b: {targets: [{provider: p, model: x/y}]}}\n") == []
    assert len(problems("version: 1\nusers: {a/b: {}}\n")) == 1


def test_a_pair_of_provider_and_model_has_one_price() -> None:
    target = "targets: [{provider: p, model: x, price: {input: %s, output: 1}}]"
    text = f"version: 1\nmodels:\n  a: {{{target % 1}}}\n  b: {{{target}}}\n"
    assert problems(text % "1.0") == []
    assert problems(text % 2) == [
        "4: models.b.targets[0].price: the same model of the same provider has another price in line 3"
    ]


def test_a_duplicate_key_that_is_no_plain_word_is_not_repeated() -> None:
    found = problems("version: 1\nusers:\n  'a b': {}\n  'a b': {}\n")
    assert "4: users: duplicate key, first given in line 3" in found


def test_a_problem_below_a_key_of_its_own_line_is_told_where_that_key_stands() -> None:
    text = "version: 1\nproviders:\n  p:\n    kind: openai\n    credentials:\n      - weight: 2\n"
    assert problems(text) == ["6: providers.p.credentials[0]: `name` is missing"]
    assert problems("version: 1\nproviders:\n  p:\n    balance: random\n") == ["3: providers.p: `kind` is missing"]


@pytest.mark.parametrize("text", [BOMB, "version: 1\nmodels: &m [*m]\n"])
def test_a_file_that_would_be_endless_if_it_were_written_out_is_refused(text: str) -> None:
    assert problems(text) == ["1: holds too much: anchors stand for more than two million values"]
