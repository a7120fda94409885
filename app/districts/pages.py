"""Sign-in, one's own account, and the 工作台, into which later capabilities load their blocks."""

from typing import Annotated

import anyio
import pyotp
import segno
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts import passwords, service, sign_in
from app.districts.access import (
    COOKIE,
    STEPS,
    PageWork,
    StepWork,
    address_of,
    in_turn,
    set_cookie,
    stepping,
)
from app.districts.schemas import ChangePassword, EnterCode, SessionStage, SignIn
from app.errors import Invalid
from app.kit.replay import Route
from app.kit.typed import typed_form
from app.kit.web import Form, bind, check_same_origin, local_path, page, see_other, sign_in_page
from app.kit.work import NOBODY, Work

router = APIRouter(route_class=Route, include_in_schema=False)
HASHING = anyio.CapacityLimiter(2)
"""argon2 takes an eighth of a second of a whole core: never more than two at once."""


@router.get("/")
def workbench(request: Request, work: PageWork) -> Response:
    """The start of the day: what later capabilities have to show, each block by its address."""
    blocks = [block for block in request.app.state.blocks if work.actor.has(*block.roles)]
    return page(request, "districts/workbench.html", blocks=blocks, today=work.today)


@router.get("/sign-in")
async def sign_in_form(request: Request) -> Response:
    """The sign-in page, with where to go afterwards."""
    response = await sign_in_page(request)
    response.status_code = 200
    return response


@router.post("/sign-in")
async def start(request: Request, form: Annotated[Form[SignIn], bind(SignIn)]) -> Response:
    """Check account and password; go on to where one wanted to be, or to what is still missing."""
    check_same_origin(request)
    if form.command is None:
        return await _again(request, form)
    login, address = form.command.login, address_of(request)
    office = request.app.state.office

    def read_hash() -> str | None:
        with office.open(NOBODY, reads=True) as work:
            return sign_in.stored_hash(work, login, address)

    stored = await in_turn(request, read_hash)
    if stored is None:
        form.errors.append(("", "失败次数过多，已锁定 15 分钟，请稍后再试"))
        return await _again(request, form)
    fits = await run_sync(passwords.fits, form.command.password, stored, limiter=HASHING)
    browser = request.headers.get("User-Agent", "")

    def record() -> tuple[str, SessionStage] | None:
        with office.open(NOBODY, address=address, request_id=request.state.request_id) as work:
            demo_site = request.app.state.settings.demo
            return sign_in.sign_in(work, login, address, browser, fits=fits, demo_site=demo_site)

    started = await in_turn(request, record)
    if started is None:
        form.errors.append(("", "账号或密码不对；连续失败 5 次将锁定 15 分钟"))
        return await _again(request, form)
    return await _signed_in(request, *started)


@router.post("/sign-in/demo")
async def start_demo(request: Request) -> Response:
    """Sign in as one of the demo accounts of a demo site."""
    check_same_origin(request)
    login = str(dict(await typed_form(request)).get("login", ""))
    office, address = request.app.state.office, address_of(request)
    browser = request.headers.get("User-Agent", "")

    def record() -> tuple[str, SessionStage]:
        with office.open(NOBODY, address=address, request_id=request.state.request_id) as work:
            demo_site = request.app.state.settings.demo
            return sign_in.sign_in_demo(work, login, address, browser, demo_site=demo_site)

    return await _signed_in(request, *await in_turn(request, record))


async def _again(request: Request, form: Form[SignIn]) -> Response:
    carried, target, posted = await _carried(request)
    users = await in_turn(request, request.app.state.demo_users)
    return page(
        request,
        "districts/sign_in.html",
        status=422,
        form=form,
        carried=carried,
        target=target,
        posted=posted,
        demo_users=users,
        lost_files=False,
    )


async def _carried(request: Request) -> tuple[list[tuple[str, str]], str, bool]:
    """What the sign-in page brought along: the form one was about to send, and its address."""
    typed = [(name, value) for name, value in await typed_form(request) if isinstance(value, str)]
    control = dict(typed)
    carried = [
        (name.removeprefix("_carried."), value)
        for name, value in typed
        if name.startswith("_carried.")
    ]
    return carried, local_path(control.get("_target", "/")), control.get("_posted") == "1"


