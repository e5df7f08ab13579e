"""Hypothesis strategies for valid OpenAI JSON, with nulls and unknown fields at every level.

Written down from the format, not from the protos, so that both are checked against each other.
"""

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Json = SearchStrategy[object]
Fields = Mapping[str, Json]
Objects = SearchStrategy[dict[str, object]]

INT64 = st.integers(-(2**63), 2**63 - 1)
NUMBER = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
TEXT: Json = st.text(max_size=8)
BOOL: Json = st.booleans()
COUNT: Json = INT64

SCALAR: Json = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | NUMBER | st.text(max_size=8)

# Names that mean something in the protos but nothing in JSON, or mean something in another object.
TRAPS = (
    "extra_json",
    "content_parts",
    "content_kind",
    "kind",
    "stop_list",
    "stop_kind",
    "tool_choice_object",
    "schema_json",
    "parameters_json",
    "text",
    "function",
    "image_url",
    "custom",
    "values",
    "parts",
    "stream",
)
NAMES = st.sampled_from(TRAPS) | st.text(max_size=6)


def any_json(names: SearchStrategy[str] = NAMES, leaves: int = 6) -> Json:
    """Any JSON value, with keys of these names."""

    def wider(inner: Json) -> Json:
        return st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)

    return st.recursive(SCALAR, wider, max_leaves=leaves)


ANY = any_json()


def fields(required: Fields, optional: Fields, always: tuple[str, ...] = ()) -> Objects:
    """An object with the required fields, some of the optional ones, perhaps null, and some unknown ones."""
    known = required.keys() | optional.keys() | set(always)
    nullable = {key: value | st.none() for key, value in optional.items()}
    unknown = st.dictionaries(NAMES.filter(lambda name: name not in known), ANY, max_size=2)
    return st.builds(merged, st.fixed_dictionaries(dict(required), optional=nullable), unknown, turned=st.booleans())


def merged(first: dict[str, object], second: dict[str, object], *, turned: bool) -> dict[str, object]:
    """Both in one, the second before or behind the first."""
    return second | first if turned else first | second


def kinds(payloads: Fields, optional: Fields | None = None, bare: tuple[str, ...] = ()) -> Objects:
    """An object whose `type` names its payload, or is unknown."""
    more = optional or {}
    known = [fields({"type": st.just(kind), kind: payload}, more) for kind, payload in payloads.items()]
    known += [fields({"type": st.just(kind)}, more) for kind in bare]
    names = payloads.keys() | set(bare)
    unknown = fields({"type": st.text(max_size=8).filter(lambda kind: kind not in names)}, {})
    return st.one_of(*known, unknown)


def many(item: Json) -> Json:
    return st.lists(item, max_size=2)


def optional(**optional_fields: Json) -> Objects:
    return fields({}, optional_fields)


CACHE_MARK = {"prompt_cache_breakpoint": optional(mode=TEXT)}
PARTS = many(
    kinds(
        {
            "text": TEXT,
            "refusal": TEXT,
            "image_url": optional(url=TEXT, detail=TEXT),
            "input_audio": optional(data=TEXT, format=TEXT),
            "file": optional(file_id=TEXT, filename=TEXT, file_data=TEXT),
        },
        CACHE_MARK,
    )
)
CALL = optional(name=TEXT, arguments=TEXT)
CUSTOM_CALL = optional(name=TEXT, input=TEXT)
ROLE = st.sampled_from(["developer", "system", "user", "assistant", "tool", "function"])
MESSAGE = fields(
    {"role": ROLE},
    {
        "content": TEXT | PARTS,
        "name": TEXT,
        "refusal": TEXT,
        "audio": optional(id=TEXT, data=TEXT, expires_at=COUNT, transcript=TEXT),
        "tool_calls": many(kinds({"function": CALL, "custom": CUSTOM_CALL}, {"id": TEXT})),
        "tool_call_id": TEXT,
        "function_call": CALL,
        "reasoning": TEXT,
        "reasoning_content": TEXT,
        "annotations": many(
            kinds({"url_citation": optional(start_index=COUNT, end_index=COUNT, url=TEXT, title=TEXT)})
        ),
    },
)
NAMED = optional(name=TEXT)
FUNCTION = optional(name=TEXT, description=TEXT, parameters=ANY, strict=BOOL)

