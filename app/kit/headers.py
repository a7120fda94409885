"""What every answer carries: a request id, and headers that let pages run our own scripts only."""

import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class PageHeaders:
    """ASGI middleware: a request id and a CSP nonce per request, safe headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Set the headers when the answer starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce, request_id = secrets.token_urlsafe(16), "req_" + secrets.token_hex(10)
        scope.setdefault("state", {}).update(nonce=nonce, request_id=request_id)
        policy = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; "
            "img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; "
            "form-action 'self'; base-uri 'none'"
        )
        headers = {
            "content-security-policy": policy,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "x-request-id": request_id,
        }

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in headers.items()),
                ]
            await send(message)

        await self.app(scope, receive, secured)