async def _signed_in(request: Request, token: str, stage: SessionStage) -> Response:
    carried, target, posted = await _carried(request)
    if stage is not SessionStage.FULL:
        response = see_other(STEPS[stage])
    elif posted:
        response = page(
            request, "districts/carry_on.html", carried=carried, target=target, signed_in=True
        )
    else:
        response = see_other(target if not target.startswith("/sign-in") else "/")
    set_cookie(response, token, secure=request.app.state.settings.secure_cookies)
    return response


@router.post("/sign-out")
def sign_out(request: Request, work: StepWork) -> Response:
    """End the session."""
    sign_in.sign_out(work, request.cookies[COOKIE])
    response = see_other("/sign-in")
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/me/sessions/end")
def end_other_sessions(request: Request, work: PageWork) -> Response:
    """End all my sessions but this one."""
    sign_in.end_other_sessions(work, request.cookies[COOKIE])
    return see_other("/me")


@router.get("/account/password")
def password_form(request: Request, work: StepWork) -> Response:
    """One's own account: the form for a new password."""
    return page(request, "districts/password.html", me=service.me(work))


@router.post("/account/password")
async def change_password(
    request: Request, form: Annotated[Form[ChangePassword], bind(ChangePassword)]
) -> Response:
    """Check the old password and the rules outside the transaction, then set the new one."""

    def read_own() -> tuple[str, str, list[str]]:
        with stepping(request) as work:
            return sign_in.own_hash(work)

    own = await in_turn(request, read_own)
    with form.or_show(request, "districts/password.html", me=None):
        new_hash = await run_sync(_new_hash, form, *own, limiter=HASHING)

    def change() -> SessionStage:
        with stepping(request) as work:
            return sign_in.change_password(work, request.cookies[COOKIE], new_hash)

    return see_other(STEPS.get(await in_turn(request, change), "/"))


def _new_hash(form: Form[ChangePassword], login: str, current: str, former: list[str]) -> str:
    command = form.valid
    if not passwords.fits(command.current, current):
        raise Invalid.at("/current", "wrong", "当前密码不对")
    if command.new != command.again:
        raise Invalid.at("/again", "differs", "两次输入的新密码不一致")
    weakness = passwords.weakness(command.new, login)
    if weakness is not None:
        raise Invalid.at("/new", "weak", weakness)
    if any(passwords.fits(command.new, used) for used in [current, *former]):
        raise Invalid.at("/new", "used", f"不能与最近 {passwords.HISTORY} 次的密码相同")
    return passwords.hash_of(command.new)


@router.get("/sign-in/code")
def code_form(request: Request, _work: StepWork) -> Response:
    """The second factor: six digits of the authenticator."""
    return page(request, "districts/code.html", enrol=None)


@router.post("/sign-in/code")
def check_code(
    request: Request, work: StepWork, form: Annotated[Form[EnterCode], bind(EnterCode)]
) -> Response:
    """Check the six digits."""
    with form.or_show(request, "districts/code.html", enrol=None):
        stage = sign_in.confirm_code(work, request.cookies[COOKIE], form.valid.code)
    return see_other(STEPS.get(stage, "/"))


@router.get("/sign-in/enrol")
def enrol_form(request: Request, work: StepWork) -> Response:
    """A new second factor: a QR code for the authenticator, then its first six digits."""
    secret = pyotp.random_base32()
    return page(request, "districts/code.html", enrol=_enrolment(work, secret))


@router.post("/sign-in/enrol")
def enrol(
    request: Request, work: StepWork, form: Annotated[Form[EnterCode], bind(EnterCode)]
) -> Response:
    """Take the secret over once its digits are right."""
    secret = form.value("secret")
    if not secret:
        return see_other("/sign-in/enrol")
    with form.or_show(request, "districts/code.html", enrol=_enrolment(work, secret)):
        command = form.valid
        stage = sign_in.confirm_code(work, request.cookies[COOKIE], command.code, command.secret)
    return see_other(STEPS.get(stage, "/"))


def _enrolment(work: Work, secret: str) -> dict[str, str]:
    address = pyotp.TOTP(secret).provisioning_uri(name=work.actor.name, issuer_name="同招")
    return {"secret": secret, "qr": segno.make(address).svg_data_uri(scale=5)}
