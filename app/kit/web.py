"""HTML answers: templates and their filters, forms bound to commands, the same-origin check.

bind(Command) → Form: the command, or what was typed with a message per field
with form.or_show(request, "x/new.html"): …   a refusal shows the form again, nothing lost
page(request, "x/list.html", …)               app or bare layout, by HX-Request
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlsplit

from anyio.to_thread import run_sync
from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ValidationError

from app.errors import DomainError, Forbidden, Invalid
from app.kit import filters, schemas
from app.kit.typed import Typed, in_shape_of, texts_of, typed_form
from app.kit.work import Actor, Role
from app.settings import ROOT

STATIC = ROOT / "app" / "static"

C = TypeVar("C", bound=BaseModel)


@dataclass(frozen=True)
class MenuItem:
    """One entry of the rail: shown to those who hold one of its roles."""

    label: str
    href: str
    icon: str
    roles: tuple[Role, ...]

    def visible_to(self, actor: Actor) -> bool:
        """Whether the actor's rights lead here."""
        return actor.has(*self.roles)


@dataclass(frozen=True)
class Block:
    """A part of the 工作台 that a later capability shows: loaded by its address, else a link."""

    title: str
    href: str
    roles: tuple[Role, ...]
    wide: bool = True


class Answer(Exception):
    """An answer already made inside a Work that must not commit."""

    def __init__(self, response: Response) -> None:
        """Carry the response past the end of the transaction."""
        self.response = response


@dataclass
class Form(Generic[C]):
    """What a form's page needs: the values as typed, a message per field, the hidden key."""

    values_typed: dict[str, list[str]] = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    command: C | None = None
    key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    version: int | None = None

    @classmethod
    def initial(cls, **values: object) -> "Form[C]":
        """An unsent form with these values in its fields; None leaves a field empty."""
        return cls(values_typed={name: texts_of(value) for name, value in values.items()})

    def value(self, name: str, default: str = "") -> str:
        """What stands in the field."""
        typed = self.values_typed.get(name)
        return typed[0] if typed else default

    def values(self, name: str) -> list[str]:
        """All that is chosen in a field that may be given several times."""
        return self.values_typed.get(name, [])

    def error(self, name: str) -> str | None:
        """The message of the field, if there is one."""
        return next((message for place, message in self.errors if place == name), None)

    def rows(self, name: str, least: int = 1) -> range:
        """The indexes of a repeated group, at least `least` of them."""
        prefix = f"{name}."
        places = [
            int(key.removeprefix(prefix).partition(".")[0])
            for key in self.values_typed
            if key.startswith(prefix)
        ]
        return range(max([least, *(place + 1 for place in places)]))

    def sent_to(self, request: Request, action: str) -> "Form[C]":
        """Itself where the page answers to a form sent to this action, else an unsent one.

        Several forms of a page may have fields of one name: what was typed stays in its own.
        """
        return self if request.url.path.endswith(action) else Form()

    @property
    def valid(self) -> C:
        """The command; Invalid when what was typed is not one."""
        if self.command is None:
            raise Invalid("请核对标出的内容")
        return self.command

    @contextmanager
    def or_show(self, request: Request, template: str, **context: object) -> Iterator[None]:
        """Run an act; when it is refused, answer with this page, the form and the reason kept."""
        if self.command is None:
            raise Answer(page(request, template, status=422, form=self, **context))
        try:
            yield
        except DomainError as refusal:
            if refusal.status not in (400, 409, 412, 422):
                raise
            self._take(refusal)
            raise Answer(
                page(
                    request, template, status=refusal.status, form=self, refusal=refusal, **context
                )
            ) from refusal

    def _take(self, refusal: DomainError) -> None:
        places = refusal.issues if isinstance(refusal, Invalid) else ()
        self.errors.extend((_dotted(issue.pointer), issue.message) for issue in places)
        if not places:
            self.errors.append(("", refusal.message))


def bind(model: type[C]) -> Any:
    """The dependency that reads the posted form into `Form[model]`."""

    async def read(request: Request) -> Form[C]:
        return _read(model, await typed_form(request))

    return Depends(read)


