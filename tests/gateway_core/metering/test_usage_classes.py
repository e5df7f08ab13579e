"""From a provider's report to classes that do not overlap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.metering.usage_classes import MAX_TOKENS, split_usage
from weir.v1.call_summary_pb2 import USAGE_SOURCE_PROVIDER, TokenUsage
from weir.v1.usage_pb2 import CompletionTokensDetails, PromptTokensDetails, Usage


def classes(**counts: int) -> TokenUsage:
    return TokenUsage(source=USAGE_SOURCE_PROVIDER, **counts)


def test_details_are_taken_out_of_their_totals() -> None:
    split = split_usage(
        Usage(
            prompt_tokens=1000,
            completion_tokens=200,
            total_tokens=1200,
            prompt_tokens_details=PromptTokensDetails(
                cached_tokens=600, cache_write_tokens=100, audio_tokens=30, image_tokens=20, text_tokens=950
            ),
            completion_tokens_details=CompletionTokensDetails(
                reasoning_tokens=50,
                audio_tokens=10,
                text_tokens=140,
                accepted_prediction_tokens=7,
                rejected_prediction_tokens=3,
            ),
        ),
        replied=True,
    )
    assert split is not None
    assert split.tokens == classes(
        input=250,
        cache_read=600,
        cache_write=100,
        audio_input=30,
        image_input=20,
        output=140,
        reasoning=50,
        audio_output=10,
    )
    assert not split.inconsistent


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(prompt_tokens=10, completion_tokens=5), classes(input=10, output=5)),
        (Usage(prompt_tokens=10, total_tokens=15), classes(input=10, output=5)),
        (Usage(completion_tokens=5, total_tokens=15), classes(input=10, output=5)),
        (
            Usage(
                prompt_tokens_details=PromptTokensDetails(cached_tokens=4, text_tokens=6),
                completion_tokens_details=CompletionTokensDetails(reasoning_tokens=2, text_tokens=3),
            ),
            classes(cache_read=4, input=6, reasoning=2, output=3),
        ),
        (
            Usage(prompt_tokens=10, completion_tokens_details=CompletionTokensDetails(reasoning_tokens=5)),
            classes(input=10, reasoning=5),
        ),
        (
            Usage(completion_tokens=5, total_tokens=0, prompt_tokens_details=PromptTokensDetails(text_tokens=10)),
            classes(input=10, output=5),
        ),
    ],
)
def test_a_missing_total_follows_from_the_rest(usage: Usage, expected: TokenUsage) -> None:
    split = split_usage(usage, replied=True)
    assert split is not None
    assert split.tokens == expected
    assert not split.inconsistent


@pytest.mark.parametrize(
    "usage",
    [
        Usage(),
        Usage(total_tokens=15),
        Usage(prompt_tokens=10),
        Usage(prompt_tokens=10, total_tokens=10),
        Usage(completion_tokens=5),
        Usage(prompt_tokens=0, completion_tokens=0, total_tokens=0),
        Usage(prompt_tokens=-1, completion_tokens=-1),
        Usage(prompt_tokens=MAX_TOKENS + 1, completion_tokens=5),
        Usage(prompt_tokens=10, completion_tokens=2**63 - 1),
        Usage(
            prompt_tokens=10,
            completion_tokens=5,
            prompt_tokens_details=PromptTokensDetails(cached_tokens=2**63 - 1),
        ),
    ],
)
def test_a_report_that_says_nothing_of_use_is_as_good_as_missing(usage: Usage) -> None:
    assert split_usage(usage, replied=True) is None


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (Usage(prompt_tokens=0, completion_tokens=0), classes()),
        (Usage(prompt_tokens=10), classes(input=10)),
        (Usage(prompt_tokens=10, completion_tokens=0, total_tokens=10), classes(input=10)),
    ],
)
def test_zeros_are_believed_when_no_text_came(usage: Usage, expected: TokenUsage) -> None:
    split = split_usage(usage, replied=False)
    assert split is not None
    assert split.tokens == expected
    assert not split.inconsistent


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (
            Usage(
                prompt_tokens=500,
                completion_tokens=5,
                prompt_tokens_details=PromptTokensDetails(cached_tokens=600),
            ),
            classes(cache_read=600, output=5),
        ),
        (
            Usage(
                prompt_tokens=10,
                completion_tokens=5,
                completion_tokens_details=CompletionTokensDetails(reasoning_tokens=8),
            ),
            classes(input=10, reasoning=8),
        ),
        (
            Usage(prompt_tokens=10, completion_tokens=5, prompt_tokens_details=PromptTokensDetails(cached_tokens=-3)),
            classes(input=13, output=5),
        ),
        (Usage(prompt_tokens=-10, completion_tokens=5), classes(output=5)),
        (Usage(prompt_tokens=10, completion_tokens=5, total_tokens=16), classes(input=10, output=5)),
        (Usage(prompt_tokens=10, completion_tokens=0), classes(input=10)),
        (Usage(prompt_tokens=0, completion_tokens=5), classes(output=5)),
    ],
)
def test_a_report_that_contradicts_itself_is_repaired_and_flagged(usage: Usage, expected: TokenUsage) -> None:
    split = split_usage(usage, replied=True)
    assert split is not None
    assert split.tokens == expected
    assert split.inconsistent


counts = st.integers(min_value=0, max_value=10**9)


@given(st.tuples(*[counts] * 8))
def test_classes_add_up_to_the_totals_of_every_honest_report(parts: tuple[int, ...]) -> None:
    plain, cached, written, heard, seen, said, thought, spoken = parts
    prompt, reply = plain + cached + written + heard + seen, said + thought + spoken
    split = split_usage(
        Usage(
            prompt_tokens=prompt,
            completion_tokens=reply,
            total_tokens=prompt + reply,
            prompt_tokens_details=PromptTokensDetails(
                cached_tokens=cached, cache_write_tokens=written, audio_tokens=heard, image_tokens=seen
            ),
            completion_tokens_details=CompletionTokensDetails(reasoning_tokens=thought, audio_tokens=spoken),
        ),
        replied=False,
    )
    assert split is not None
    assert split.tokens == classes(
        input=plain,
        cache_read=cached,
        cache_write=written,
        audio_input=heard,
        image_input=seen,
        output=said,
        reasoning=thought,
        audio_output=spoken,
    )
    assert not split.inconsistent


anything = st.none() | st.integers(min_value=-(2**63), max_value=2**63 - 1) | st.integers(min_value=-5, max_value=50)


@pytest.mark.parametrize("replied", [True, False])
@given(st.tuples(*[anything] * 8))
def test_no_report_however_wrong_makes_a_count_below_zero(replied: object, report: tuple[int | None, ...]) -> None:
    prompt, reply, total, cached, written, seen, thought, spoken = report
    split = split_usage(
        Usage(
            prompt_tokens=prompt,
            completion_tokens=reply,
            total_tokens=total,
            prompt_tokens_details=PromptTokensDetails(
                cached_tokens=cached, cache_write_tokens=written, image_tokens=seen
            ),
            completion_tokens_details=CompletionTokensDetails(reasoning_tokens=thought, audio_tokens=spoken),
        ),
        replied=replied is True,
    )
    if split is not None:
        assert all(0 <= value <= MAX_TOKENS for field, value in split.tokens.ListFields() if field.name != "source")
