"""Addresses of providers: which are taken, and what stands for none."""

import pytest

from admin.conduct.violations import Violations
from admin.translation.provider_addresses import read_base_url, what_is_wrong


@pytest.mark.parametrize(
    "url", ["http://gpu:8000/v1", "https://api.example.com", "https://[::1]:8443/a/b", "http://127.0.0.1"]
)
def test_an_address_is_taken(url: str) -> None:
    assert what_is_wrong(url) == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.com", "http://"),
        ("example.com/v1", "http://"),
        ("http://", "http://"),
        ("http://a b", "http://"),
        ("http://a\n", "http://"),
        ("http://é", "http://"),
        ("http://a:0", "http://"),
        ("http://a:99999", "http://"),
        ("http://[::1", "http://"),
        ("http://me:secret@example.com", "user"),
        ("http://me@example.com", "user"),
        ("http://example.com?key=1", "no ?"),
        ("http://example.com/#a", "no ?"),
        ("http://example.com/" + "a" * 2048, "2048"),
    ],
)
def test_an_address_is_refused(url: str, words: str) -> None:
    assert words in what_is_wrong(url)


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("", "openai", "https://api.openai.com/v1"),
        ("", "simulator", ""),
        ("http://gpu/v1//", "vllm", "http://gpu/v1"),
        ("", "", ""),
    ],
)
def test_a_kind_may_have_an_address_of_its_own(given: str, kind: str, kept: str) -> None:
    violations = Violations()
    assert read_base_url(given, kind, "provider.base_url", violations) == kept
    assert not violations.found


@pytest.mark.parametrize(
    ("given", "kind"), [("", "vllm"), ("http://a", "simulator"), ("nonsense", "openai"), ("nonsense", "")]
)
def test_a_kind_may_need_or_refuse_an_address(given: str, kind: str) -> None:
    violations = Violations()
    read_base_url(given, kind, "provider.base_url", violations)
    assert [violation.field for violation in violations.found] == ["provider.base_url"]
