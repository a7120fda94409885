"""The command line of `python3 -m app`: every command calls a service and prints what it says.

A refusal is one Chinese line on standard error and a non-zero exit code.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app import installation
from app.audit import checkpoints
from app.audit import service as audit
from app.clock import load_calendar
from app.commands import accounts, bench, developer, sealing_keys, server, signing
from app.engine import casefile
from app.errors import DomainError, NotFound
from app.first_talk import deadlines as deadline_files
from app.kit import schemas
from app.kit.jobs import run_tick
from app.main import TICKS
from app.settings import ROOT, Settings

app = typer.Typer(
    help="同招：跨区招商协同平台。",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(server.commands)
app.add_typer(accounts.users, name="user")
app.add_typer(accounts.keys, name="key")
app.add_typer(signing.keys, name="signing-key")
app.add_typer(sealing_keys.keys, name="sealing-key")
app.add_typer(developer.commands)
app.add_typer(bench.commands)

Files = Annotated[list[str] | None, typer.Argument(metavar="FILE...", show_default=False)]
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", show_default=False)]


def main() -> None:
    """The entry point, also of the installed script `tongzhao`."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a TextIOWrapper here
    try:
        app(prog_name="python3 -m app")
    except DomainError as refusal:
        sys.exit(refusal.message)
    except ValidationError as error:
        sys.exit("；".join(f"{i.pointer} {i.message}" for i in schemas.issues(error.errors())))


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Without a command: serve."""
    if context.invoked_subcommand is None:
        server.serve()


@app.command(help="把数据库迁移到本程序的版本。")
def migrate() -> None:
    """Bring the schema up to date."""
    settings = Settings()
    with installation.held(settings):
        installation.migrate(settings)


@app.command(help="装入还没有的初始数据（区划、规则、日历、字典），演示模式下还有示范数据。")
def load() -> None:
    """Enter the seeds, and the demo data in demo mode."""
    settings = Settings()
    with installation.held(settings):
        installation.require_current(settings)
        installation.load(settings)


@app.command(help="执行一次定时任务（供 cron 使用）。")
def tick(name: Annotated[str, typer.Argument(metavar="NAME")]) -> None:
    """Do what the passing of time makes visible, once; print how many things it changed."""
    found = {tick.name: tick for tick in TICKS}
    if name not in found:
        raise NotFound(f"没有定时任务“{name}”；可用的有：{'、'.join(found)}")
    settings = Settings()
    with installation.held(settings):
        installation.require_current(settings)
        typer.echo(run_tick(installation.open_office(settings), found[name]))


@app.command(help="备份 SQLite 安装（封存密钥除外）到一个新文件夹，服务运行时也可以。")
def backup(folder: Folder) -> None:
    """Copy the installation, and say what is to be kept apart."""
    settings = Settings()
    installation.back_up(settings, folder)
    apart = "、".join(str(secret) for secret in settings.kept_apart)
    typer.echo(f"已备份到 {folder}。封存密钥不在其中，请把 {apart} 另存到别处。")


@app.command(help="把备份恢复到空的数据目录；封存密钥另行放回。")
def restore(folder: Folder) -> None:
    """Put a backup into place; the next start migrates it."""
    settings = Settings()
    with installation.held(settings):
        installation.restore(settings, folder)
    apart = "、".join(str(secret) for secret in settings.kept_apart)
    typer.echo(f"已恢复。启动前请把另行保存的封存密钥放回 {apart}。")


@app.command(help="核验留痕与首谈台账；给出另行保存的凭证（JSON 文件）时，再与其逐一核对。")
def verify(
    receipts: Annotated[list[Path] | None, typer.Argument(metavar="RECEIPT...")] = None,
) -> None:
    """Follow both chains and hold them against receipts kept outside; exit code 1 if any fails."""
    held = {path: checkpoints.read_receipt(path) for path in receipts or []}
    with installation.as_system(Settings(), reads=True) as work:
        chains = [audit.verify_trail(work), checkpoints.verify_ledger(work)]
        wrong = {path: checkpoints.disagreement(work, receipt) for path, receipt in held.items()}
    for chain in chains:
        broken = f"第 {chain.broken_at} 条不符：{chain.reason}"
        state = "完好" if chain.broken_at is None else broken
        typer.echo(f"{chain.name}（共 {chain.entries} 条）{state}")
    for path, reason in wrong.items():
        typer.echo(f"{path} {reason or '相符'}")
    if any(wrong.values()) or any(chain.broken_at is not None for chain in chains):
        raise typer.Exit(1)


@app.command(help="分成计算：逐个算出 FILE 中的方案（- 为标准输入），不用数据库。")
def split(files: Files = None) -> None:
    """The shares of sharing schemes, as JSON."""
    streams = (sys.stdin.buffer, sys.stdout.buffer, sys.stderr.buffer)
    raise typer.Exit(casefile.run(files or [], *streams))


@app.command(help="期限计算：逐个算出 FILE 中各案例的日期（- 为标准输入）。")
def deadlines(files: Files = None) -> None:
    """The dates of the first-talk rules, without a database."""
    calendar = load_calendar(ROOT / "seeds" / "calendar")
    code = deadline_files.run(files or [], sys.stdin.buffer, sys.stdout, sys.stderr, calendar)
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
