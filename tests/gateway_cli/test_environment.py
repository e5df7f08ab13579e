"""The environment is read as it is now, and only copied."""

import pytest

from gateway_cli.environment import read_environment


def test_the_environment_is_a_copy_that_cannot_be_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIR_TEST_COPY", "before")
    environment = read_environment()
    monkeypatch.setenv("WEIR_TEST_COPY", "after")
    assert environment["WEIR_TEST_COPY"] == "before"
    with pytest.raises(TypeError):
        environment["X"] = "y"  # type: ignore[index]  # it must fail
