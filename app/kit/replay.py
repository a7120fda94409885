"""Same key, same answer: `Idempotency-Key` of the API and the hidden key of the forms.

A 2xx answer is stored in the transaction of its effect, so a retry, a double click or a repeated
call after a crash gets the first answer and changes nothing. A refusal rolls the claim on the key
back: it changed nothing and may be tried again. A concurrent twin waits for the first to end.
"""

import functools
import hashlib
import hmac
import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Busy, KeyReused
from app.kit import openapi
from app.kit.db import Base, UtcDateTime, insert_unless_present
from app.kit.sealed import SealedBytes
from app.kit.work import AnswerKey, Work


class StoredAnswer(Base):
    """The answer that one caller's key got; `status` 0 while the first call is still under way."""

    __tablename__ = "stored_answer"

    caller: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    target: Mapped[str] = mapped_column(String(300))
    body_digest: Mapped[str] = mapped_column(String(64))
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(SealedBytes("stored_answer.body"))


def digest(body: bytes, secret: bytes) -> str:
    """The digest of a body, hex; keyed, so that nobody finds a telephone number by trying all."""
    return hmac.new(secret, hashlib.sha256(body).hexdigest().encode(), hashlib.sha256).hexdigest()


class Route(APIRoute):
    """A route of either face whose answer is made, and stored, inside its Work's transaction."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Wrap the endpoint so that it answers with a finished response."""
        status: int = options.get("status_code") or 200
        if options.get("include_in_schema", True):
            options["openapi_extra"] = openapi.asked(endpoint) | (options["openapi_extra"] or {})
        super().__init__(path, _answering(endpoint, status), **options)


def _answering(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @functools.wraps(endpoint)
    def run(**arguments: Any) -> Any:
        work = arguments.get("work")
        if not isinstance(work, Work):
            return endpoint(**arguments)
        return answered(work, status, functools.partial(endpoint, **arguments))

    return run


def answered(work: Work, status: int, make: Callable[[], Any]) -> Response:
    """The answer that the Work's key got before, else the one made now, stored with its effect."""
    key = work.answer_key
    if key is None:
        return _finished(make(), status, None)
    stored = _claim(work, key)
    if stored is not None:
        return stored
    response = _finished(make(), status, key.target)
    _store(work, key, response)
    return response


def claim_key(work: Work, key: AnswerKey) -> None:
    """Take the key of a request whose parts are answered one by one; KeyReused for another one."""
    if _claim(work, key) is None:
        _store(work, key, Response())


def part(key: AnswerKey, n: int, target: str) -> AnswerKey:
    """The key of one part of such a request; `target` as it would be alone."""
    return replace(key, key=f"{key.key}#{n}", target=target)


def _finished(result: Any, status: int, target: str | None) -> Response:
    """The view as JSON, with its row version as ETag and, when created, its address."""
    if isinstance(result, Response):
        return result
    if status == 204:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store"}
    version = getattr(result, "version", None)
    if isinstance(version, int):
        headers["ETag"] = f'"v{version}"'
    path = target.partition(" ")[2] if target else ""
    if status == 201 and path and ":" not in path and hasattr(result, "id"):
        headers["Location"] = f"{path}/{result.id}"
    return Response(_json(result), status, headers, media_type="application/json")


def _json(result: Any) -> bytes:
    if result is None:
        return b"null"
    if isinstance(result, BaseModel):
        return result.model_dump_json().encode()
    plain = [
        item.model_dump(mode="json") if isinstance(item, BaseModel) else item for item in result
    ]
    document = plain if isinstance(result, list | tuple) else result
    return json.dumps(document, ensure_ascii=False).encode()


def _claim(work: Work, key: AnswerKey) -> Response | None:
    claimed = insert_unless_present(
        work.session,
        StoredAnswer,
        {
            "caller": work.actor.id,
            "key": key.key,
            "target": key.target,
            "body_digest": key.body_digest,
            "first_seen_at": work.now,
            "status": 0,
            "headers": "{}",
            "body": b"",
        },
    )
    if claimed:
        return None
    stored = work.session.get(StoredAnswer, (work.actor.id, key.key))
    if stored is None or stored.status == 0:
        raise Busy("同一请求正在办理，请稍后再试", retry_after=1)
    if (stored.target, stored.body_digest) != (key.target, key.body_digest):
        raise KeyReused(
            "这个幂等键已用于另一个请求", first_seen_at=stored.first_seen_at.isoformat()
        )
    headers = {**json.loads(stored.headers), "Idempotency-Replayed": "true"}
    return Response(stored.body, stored.status, headers)


def _store(work: Work, key: AnswerKey, response: Response) -> None:
    stored = work.session.get_one(StoredAnswer, (work.actor.id, key.key))
    kept = ("content-type", "location", "etag", "cache-control")
    stored.headers = json.dumps({k: v for k, v in response.headers.items() if k in kept})
    stored.status, stored.body = response.status_code, bytes(response.body)
