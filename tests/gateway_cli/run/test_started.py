"""What keeps a server from starting is found, also in a group, and nothing else is taken for it."""

import pytest
import typer

from admin.tls import BadTls
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.ready import Say
from gateway_cli.run.started import CANNOT_START, run_to_the_end, why
from gateway_core.storage.storage_error import StorageError
from tests.fakes.configurations import loaded

AWAY, TLS = StorageError("away"), BadTls("admin_tls.cert_file: no")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AWAY, AWAY),
        (ExceptionGroup("", [TLS]), TLS),
        (ExceptionGroup("", [ExceptionGroup("", [AWAY]), TLS]), AWAY),
        (ExceptionGroup("", [AWAY, ValueError()]), None),
        (ValueError(), None),
        (BaseExceptionGroup("", [KeyboardInterrupt()]), None),
    ],
)
def test_the_first_reason_is_told_unless_there_was_a_fault_too(
    error: BaseException, reason: BaseException | None
) -> None:
    assert why(error) is reason


def test_bad_files_for_tls_are_a_reason() -> None:
    assert BadTls in CANNOT_START


def test_what_keeps_a_server_from_starting_is_one_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    async def fails(configuration: Configuration, say: Say) -> None:
        del configuration, say
        raise ExceptionGroup("", [TLS])

    with pytest.raises(typer.Exit) as ended:
        run_to_the_end(fails, loaded(None, {"WEIR_DATA_DIR": "unused"}))
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "weir cannot start: admin_tls.cert_file: no\n"


def test_a_fault_is_not_hidden_behind_a_sentence() -> None:
    async def fails(configuration: Configuration, say: Say) -> None:
        del configuration, say
        raise ExceptionGroup("", [ZeroDivisionError()])

    with pytest.raises(ExceptionGroup):
        run_to_the_end(fails, loaded(None, {"WEIR_DATA_DIR": "unused"}))


def test_a_server_that_ends_well_says_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    async def serves(configuration: Configuration, say: Say) -> None:
        del configuration
        say("weir is ready")

    run_to_the_end(serves, loaded(None, {"WEIR_DATA_DIR": "unused"}))
    assert capsys.readouterr().out == "weir is ready\n"
