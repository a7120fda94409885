"""The bootstrap of `python3 -m app`: the standard library only, then `app.cli` inside `.venv`.

Makes the environment when it is missing or its lock has changed, from hash-locked packages only,
and replaces itself by the command line inside it. The stamp in the environment names the Python
and the locks it satisfies; it is written last, so an interrupted installation is done again.
"""

import hashlib
import importlib
import importlib.util
import os
import runpy
import shutil
import signal
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path

# Ahead of all annotations, and nothing in this file is newer syntax: old Pythons get to read it.
if sys.version_info < (3, 11):  # noqa: UP036 - that is whom it speaks to
    sys.exit(f"需要 Python 3.11 或更新版本，当前是 {sys.version.split()[0]}。")

ROOT = Path(__file__).resolve().parent.parent
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"  # holds all of RUN_LOCK
TEST_COMMANDS = {"test", "check", "bench"}
OLDEST_PIP = (22, 3)  # knows --python


def main(arguments: list[str]) -> None:
    """Become the command line, inside the environment of the lock that the command needs."""
    test = bool(TEST_COMMANDS.intersection(arguments[:1]))
    locks = [RUN_LOCK, TEST_LOCK] if test else [RUN_LOCK]
    if os.environ.get("TONGZHAO_NO_BOOTSTRAP") == "1" or not locks[-1].is_file():
        runpy.run_module("app.cli", run_name="__main__", alter_sys=True)
        return
    home = Path(os.environ.get("TONGZHAO_VENV") or ROOT / ".venv").absolute()
    try:
        prepare(home, locks)
    except OSError as error:
        sys.exit(f"无法在 {home} 准备运行环境：{error}。可用 TONGZHAO_VENV 另指定可写的位置。")
    except subprocess.CalledProcessError as error:
        sys.exit(f"安装依赖包失败（退出码 {error.returncode}），原因见上；排除后重新运行即可。")
    python = str(home / "bin" / "python")
    os.execv(python, [python, "-m", "app.cli", *arguments])  # noqa: S606 - no shell is wanted


def prepare(home: Path, locks: list[Path]) -> None:
    """Bring the environment up to the last of the locks, unless its stamp says it is."""
    stamp = home / "tongzhao.lock"
    wanted = [f"python {sys.version_info.major}.{sys.version_info.minor}", *map(digest, locks)]
    found = stamp.read_text().splitlines() if stamp.is_file() else []
    if set(wanted) <= set(found) and (home / "bin" / "python").exists():
        return
    print(f"正在准备运行环境 {home}（只在首次或依赖变化时）……", file=sys.stderr)
    stamp.unlink(missing_ok=True)
    if wanted[0] not in found:
        venv.create(home, clear=(home / "pyvenv.cfg").is_file(), symlinks=True)
    install(home / "bin" / "python", locks[-1])
    stamp.write_text("\n".join(wanted) + "\n")


def digest(lock: Path) -> str:
    """A line of the stamp: which lock, with which content."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def install(python: Path, lock: Path) -> None:
    """Install the lock; standard output stays free for the command that asked for it."""
    command = [*installer(python), "--require-hashes", "-r", str(lock)]
    wheels = os.environ.get("TONGZHAO_WHEELS")
    if wheels:
        command += ["--no-index", "--find-links", wheels]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            show_progress(process.stdout or [])
        except KeyboardInterrupt:  # ours alone: pip would answer it with a traceback
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def show_progress(lines: Iterable[str]) -> None:
    """Count pip's packages on one line of standard error (uv shows its own progress there)."""
    fetched = 0
    for line in lines:
        if line.startswith(("Collecting ", "Processing ")):
            fetched += 1
            print(f"\r已取得 {fetched} 个依赖包", end="", file=sys.stderr, flush=True)
        elif line.startswith("Installing "):
            print("，正在安装……", file=sys.stderr)


def installer(python: Path) -> list[str]:
    """The first at hand: uv, the host's pip, or the pip that comes with Python."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", str(python)]
    pip_install = ["install", "--no-input", "--disable-pip-version-check"]
    if importlib.util.find_spec("pip") and pip_version() >= OLDEST_PIP:
        return [sys.executable, "-m", "pip", "--python", str(python), *pip_install]
    subprocess.run([python, "-m", "ensurepip"], check=True, stdout=sys.stderr)
    return [str(python), "-m", "pip", *pip_install]


def pip_version() -> tuple[int, ...]:
    """Major and minor number of the host's pip."""
    version = importlib.import_module("pip").__version__
    return tuple(int(part) for part in version.split(".")[:2])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        print("\n已中断。", file=sys.stderr)
        sys.exit(130)
