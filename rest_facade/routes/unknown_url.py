"""Answers where nothing else does."""

from starlette.types import Receive, Scope, Send

from rest_facade.error_body import Refusal, unknown_url


async def refuse_unknown_url(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses a URL that no route knows."""
    del receive, send
    raise Refusal(unknown_url(scope["method"], scope["path"]))