def query_form(model: type[C]) -> Any:
    """The dependency that reads the address's query into `Form[model]`: a filter bar, a bench.

    A filter that is not one of the model's is an error like any other: never ignored.
    """

    def read(request: Request) -> Form[C]:
        return _read(model, list(request.query_params.multi_items()))

    return Depends(read)


def _read(model: type[C], typed: Typed) -> Form[C]:
    texts: dict[str, list[str]] = {}
    for name, value in typed:
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    form = Form[C](
        values_typed={name: given for name, given in texts.items() if name[:1] != "_"},
        key=texts.get("_key", [""])[0] or secrets.token_urlsafe(16),
        version=_integer(texts.get("_version", [""])[0]),
    )
    try:
        form.command = model.model_validate(in_shape_of(model, typed), context={"face": "form"})
    except ValidationError as error:
        found = schemas.issues(error.errors(), model)
        form.errors = [(_dotted(issue.pointer), issue.message) for issue in found]
    return form


def _dotted(pointer: str) -> str:
    return pointer.removeprefix("/").replace("/", ".")


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


@cache
def templates() -> Jinja2Templates:
    """The templates with our filters, compiled once per process; escaping is on."""
    found = Jinja2Templates(directory=ROOT / "templates")
    environment = found.env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(filters.FILTERS)
    environment.globals["static"] = static
    return found


def page(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """Render a page for the signed-in actor; htmx gets title and main, a browser the frame."""
    state = request.app.state
    actor: Actor | None = getattr(request.state, "actor", None)
    bare = request.headers.get("HX-Request") == "true"
    context.setdefault("form", Form[Any]())
    response = state.templates.TemplateResponse(
        request,
        template,
        {
            "layout": "layouts/bare.html" if bare else "layouts/app.html",
            "nonce": request.state.nonce,
            "actor": actor,
            "menu": _menu(request, actor),
            "demo": state.settings.demo,
            "version": state.version,
            **context,
        },
        status_code=status,
    )
    response.headers["Vary"] = "HX-Request"
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[no-any-return]  # app.state is untyped


def _menu(request: Request, actor: Actor | None) -> list[dict[str, object]]:
    if actor is None:
        return []
    items: list[MenuItem] = [item for item in request.app.state.menu if item.visible_to(actor)]
    path = request.url.path
    here = max(
        (item.href for item in items if path == item.href or path.startswith(item.href + "/")),
        key=len,
        default="",
    )
    return [
        {"label": item.label, "href": item.href, "icon": item.icon, "active": item.href == here}
        for item in items
    ]


async def sign_in_page(request: Request) -> Response:
    """The sign-in page in place of the asked one (401); it carries what was typed and goes on."""
    target, carried = local_path(request.query_params.get("next", "/")), []
    posted = request.method == "POST" and request.url.path != "/sign-out"
    if posted:
        target = request.url.path
        typed = await typed_form(request)
        carried = [(name, value) for name, value in typed if isinstance(value, str)]
    elif not request.url.path.startswith("/sign-"):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    lost_files = posted and len(carried) < len(request.state.typed)
    return page(
        request,
        "districts/sign_in.html",
        status=401,
        target=target,
        carried=carried,
        lost_files=lost_files,
        posted=posted,
        demo_users=await run_sync(request.app.state.demo_users),
    )


def see_other(url: str) -> Response:
    """Go on to another page of ours by GET."""
    return RedirectResponse(url, status_code=303)


def local_path(url: str, default: str = "/") -> str:
    """A path inside this site, or `default`: a link from outside never sends people elsewhere."""
    parts = urlsplit(url)
    good = url.startswith("/") and not url.startswith(("//", "/\\")) and not parts.netloc
    return url if good and url.isprintable() else default


def attachment(name: str, data: bytes, media_type: str) -> Response:
    """A file to save, under its Chinese name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(
        data,
        media_type=media_type,
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


def check_same_origin(request: Request) -> None:
    """Refuse an unsafe request that another site made a browser send."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        trusted = fetch_site in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin", "")
        trusted = bool(origin) and urlsplit(origin).netloc == request.headers.get("Host")
    if not trusted:
        raise Forbidden("请求不是从本站页面发出的，未办理")


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The address of a static file with its content's hash, so that no cache serves an old one."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"
