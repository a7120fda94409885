"""The site of a drill: a scratch installation, keys of rival districts, a server to be killed.

In a prepared site the limits of a day and of holds are lifted, so that a district may file on.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from app import installation
from app.districts import service as districts
from app.districts import sign_in
from app.districts.schemas import CreateKey
from app.kit.work import Office
from app.main import make_office
from app.parameters import importing as parameters
from app.settings import ROOT, Settings
from tests.pgtmp import running_postgres

RIVALS = ("510502", "510503", "510504", "510521", "510522", "510524", "510525")
"""Districts of no common family."""
LIMITS = ('key = "hold_limit"\nvalue = 25', 'key = "check_limit"\nvalue = 30')
READY_WITHIN = 90


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@dataclass
class Site:
    """One installation, and its server while it runs."""

    settings: Settings
    workers: int = 1
    breaks: tuple[str, ...] = ()
    clock: Path | None = None
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}/api/v1"

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The office of this installation, beside the server."""
        office = make_office(self.settings)
        yield office
        office.engine.dispose()

    @contextmanager
    def running(self) -> Iterator[None]:
        """The server runs, and is stopped in the end."""
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        """Start the server and wait until it is ready; RuntimeError when it does not get so."""
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port)]
        command += ["--workers", str(self.workers)]
        if self.breaks or self.clock:
            command = [sys.executable, "-m", "tests.drills.server"]
            command += [str(self.port), str(self.workers)]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._wait(time.monotonic() + READY_WITHIN)

    def kill(self) -> None:
        """SIGKILL to the server and all its workers."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Stop the server as an operator does."""
        self._signal(signal.SIGTERM)

    def _signal(self, which: int) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, which)
            self.process.wait()
            self.process = None

    def _wait(self, until: float) -> None:
        address = f"http://127.0.0.1:{self.port}/readyz"
        while self.process is not None and self.process.poll() is None:
            try:
                if httpx2.get(address, timeout=5).status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
            if time.monotonic() > until:
                break
        raise RuntimeError(f"the server did not start:\n{self._log.read_text()[-2000:]}")

    @property
    def _log(self) -> Path:
        return self.settings.data / "drill.log"

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "TONGZHAO_NO_BOOTSTRAP": "1",
            "TONGZHAO_DEMO": "0",
            "TONGZHAO_DATA": str(self.settings.data),
            "TONGZHAO_DATABASE_URL": self.settings.database_url,
            "DRILL_BREAK": ",".join(self.breaks),
            "DRILL_CLOCK": str(self.clock or ""),
        }


@contextmanager
def scratch(database: str) -> Iterator[Settings]:
    """A fresh installation on `sqlite` or `postgresql`, migrated and filled, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = "" if database == "sqlite" else stack.enter_context(running_postgres())
        if url is None:
            raise SystemExit("no PostgreSQL found: set TEST_PG_BIN")
        settings = Settings(data=folder / "data", database_url=url, demo=False)
        prepare(settings, folder / "seeds")
        yield settings


def prepare(settings: Settings, seeds: Path) -> None:
    """Migrate, and enter the seeds with the limits lifted."""
    shutil.copytree(ROOT / "seeds", seeds)
    rules = seeds / "parameters" / "first_talk.toml"
    text = rules.read_text(encoding="utf-8")
    for limit in LIMITS:
        if limit not in text:
            raise SystemExit(f"the seeds no longer say {limit!r}")
        text = text.replace(limit, limit.partition("\n")[0] + "\nvalue = 1000000")
    rules.write_text(text, encoding="utf-8")
    installation.prepare_folder(settings)
    installation.migrate(settings)
    office = make_office(settings)
    with office.open() as work:
        work.act = "seed.load"
        districts.load_seeds(work, seeds / "districts.toml")
        parameters.load_seeds(work, seeds)
    office.engine.dispose()


def keys(office: Office) -> dict[str, str]:
    """A key of each rival district, by its code."""
    made = {}
    for district in RIVALS:
        scopes = ["lead:*", "first_talk:*"]
        command = CreateKey(district_id=district, name="演练", scopes=scopes, days=3650)
        with office.open() as work:
            made[district], _ = sign_in.create_key(work, command)
    return made
