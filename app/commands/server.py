"""The command `serve`: one installation prepared, then uvicorn until Ctrl-C.

On SQLite one process holds the installation; on PostgreSQL several may serve it. The door is
opened before the first page is announced: a caller who comes early waits instead of failing.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from app import installation
from app.districts import service as districts
from app.errors import Conflict
from app.kit.work import ADMINISTRATORS
from app.main import create_app, program_version
from app.settings import Settings

commands = typer.Typer()


@commands.command(help="启动服务：迁移数据库、装入初始数据，然后监听（不带命令即此）。")
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="端口")] = None,
    workers: Annotated[int | None, typer.Option(help="进程数（仅 PostgreSQL）")] = None,
) -> None:
    """Prepare the installation and serve it until Ctrl-C."""
    given = Settings()
    settings = Settings(
        host=given.host if host is None else host,
        port=given.port if port is None else port,
        workers=given.workers if workers is None else workers,
    )
    if settings.is_sqlite and settings.workers > 1:
        raise Conflict("SQLite 只能由一个进程服务；多进程请用 PostgreSQL（TONGZHAO_DATABASE_URL）")
    with installation.held(settings), listening(settings) as door:
        installation.migrate(settings)
        typer.echo("正在准备数据……")
        installation.load(settings)
        check_accounts(settings)
        run(settings, door)


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The open door: callers wait at it from now on; Conflict when the port is taken."""
    address = f"{settings.host}:{settings.port}"
    try:
        door = socket.create_server((settings.host, settings.port), backlog=2048)
    except (OSError, OverflowError) as error:
        raise Conflict(f"无法监听 {address}（{error}）；可用 --port 换一个端口") from error
    with door:
        yield door


def check_accounts(settings: Settings) -> None:
    """Say what kind of site this is: no demo account in a real one, and its administrators."""
    if settings.demo:
        typer.echo("演示模式：内含示范数据与账号；正式使用请设 TONGZHAO_DEMO=0。")
        return
    with installation.as_system(settings, reads=True) as work:
        accounts = districts.users(work)
    if any(account.demo for account in accounts):
        raise Conflict(f"{settings.data} 里有示范账号，正式使用请用 TONGZHAO_DATA 另指定数据目录")
    held = {role for account in accounts if account.active for role in account.roles}
    for role in ADMINISTRATORS:
        if role not in held:
            typer.echo(
                f"还没有{role.label}，请在另一终端执行："
                f"python3 -m app user create 账号 --name 姓名 --unit 单位代码 --role {role.value}"
            )


def run(settings: Settings, door: socket.socket) -> None:
    """Serve at the door until Ctrl-C or a signal."""
    several = settings.workers > 1
    config = uvicorn.Config(
        "app.commands.server:worker" if several else create_app(settings),
        factory=several,
        workers=settings.workers,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=60,  # a busy machine takes its time to import the program
    )
    address = f"http://{settings.host}:{door.getsockname()[1]}/"
    typer.echo(f"同招 {program_version()} 已启动：{address}（Ctrl-C 停止）")
    try:
        if several:
            Multiprocess(config, sockets=[door]).run()
        else:
            uvicorn.Server(config).run([door])
    except KeyboardInterrupt:
        typer.echo("已停止。")


def worker() -> FastAPI:
    """The application of one of several processes."""
    return create_app(Settings())
