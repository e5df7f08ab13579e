"""Checks that each provider that is configured answers, and that it takes the credentials: with one cheap question."""

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus

from gateway_cli.doctor.case import Case, ClockReading
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine
from gateway_cli.doctor.http_question import Answer, NoAnswer, ask
from gateway_cli.doctor.in_time import at_once
from gateway_cli.doctor.known_accounts import Account, known_accounts

SIMULATOR = "simulator"
WITHOUT_CREDENTIALS = ("vllm",)
TIMEOUT = 5.0
SLACK = 1.0
REFUSED = {
    HTTPStatus.UNAUTHORIZED: "give it a new secret: `weir credentials rotate`, or the variable that the file names",
    HTTPStatus.FORBIDDEN: "see at the provider what this key may do",
}


def check_providers(case: Case) -> Iterator[Finding]:
    """Asks all at once, each with every credential. It calls nobody whom the operator did not configure."""
    if case.configuration is None:
        return
    accounts = known_accounts(case)
    if not accounts:
        yield fine("providers", "there is none, so the simulator answers")
    asked = []
    for account in accounts:
        reason = _reason_not_to_ask(account)
        if reason is None:
            asked.append(account)
        else:
            yield reason
    answers = at_once([partial(_examine, case, account) for account in asked], TIMEOUT + SLACK)
    for account, finding in zip(asked, answers, strict=True):
        late = broken(_subject(account), f"it does not answer within {TIMEOUT:g} s", "see that the address is right")
        yield finding or late


def _reason_not_to_ask(account: Account) -> Finding | None:
    if account.kind == SIMULATOR:
        return fine(_subject(account), "the simulator is a part of the gateway")
    if account.credential and account.secret is None:
        return doubtful(_subject(account), "its secret does not open, or there is none", "weir credentials rotate")
    if not account.credential and account.kind not in WITHOUT_CREDENTIALS:
        return doubtful(_subject(account), "it has no credential to ask with", "weir credentials create")
    return None


def _subject(account: Account) -> str:
    behind = f", credential {account.credential}" if account.credential else ""
    return f"provider {account.provider}{behind}"


def _examine(case: Case, account: Account) -> Finding:
    headers = {"Authorization": f"Bearer {account.secret.reveal()}"} if account.secret else {}
    began = case.now()
    try:
        answer = ask(f"{account.base_url.rstrip('/')}/models", TIMEOUT, headers)
    except NoAnswer as none:
        advice = "see that `base_url` is right, and that this machine may call out"
        return broken(_subject(account), str(none), advice)
    if answer.date is not None:
        middle = began + (case.now() - began) / 2
        case.clocks.append(ClockReading(f"provider {account.provider}", answer.date, middle))
    return _judge(_subject(account), answer)


def _judge(subject: str, answer: Answer) -> Finding:
    took, status = f"in {answer.seconds * 1000:.0f} ms", answer.status
    if status == HTTPStatus.OK:
        return fine(subject, f"it takes the credential, and answers {took}")
    for refused, advice in REFUSED.items():
        if status == refused:
            return broken(subject, f"it answers {took} and refuses the credential ({status})", advice)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return doubtful(subject, f"it answers {took} and takes no more calls for now ({status})", "wait, or ask less")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return broken(subject, f"it answers {took} with {status}", "see whether the provider is in trouble")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return doubtful(subject, f"it points elsewhere ({status})", "`base_url` must be where it points to")
    return doubtful(subject, f"it answers {took}, but lists no models ({status}): the credential was not tried")
