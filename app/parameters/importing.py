"""The seed files read into rows: once, and again without touching what is there.

A row is known by its natural key, so a second load adds what a newer release brought and leaves
every value, and every correction of it, alone.
"""

import csv
import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from app.kit.work import Work
from app.parameters import service
from app.parameters.models import (
    CalendarYear,
    Code,
    GateRule,
    Notice,
    ParameterValue,
    PolicyVersion,
    SharingRow,
    Status,
)

_FIRST = {"revision": 1, "entered_by": "初始数据", "approved_by": ""}
_NOTICES = {notice.label: notice for notice in Notice}

Row = dict[str, Any]


def load_seeds(work: Work, folder: Path) -> int:
    """Add the rows of the seed files that are not there yet; how many that were."""
    parameters = folder / "parameters"
    general = [
        row
        for name in ("general.toml", "service_divisions.toml", "warnings.toml")
        for row in _read(parameters / name)["parameter"]
    ]
    added = (
        _add_codes(work, folder / "codes")
        + _add_calendar(work, folder / "calendar")
        + _add_policy(work, _read(parameters / "first_talk.toml"))
        + sum(_add_profile(work, row) for row in _read(parameters / "profiles.toml")["profile"])
        + _add_parameters(work, general, policy_version_id=None)
        + _add_sharing(work, _read(parameters / "tax_sharing.toml")["row"])
        + _add_gates(work, _read(parameters / "gates.toml")["rule"])
    )
    if added:
        work.note("parameter", "seeds", rows=added)
    work.known.clear()
    return added


def _read(path: Path) -> Row:
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def _add(work: Work, table: Any, key: tuple[str, ...], rows: Iterable[Row]) -> int:
    """Insert the rows whose key is not in the table; how many that were."""
    columns = [getattr(table, name) for name in key]
    known = {tuple(found) for found in work.session.execute(select(*columns))}
    new = [row for row in rows if tuple(row[name] for name in key) not in known]
    if new:
        work.session.execute(insert(table), new)
    return len(new)


def _add_codes(work: Work, folder: Path) -> int:
    rows: list[Row] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += (
                {"name": path.stem, "position": position, "parent": "", "note": "", **row}
                for position, row in enumerate(csv.DictReader(file), 1)
            )
    return _add(work, Code, ("name", "code"), rows)


def _add_calendar(work: Work, folder: Path) -> int:
    known = set(work.session.scalars(select(CalendarYear.year)))
    years = [_read(path) for path in sorted(folder.glob("*.toml"))]
    new = [year for year in years if year["year"] not in known]
    for year in new:
        service.add_calendar_year(
            work,
            CalendarYear(
                year=year["year"],
                revision=1,
                notice=_NOTICES[year["notice"]],
                reference=year["reference"],
            ),
            year["off"],
            year["working_weekends"],
        )
    return len(new)


def _add_policy(work: Work, content: Row) -> int:
    """The first version of the rule set in force, one row per key."""
    return _add_version(work, content["profile"], content, content["parameter"])


def _add_profile(work: Work, content: Row) -> int:
    """A rule set of another place: one date and one authority for all its keys."""
    authority = {name: content[name] for name in ("effective_from", "reference", "status")}
    rows = [{"key": key, "value": value, **authority} for key, value in content["values"].items()]
    return _add_version(work, content["name"], content, rows)


def _add_version(work: Work, profile: str, authority: Row, rows: Iterable[Row]) -> int:
    known = select(PolicyVersion).where(PolicyVersion.profile == profile, PolicyVersion.n == 1)
    version = work.session.scalars(known).one_or_none()
    if version is None:
        version = PolicyVersion(
            profile=profile,
            n=1,
            effective_from=authority["effective_from"],
            reference=authority["reference"],
            review_number=authority.get("review_number", ""),
            status=Status(authority["status"]),
        )
        work.add(version)
    named = [{**row, "key": f"{profile}/{row['key']}"} for row in rows]
    return _add_parameters(work, named, policy_version_id=version.id)


def _add_parameters(work: Work, rows: Iterable[Row], *, policy_version_id: str | None) -> int:
    filled = [
        {**_FIRST, **row, "status": Status(row["status"]), "policy_version_id": policy_version_id}
        for row in rows
    ]
    return _add(work, ParameterValue, ("key", "effective_from", "revision"), filled)


def _add_sharing(work: Work, rows: Iterable[Row]) -> int:
    filled = [
        {
            **_FIRST,
            "shares": None,
            "url": "",
            "note": "",
            **{name: value for name, value in row.items() if name != "ended"},
            "status": Status(row["status"]),
        }
        for row in rows
    ]
    key = ("of", "tax", "payer_class", "effective_from", "revision")
    return _add(work, SharingRow, key, filled)


def _add_gates(work: Work, rows: Iterable[Row]) -> int:
    filled = [
        {**_FIRST, "ended": False, "position": position, **row, "status": Status(row["status"])}
        for position, row in enumerate(rows, 1)
    ]
    return _add(work, GateRule, ("rule_id", "effective_from", "revision"), filled)
