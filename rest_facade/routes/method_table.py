"""Chooses by a request's method what answers, so that every URL treats HEAD, OPTIONS and wrong methods alike."""

from starlette.types import ASGIApp, Receive, Scope, Send

from rest_facade.error_body import Refusal, wrong_method


class MethodTable:
    """One URL. HEAD is answered as GET (the server leaves the body out), OPTIONS with what is allowed."""

    def __init__(self, **apps: ASGIApp) -> None:
        """Takes an application for each method, as `GET=...`."""
        self._apps = dict(apps)
        if "GET" in apps:
            self._apps["HEAD"] = apps["GET"]
        self._allowed = ", ".join((*self._apps, "OPTIONS"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on to the application of the method."""
        method = scope["method"]
        app = self._apps.get(method)
        if app is not None:
            await app(scope, receive, send)
        elif method == "OPTIONS":
            headers = [(b"allow", self._allowed.encode("ascii"))]
            await send({"type": "http.response.start", "status": 204, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
        else:
            raise Refusal(wrong_method(method, scope["path"], self._allowed))
