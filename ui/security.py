"""What the server refuses, and has browsers refuse: other hosts' resources, and calls under other names."""

from __future__ import annotations

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio builds its templates with `Function` and inline scripts, hence the two `unsafe-` words.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    )
)

HEADERS: dict[bytes, bytes] = {
    b"content-security-policy": CONTENT_SECURITY_POLICY.encode(),
    b"referrer-policy": b"no-referrer",
    b"x-content-type-options": b"nosniff",
}

LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "::1", "[::1]"]


class SecurityHeaders:
    """ASGI middleware that adds the headers to every response, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        """Wraps an app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, and the response back with the headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = list(message.get("headers", []))
                message = {**message, "headers": headers + list(HEADERS.items())}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def allowed_hosts(host: str) -> list[str]:
    """Names under which a server bound to `host` may be called; all, once it is open to other machines.

    On a loopback address only its own names: a web site that points its name at 127.0.0.1 is refused.
    """
    return LOOPBACK_HOSTS if host in LOOPBACK_HOSTS else ["*"]
