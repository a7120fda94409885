"""The server of a drill: the product's application under a clock that can be stepped, or broken.

    python -m tests.drills.server PORT WORKERS     (the installation by TONGZHAO_…, as ever)

DRILL_CLOCK names a file with the seconds that this server's clock is off; DRILL_BREAK what is taken
out of the program, to see that the drill notices. Nothing of this is in the product.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from app.clock import Clock, system_clock
from app.commands.server import listening
from app.districts import access
from app.first_talk import ledger, subjects
from app.kit.work import Work
from app.settings import Settings


def stepped(file: Path) -> Clock:
    """The machine's clock, and the seconds in the file by which the drill has put it off."""
    return lambda: system_clock() + timedelta(seconds=float(file.read_text()))


def lock_nothing() -> None:
    """Two claims of one subject no longer wait for each other."""
    subjects.lock = lambda *_: None


def look_at_nobody() -> None:
    """Whoever claims no longer sees who blocks."""
    subjects.Docket.blocking = lambda _: None


def trust_the_clock() -> None:
    """The ledger takes any time, also one before its newest entry."""

    def time_of(work: Any) -> Any:
        ledger._locked_head(work)
        return work.clock()

    ledger.time_of = time_of


def answer_early() -> None:
    """The answer leaves before the commit, as with FastAPI's own scope, and the commit is slow."""
    for dependency in (access.ApiWork, access.Turn):
        object.__setattr__(dependency.__metadata__[0], "scope", None)
    opened = access._opened

    @contextmanager
    def slowly(*request: Any, **how: Any) -> Iterator[Work]:
        with opened(*request, **how) as work:
            yield work
            time.sleep(0.05)

    access._opened = slowly


BREAKS = {
    "lock": lock_nothing,
    "look": look_at_nobody,
    "clock": trust_the_clock,
    "early": answer_early,
}


def application() -> FastAPI:
    """The application of one process; what is broken is broken before it is put together."""
    for name in filter(None, os.environ.get("DRILL_BREAK", "").split(",")):
        if name in BREAKS:
            BREAKS[name]()
    from app.main import create_app

    file = os.environ.get("DRILL_CLOCK")
    return create_app(Settings(), stepped(Path(file)) if file else system_clock)


def main(port: int, workers: int) -> None:
    """Serve until a signal."""
    config = uvicorn.Config(
        "tests.drills.server:application",
        factory=True,
        workers=workers,
        log_level="warning",
        access_log=False,
        timeout_worker_healthcheck=60,  # a busy machine takes its time to import the program
    )
    with listening(Settings(port=port)) as door:
        if workers > 1:
            Multiprocess(config, sockets=[door]).run()
        else:
            uvicorn.Server(config).run([door])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
