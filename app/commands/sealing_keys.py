"""The command `sealing-key`: the keys that seal personal data, changed beside a running server."""

import typer

from app import installation
from app.kit.vault import Vault
from app.settings import Settings

keys = typer.Typer(
    help="个人信息的封存密钥（在数据目录 sealing 中，不随备份）。", no_args_is_help=True
)


@keys.command("rotate", help="更换封存密钥：已封存的内容逐批改用新密钥；旧密钥留着，旧备份要用。")
def rotate() -> None:
    """Add a key, put everything under it, and say which one it is."""
    typer.echo(installation.rotate_sealing_key(Settings()))


@keys.command("list", help="列出封存密钥，最后一个正在使用。")
def list_keys() -> None:
    """Every key by its id, the oldest first."""
    for key_id in Vault(Settings().sealing).key_ids():
        typer.echo(key_id)