SAMPLING: Fields = {
    "temperature": NUMBER,
    "top_p": NUMBER,
    "frequency_penalty": NUMBER,
    "presence_penalty": NUMBER,
    "n": COUNT,
    "max_completion_tokens": COUNT,
    "max_tokens": COUNT,
    "top_logprobs": COUNT,
    "seed": COUNT,
    "logprobs": BOOL,
    "stop": TEXT | many(TEXT),
    "logit_bias": st.dictionaries(st.text(max_size=4), INT64, max_size=2),
}
SHAPING: Fields = {
    "stream_options": optional(include_usage=BOOL, include_obfuscation=BOOL),
    "response_format": kinds(
        {"json_schema": optional(name=TEXT, description=TEXT, schema=ANY, strict=BOOL)}, bare=("text", "json_object")
    ),
    "tools": many(kinds({"function": FUNCTION, "custom": optional(name=TEXT, description=TEXT, format=ANY)})),
    "tool_choice": TEXT
    | kinds({"function": NAMED, "custom": NAMED, "allowed_tools": optional(mode=TEXT, tools=many(ANY))}),
    "parallel_tool_calls": BOOL,
    "functions": many(FUNCTION),
    "function_call": TEXT | NAMED,
    "modalities": many(TEXT),
    "audio": optional(voice=TEXT | optional(id=TEXT), format=TEXT),
    "prediction": optional(type=TEXT, content=TEXT | PARTS),
    "web_search_options": optional(search_context_size=TEXT, user_location=ANY),
}
LABELS: Fields = {
    "reasoning_effort": TEXT,
    "verbosity": TEXT,
    "store": BOOL,
    "metadata": st.dictionaries(st.text(max_size=4), st.text(max_size=4), max_size=2),
    "service_tier": TEXT,
    "user": TEXT,
    "safety_identifier": TEXT,
    "prompt_cache_key": TEXT,
    "prompt_cache_options": optional(mode=TEXT, ttl=TEXT),
    "prompt_cache_retention": TEXT,
    "moderation": optional(model=TEXT, policy=ANY),
}
REQUEST_FIELDS: Fields = {**SAMPLING, **SHAPING, **LABELS}
REQUIRED_FIELDS: Fields = {
    "model": st.text(min_size=1, max_size=8),
    "messages": st.lists(MESSAGE, min_size=1, max_size=3),
}


@st.composite
def requests(draw: st.DrawFn) -> dict[str, object]:
    """A request with a few of the fields, so that none is drowned by the others."""
    keys = draw(st.sets(st.sampled_from(sorted(REQUEST_FIELDS)), max_size=6))
    some = {key: REQUEST_FIELDS[key] for key in keys}
    known = tuple(REQUEST_FIELDS)
    return draw(fields(REQUIRED_FIELDS, some, always=known))


def token_logprobs(depth: int) -> Json:
    top: Json = many(token_logprobs(depth - 1)) if depth else st.just([])
    return optional(token=TEXT, logprob=NUMBER, bytes=many(INT64), top_logprobs=top)


LOGPROBS = optional(content=many(token_logprobs(3)), refusal=many(token_logprobs(1)))
USAGE = optional(
    prompt_tokens=COUNT,
    completion_tokens=COUNT,
    total_tokens=COUNT,
    prompt_tokens_details=optional(
        cached_tokens=COUNT, audio_tokens=COUNT, text_tokens=COUNT, image_tokens=COUNT, cache_write_tokens=COUNT
    ),
    completion_tokens_details=optional(
        reasoning_tokens=COUNT,
        audio_tokens=COUNT,
        text_tokens=COUNT,
        accepted_prediction_tokens=COUNT,
        rejected_prediction_tokens=COUNT,
    ),
)
REASON = st.none() | st.sampled_from(["stop", "length", "tool_calls", "content_filter", "function_call", "error"])
REPLY_FIELDS: Fields = {
    "id": TEXT,
    "object": TEXT,
    "created": COUNT,
    "model": TEXT,
    "usage": USAGE,
    "service_tier": TEXT,
    "system_fingerprint": TEXT,
}
CHOICE = fields({"finish_reason": REASON}, {"index": COUNT, "message": MESSAGE, "logprobs": LOGPROBS})
COMPLETION = fields({"choices": many(CHOICE)}, REPLY_FIELDS)
DELTA = optional(
    role=ROLE,
    content=TEXT,
    refusal=TEXT,
    tool_calls=many(optional(index=COUNT, id=TEXT, type=TEXT, function=CALL, custom=CUSTOM_CALL)),
    function_call=CALL,
    reasoning=TEXT,
    reasoning_content=TEXT,
)
CHUNK_CHOICE = fields({"finish_reason": REASON}, {"index": COUNT, "delta": DELTA, "logprobs": LOGPROBS})
CHUNK = fields({"choices": many(CHUNK_CHOICE)}, REPLY_FIELDS)
