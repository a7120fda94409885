"""The commands `user` and `key`: accounts and partner keys, made beside a running server.

Each is one short Work of the system. A password or key is printed once, alone on standard output,
and kept only as its hash.
"""

from typing import Annotated

import typer

from app.clock import day_of
from app.districts import passwords, sign_in
from app.districts import service as districts
from app.districts.schemas import CreateKey, CreateUser, GrantRoles
from app.installation import as_system
from app.kit.work import Role
from app.settings import Settings

users = typer.Typer(help="账号。", no_args_is_help=True)
keys = typer.Typer(help="伙伴系统的接口密钥。", no_args_is_help=True)

Login = Annotated[str, typer.Argument(metavar="LOGIN", help="账号名")]


@users.command("create", help="新建账号，印出一次性密码；首次登录须修改。")
def create_user(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名")],
    unit: Annotated[str, typer.Option(help="单位代码，如 510504-JWJ")],
    role: Annotated[list[Role], typer.Option(help="角色，可重复")],
) -> None:
    """A first account, with the roles that the security administrator would grant."""
    account = CreateUser(login=login, name=name, unit_id=unit)
    roles = GrantRoles(roles=role)
    password = passwords.one_time()
    hashed = passwords.hash_of(password)
    with as_system(Settings()) as work:
        made = districts.create_user(work, account, hashed)
        districts.grant_roles(work, made.id, roles)
    typer.echo(password)


@users.command("reset", help="给账号一个新的一次性密码。")
def reset_user(login: Login) -> None:
    """A new one-time password; the sessions of the account end."""
    password = passwords.one_time()
    hashed = passwords.hash_of(password)
    with as_system(Settings()) as work:
        districts.reset_password(work, sign_in.actor_of(work, login).id, hashed)
    typer.echo(password)


@users.command("list", help="列出账号。")
def list_users() -> None:
    """Every account with its roles."""
    with as_system(Settings()) as work:
        for user in districts.users(work):
            roles = "、".join(role.label for role in user.roles)
            state = "" if user.active else "（停用）"
            typer.echo(f"{user.login}\t{user.name}{state}\t{user.unit_name}\t{roles}")


@keys.command("create", help="新建接口密钥，只显示这一次。")
def create_key(
    district: Annotated[str, typer.Option(help="区或园区代码，如 510504")],
    name: Annotated[str, typer.Option(help="用途")],
    scopes: Annotated[str, typer.Option(help="权限范围，逗号分隔，如 lead:*,event:read")],
    network: Annotated[list[str] | None, typer.Option(help="允许的网段，可重复")] = None,
    days: Annotated[int, typer.Option(help="有效天数")] = 365,
) -> None:
    """A key for a partner district's system."""
    command = CreateKey(
        district_id=district,
        name=name,
        scopes=[scope.strip() for scope in scopes.split(",") if scope.strip()],
        networks=network or [],
        days=days,
    )
    with as_system(Settings()) as work:
        key, _ = sign_in.create_key(work, command)
    typer.echo(key)


@keys.command("list", help="列出接口密钥（不含密钥本身）。")
def list_keys() -> None:
    """Every key with its scopes and last day."""
    with as_system(Settings()) as work:
        for key in sign_in.keys(work):
            ends = day_of(key.revoked_at or key.expires_at)
            typer.echo(f"{key.id}\t{key.district_id}\t{key.name}\t{' '.join(key.scopes)}\t{ends}")


@keys.command("revoke", help="立即停用接口密钥。")
def revoke_key(key_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """End a key at once."""
    with as_system(Settings()) as work:
        sign_in.revoke_key(work, key_id)
