"""管理: accounts and keys for the system administrator, roles for the security administrator."""

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.districts import passwords, service, sign_in
from app.districts.access import PageWork, in_turn, opened_for
from app.districts.pages import HASHING
from app.districts.schemas import SCOPES, CreateKey, CreateUser, GrantRoles
from app.kit.replay import Route
from app.kit.web import Form, bind, page, see_other
from app.kit.work import ADMINISTRATORS, STAFF, Role, Work

router = APIRouter(prefix="/admin", route_class=Route, include_in_schema=False)
GRANTABLE = [
    (role.value, role.label) for role in (*STAFF, *ADMINISTRATORS) if role is not Role.PARTNER
]


@router.get("/users")
def users(request: Request, work: PageWork) -> Response:
    """Every account: who, where, which roles."""
    return page(request, "districts/users.html", users=service.users(work), **_choices(work))


@router.post("/users")
async def create_user(
    request: Request, form: Annotated[Form[CreateUser], bind(CreateUser)]
) -> Response:
    """A new account, whose one-time password is shown this once."""
    await in_turn(request, lambda: _refuse_strangers(request))
    password = passwords.one_time()
    hashed = await run_sync(passwords.hash_of, password, limiter=HASHING)

    def create() -> Response:
        with opened_for(request) as work:
            shown: dict[str, Any] = {"users": service.users(work), **_choices(work)}
            with form.or_show(request, "districts/users.html", **shown):
                user = service.create_user(work, form.valid, hashed)
            return page(
                request,
                "districts/users.html",
                created=user,
                password=password,
                users=service.users(work),
                **_choices(work),
            )

    return await in_turn(request, create)


@router.get("/users/{id}")
def user(request: Request, work: PageWork, id: str) -> Response:
    """One account: its roles, whether it may sign in."""
    shown = _account(work, id)
    form = Form[GrantRoles].initial(roles=[role.value for role in shown["user"].roles])
    return page(request, "districts/user.html", form=form, **shown)


@router.post("/users/{id}/roles")
def grant(
    request: Request, work: PageWork, id: str, form: Annotated[Form[GrantRoles], bind(GrantRoles)]
) -> Response:
    """Set the roles; the account's sessions end."""
    with form.or_show(request, "districts/user.html", **_account(work, id)):
        service.grant_roles(work, id, form.valid, form.version)
    return see_other(f"/admin/users/{id}")


@router.post("/users/{id}/disable")
def disable(work: PageWork, id: str) -> Response:
    """Close the account; its sessions end."""
    service.set_active(work, id, active=False)
    return see_other(f"/admin/users/{id}")


@router.post("/users/{id}/enable")
def enable(work: PageWork, id: str) -> Response:
    """Open the account again."""
    service.set_active(work, id, active=True)
    return see_other(f"/admin/users/{id}")


@router.post("/users/{id}/reset")
async def reset(request: Request, id: str) -> Response:
    """A new one-time password, shown this once, and a new second factor."""
    password = passwords.one_time()
    hashed = await run_sync(passwords.hash_of, password, limiter=HASHING)

    def act() -> Response:
        with opened_for(request) as work:
            service.reset_password(work, id, hashed)
            return page(request, "districts/user.html", password=password, **_account(work, id))

    return await in_turn(request, act)


@router.get("/keys")
def keys(request: Request, work: PageWork) -> Response:
    """Every key: whose, for what, until when, last used."""
    return page(request, "districts/keys.html", keys=sign_in.keys(work), **_key_choices(work))


@router.post("/keys")
def create_key(
    request: Request, work: PageWork, form: Annotated[Form[CreateKey], bind(CreateKey)]
) -> Response:
    """A new key, shown this once."""
    shown: dict[str, Any] = {"keys": sign_in.keys(work), **_key_choices(work)}
    with form.or_show(request, "districts/keys.html", **shown):
        key, view = sign_in.create_key(work, form.valid)
    return page(
        request,
        "districts/keys.html",
        key=key,
        created=view,
        keys=sign_in.keys(work),
        **_key_choices(work),
    )


@router.post("/keys/{id}/revoke")
def revoke(work: PageWork, id: str) -> Response:
    """End a key."""
    sign_in.revoke_key(work, id)
    return see_other("/admin/keys")


def _refuse_strangers(request: Request) -> None:
    """Say no before anything is hashed: hashing takes a core for an eighth of a second."""
    with opened_for(request) as work:
        service.users(work)


def _choices(work: Work) -> dict[str, Any]:
    places = service.districts(work)
    units = [
        (unit.id, f"{place.name} · {unit.name}")
        for place in places
        for unit in service.units(work, place.id)
    ]
    return {"units": units}


def _key_choices(work: Work) -> dict[str, Any]:
    places = [(place.id, place.name) for place in service.districts(work)]
    return {"places": places, "names": dict(places), "scopes": [(scope, scope) for scope in SCOPES]}


def _account(work: Work, id: str) -> dict[str, Any]:
    return {
        "user": service.account(work, id),
        "grantable": GRANTABLE,
        "may_grant": work.actor.has(Role.SECURITY_ADMIN),
        "may_manage": work.actor.has(Role.SYSTEM_ADMIN),
    }
