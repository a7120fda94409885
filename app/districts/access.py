"""From a cookie or a key to a Work: the types that every page and endpoint asks for.

    PageWork     a signed-in person; reads on GET, writes else; committed before the answer leaves
    ApiWork      a partner's key, or a person's session
    CalendarWork the person behind a private .ics address, for reading
    VisitorWork  nobody: the sign-in page, the ledger's public fields, the check of a receipt
    Logged…      the same, writing on GET too: for reads that are themselves logged

On SQLite requests take turns (one connection); the turn is held until the answer is committed.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request
from fastapi.responses import Response

from app.districts import calendars, sign_in
from app.districts.models import SessionStage
from app.errors import Invalid, NotSignedIn, PreconditionRequired
from app.kit import replay
from app.kit.files import Upload
from app.kit.typed import typed_form
from app.kit.web import Answer, check_same_origin, see_other
from app.kit.work import NOBODY, Actor, AnswerKey, Office, Work

Result = TypeVar("Result")

COOKIE = "tongzhao_session"
STEPS = {
    SessionStage.PASSWORD: "/account/password",
    SessionStage.ENROL: "/sign-in/enrol",
    SessionStage.CODE: "/sign-in/code",
}


async def turn(request: Request) -> AsyncIterator[None]:
    """Wait for this request's turn at the database, and keep it to the end of the Work."""
    async with request.app.state.turns:
        yield


Turn = Annotated[None, Depends(turn, scope="function")]


async def in_turn(request: Request, function: Callable[[], Result]) -> Result:
    """Run a piece of work outside the usual frame, in its turn and off the event loop."""
    async with request.app.state.turns:
        return await run_sync(function)


async def form_key(request: Request) -> AnswerKey | None:
    """The hidden key of a posted form, with the digest of what it carries."""
    if request.method != "POST":
        return None
    typed = await typed_form(request)
    key = next((value for name, value in typed if name == "_key" and isinstance(value, str)), "")
    if not key:
        return None
    return AnswerKey.of_form(key[:64], f"POST {request.url.path}", _form_digest(request, typed))


def _form_digest(request: Request, typed: list[tuple[str, str | Upload]]) -> str:
    parts = [
        (name, hashlib.sha256(value.data).hexdigest() if isinstance(value, Upload) else value)
        for name, value in typed
    ]
    return replay.digest(repr(parts).encode(), _office(request).secret)


async def uploaded(request: Request) -> Upload:
    """The one file of a multipart request; Invalid when there is none."""
    files = [value for _, value in await typed_form(request) if isinstance(value, Upload)]
    if len(files) != 1:
        raise Invalid.at("/file", "missing", "请上传一个文件")
    return files[0]


Uploaded = Annotated[Upload, Depends(uploaded)]


async def header_key(
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=8, max_length=120)
    ] = None,
) -> AnswerKey | None:
    """The caller's Idempotency-Key; required of every POST that creates or changes."""
    if request.method != "POST" or is_read_only(request):
        return None
    if key is None:
        raise PreconditionRequired("请在请求头 Idempotency-Key 中给出本次请求的唯一编号")
    if request.headers.get("Content-Type", "").startswith("multipart/form-data"):
        body = _form_digest(request, await typed_form(request))
    else:
        body = replay.digest(await request.body(), _office(request).secret)
    return AnswerKey(key, f"POST {request.url.path}", body)


def is_read_only(request: Request) -> bool:
    """Whether the route is a POST that changes nothing (`x-read-only` in the spec)."""
    extra = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    return bool(extra.get("x-read-only"))


def address_of(request: Request) -> str:
    """The caller's network address."""
    return request.client.host if request.client else ""


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def _person(request: Request, *stages: SessionStage) -> Actor:
    """The person behind the cookie, when the session has come to one of these stages."""
    office, token = _office(request), request.cookies.get(COOKIE, "")
    with office.open(NOBODY, reads=True) as work:
        found = sign_in.session_actor(work, token) if token else None
    if found is None:
        raise NotSignedIn("登录已结束，请重新登录")
    actor, stage, seen_due = found
    check_same_origin(request)
    if stage not in stages:
        raise Answer(see_other(STEPS.get(stage, "/")))
    if seen_due:
        with office.open(NOBODY) as work:
            sign_in.mark_seen(work, token)
    request.state.actor = actor
    return actor


def _partner(request: Request, key: str) -> Actor:
    office, address = _office(request), address_of(request)
    with office.open(NOBODY, reads=True) as work:
        actor, id = sign_in.key_actor(work, key, address)
    with office.open(NOBODY) as work:
        sign_in.mark_key_used(work, id, address)
    return actor


