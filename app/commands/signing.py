"""The command `signing-key`: the keys that sign the ledger, changed beside a running server."""

import typer

from app.first_talk import verification
from app.installation import as_system
from app.kit.filters import local
from app.settings import Settings

keys = typer.Typer(help="台账签名密钥（与伙伴系统的接口密钥 key 不同）。", no_args_is_help=True)


@keys.command(
    "rotate", help="更换签名密钥：此后的凭证用新密钥签名；旧公钥继续公布，旧凭证照常核验。"
)
def rotate() -> None:
    """Add a key, publish it, and say which one signs now."""
    with as_system(Settings()) as work:
        key = verification.rotate_key(work)
    typer.echo(key.id)


@keys.command("list", help="列出公布过的签名密钥，最后一个签名中。")
def list_keys() -> None:
    """Every published key, the oldest first."""
    with as_system(Settings(), reads=True) as work:
        for key in verification.keys(work):
            typer.echo(f"{key.id}\t{local(key.since)}\t{key.public_key}")
