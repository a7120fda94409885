"""The examples for partners, run as they are against a real server."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import ROOT, Settings
from tests.builders import LONGMATAN, partner_key
from tests.drills.inside import Inside

EXAMPLES = ROOT / "docs" / "examples"
Run = Callable[..., str]


@pytest.fixture
def run(app_settings: Settings, tmp_path: Path) -> Iterator[Run]:
    """Run an example with a key of 龙马潭区, and give what it printed."""
    site = Inside(app_settings)
    with site.office() as office:
        scopes = ("lead:*", "first_talk:*", "first_talk:check", "event:read")
        key = partner_key(office, *scopes, district=LONGMATAN)
    told = {**os.environ, "KEY": key, "TONGZHAO": site.base.removesuffix("/api/v1")}

    def run(*command: str) -> str:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=told, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    with site.running():
        yield run


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_partner_logs_leads_and_follows_the_feed_across_a_restart(run: Run):
    log, follow = EXAMPLES / "log_lead.py", EXAMPLES / "follow_events.py"
    first = run(sys.executable, str(log), "岷江青禾包装有限公司").split()
    assert first[1].startswith("LMT-LD-")
    told = run(sys.executable, str(follow), "cursor.txt", "--once").splitlines()
    assert [line.split()[1:3] for line in told] == [["lead.created", first[0]]]
    assert run(sys.executable, str(follow), "cursor.txt", "--once") == ""
    second = run(sys.executable, str(log), "沱江远航机械有限公司").split()
    told = run(sys.executable, str(follow), "cursor.txt", "--once").splitlines()
    assert [line.split()[2] for line in told] == [second[0]]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the example calls curl")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_shell_example_logs_a_lead_and_asks_blindly(run: Run):
    told = run("sh", str(EXAMPLES / "log_lead.sh")).splitlines()
    assert '"receipt":{"seq":1' in told[0]
    assert '"answer":{"code":"free"' in told[1]