@contextmanager
def _opened(
    request: Request, actor: Actor, key: AnswerKey | None, *, reads: bool
) -> Iterator[Work]:
    with _office(request).open(
        actor, reads=reads, address=address_of(request), request_id=request.state.request_id
    ) as work:
        work.answer_key = key
        yield work


@contextmanager
def opened_for(request: Request) -> Iterator[Work]:
    """The Work of a signed-in person, for endpoints that hash before they open it."""
    actor = _person(request, SessionStage.FULL)
    with _opened(request, actor, None, reads=_changes_nothing(request)) as work:
        yield work


@contextmanager
def part_of(request: Request, actor: Actor, key: AnswerKey | None = None) -> Iterator[Work]:
    """A Work of its own for one part of a request, for endpoints whose parts stand alone."""
    with _opened(request, actor, key, reads=False) as work:
        yield work


def _changes_nothing(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


Key = Annotated[AnswerKey | None, Depends(form_key)]
ApiKey = Annotated[AnswerKey | None, Depends(header_key)]


def page_work(request: Request, _turn: Turn, key: Key) -> Iterator[Work]:
    """A signed-in person's Work."""
    actor = _person(request, SessionStage.FULL)
    with _opened(request, actor, key, reads=_changes_nothing(request)) as work:
        yield work


def logged_page_work(request: Request, _turn: Turn, key: Key) -> Iterator[Work]:
    """The same, able to write its own log on GET."""
    with _opened(request, _person(request, SessionStage.FULL), key, reads=False) as work:
        yield work


@contextmanager
def stepping(request: Request) -> Iterator[Work]:
    """The Work of a person on the way in, for pages that hash between two of them."""
    actor = _person(request, *SessionStage)
    with _opened(request, actor, None, reads=_changes_nothing(request)) as work:
        yield work


def step_work(request: Request, _turn: Turn) -> Iterator[Work]:
    """A person on the way in: new password, second factor."""
    with stepping(request) as work:
        yield work


def visitor_work(request: Request, _turn: Turn) -> Iterator[Work]:
    """Nobody's Work."""
    with _opened(request, NOBODY, None, reads=_changes_nothing(request)) as work:
        yield work


def _caller(request: Request) -> Actor:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key:
        return _partner(request, key.strip())
    return _person(request, SessionStage.FULL)


async def api_caller(request: Request) -> Actor:
    """Who calls the API, for endpoints that open a Work per part."""
    return await in_turn(request, lambda: _caller(request))


async def page_caller(request: Request) -> Actor:
    """The signed-in person, for pages that do."""
    return await in_turn(request, lambda: _person(request, SessionStage.FULL))


def api_work(request: Request, _turn: Turn, key: ApiKey) -> Iterator[Work]:
    """A partner's Work by key, or a person's by session."""
    actor = _caller(request)
    with _opened(request, actor, key, reads=_changes_nothing(request)) as work:
        yield work


def logged_api_work(request: Request, _turn: Turn, key: ApiKey) -> Iterator[Work]:
    """The same, able to write its own log on GET."""
    with _opened(request, _caller(request), key, reads=False) as work:
        yield work


def calendar_work(request: Request, token: str, _turn: Turn) -> Iterator[Work]:
    """The Work, for reading, of the person to whom a calendar address belongs."""
    with _office(request).open(NOBODY, reads=True) as work:
        actor = calendars.reader(work, token)
    with _opened(request, actor, None, reads=True) as work:
        yield work


PageWork = Annotated[Work, Depends(page_work, scope="function")]
LoggedPageWork = Annotated[Work, Depends(logged_page_work, scope="function")]
StepWork = Annotated[Work, Depends(step_work, scope="function")]
CalendarWork = Annotated[Work, Depends(calendar_work, scope="function")]
VisitorWork = Annotated[Work, Depends(visitor_work, scope="function")]
ApiWork = Annotated[Work, Depends(api_work, scope="function")]
LoggedApiWork = Annotated[Work, Depends(logged_api_work, scope="function")]
ApiCaller = Annotated[Actor, Depends(api_caller)]
PageCaller = Annotated[Actor, Depends(page_caller)]


def if_match(
    tag: Annotated[str | None, Header(alias="If-Match", description='`"v17"`')] = None,
) -> int:
    """The row version that the caller saw, from `If-Match: "v17"`; 428 without."""
    number = (tag or "").strip().removeprefix("W/").strip('"').removeprefix("v")
    if not (number.isascii() and number.isdigit()):
        raise PreconditionRequired('请在请求头 If-Match 中给出读到的版本，如 "v17"')
    return int(number)


IfMatch = Annotated[int, Depends(if_match)]


async def raw_body(request: Request) -> bytes:
    """The body as it came, for a use case that reads it itself: a key written twice is seen."""
    return await request.body()


RawBody = Annotated[bytes, Depends(raw_body)]


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give the browser its session."""
    response.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure, path="/")
