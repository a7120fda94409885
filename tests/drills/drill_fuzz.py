"""S7: every operation of the API is called with what its description allows, and what it forbids.

    python3 -m app bench fuzz [--examples 20] [--seed 1] [--database sqlite]

schemathesis reads `/openapi.json` of a real server and makes the calls up: every boundary of every
field, then so many examples of each operation, at some records that exist. No answer may be a 5xx,
or have a status, a media type or a form that the description does not name; afterwards both chains
are followed and nothing may be half done. With the same seed the same calls are made.
"""

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2

from app.districts import sign_in
from app.districts.schemas import CreateKey
from app.kit.work import Office
from tests.drills import findings, frame
from tests.drills.claims import Crowd, Subject
from tests.drills.site import Site, keys, scratch

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
DISTRICT = "510504"
AIMED = """
[[operations]]
include-path-regex = "^/api/v1/{kind}/\\\\{{id\\\\}}"
parameters = {{ "path.id" = "{id}" }}
"""
PATIENCE = 120
"""Seconds for one answer, also on a busy machine."""
Tally = Counter[str]
Report = dict[str, Any]


def drill(
    site: Site, examples: int, seed: int, phases: str = "coverage,fuzzing"
) -> tuple[list[str], Tally]:
    """Make the calls; what is wrong, and how many were made."""
    with site.office() as office:
        issued, key = {DISTRICT: keys(office)[DISTRICT]}, _key(office)
    with site.running():
        folder = site.settings.data
        (folder / "aimed.toml").write_text(asyncio.run(_aimed(site.base, issued)))
        description = httpx2.get(
            site.base.replace("/api/v1", "/openapi.json"), headers=_bearer(key), timeout=PATIENCE
        )
        (folder / "openapi.json").write_bytes(description.content)
        told = _calls(site, key, ["-n", str(examples), "--seed", str(seed), "--phases", phases])
    with site.office() as office:
        return [*_faults(told), *findings.faults(office)], Tally(
            calls=told["test_cases"]["generated"], operations=told["operations"]["tested"]
        )


def _key(office: Office) -> str:
    """A key with every scope there is, of the district that has the records."""
    scopes = [f"{kind}:*" for kind in ("lead", "first_talk", "project", "enterprise", "agreement")]
    command = CreateKey(
        district_id=DISTRICT,
        name="演练",
        scopes=[*scopes, "first_talk:check", "event:read"],
        days=3650,
    )
    with office.open() as work:
        return sign_in.create_key(work, command)[0]


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def _aimed(base: str, issued: dict[str, str]) -> str:
    """A lead with a claim and its enterprise, for the addresses to have something to meet."""
    async with Crowd(base, 1) as crowd:
        rivals = await crowd.rivals(issued)
        claimed = (await crowd.claim(rivals[0], Subject.number(1, "queue"))).body
    records = {
        "leads": claimed["id"],
        "first-talk-rights": claimed["right"]["id"],
        "enterprises": claimed["enterprise"]["id"],
    }
    return "".join(AIMED.format(kind=kind, id=id) for kind, id in records.items())


def _calls(site: Site, key: str, how: list[str]) -> Report:
    """What schemathesis reports of its run."""
    folder: Path = site.settings.data
    report = folder / "fuzz.json"
    command = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", str(folder / "aimed.toml"),
        "run", str(folder / "openapi.json"), "-u", site.base.removesuffix("/api/v1"),
        "-H", f"Authorization: Bearer {key}", "-c", ",".join(CHECKS),
        "--continue-on-failure", "--warnings", "off", "--no-color",
        "--request-timeout", str(PATIENCE),
        "--report", "json", "--report-json-path", str(report), *how,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if not report.exists():
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    (folder / "fuzz.txt").write_text(done.stdout)
    return dict(json.loads(report.read_text()))


def _faults(told: Report) -> list[str]:
    found = [
        f"{each['title']} ({each['count']} ×): {'；'.join(each['operations'])}"
        for each in told["failures"]
    ]
    return [*found, *(f"not run: {each}" for each in told["errors"])]


def main() -> None:
    """Both databases, or the one that was named."""
    asked = frame.options(__doc__, examples=20, seed=1)

    def on(database: str) -> tuple[list[str], Tally]:
        with scratch(database) as settings:
            site = Site(settings, 1 if database == "sqlite" else 2)
            return drill(site, asked.examples, asked.seed)

    frame.conduct(asked.database, on)


if __name__ == "__main__":
    main()
