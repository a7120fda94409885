"""What holds on a day: typed reads for every later capability.

`work_calendar`, `general`, `first_talk_policy`, `tax_sharing`, `gate_rules`, `codes` turn rows
into values; nothing later sees a row or a key. Of the rows of one key the newest day that has
come counts, and of that day the highest revision. A first-talk rule set is read by version: its
version n says what the versions before it said, but for the keys that it changed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import WorkCalendar
from app.districts import service as districts
from app.errors import NotFound
from app.kit.work import Work, once
from app.parameters.models import (
    CalendarDay,
    CalendarYear,
    Code,
    GateRule,
    Notice,
    ParameterValue,
    PolicyVersion,
    SharingRow,
)
from app.parameters.policy import FirstTalkPolicy, GeneralParameters, ParameterSet
from app.parameters.schemas import LEVELS, CodeView, GateRuleView

# The dictionaries whose codes stand in parameters.
_NAMED_IN_PARAMETERS = (
    "evidence_kind",
    "first_talk_exclusion",
    "industry_division",
    "agreement_kind",
)


@once
def work_calendar(work: Work) -> WorkCalendar:
    """The working days of all years that are entered, and what they were before corrections."""
    editions = list(
        work.session.scalars(
            select(CalendarYear).order_by(CalendarYear.year, CalendarYear.revision)
        )
    )
    days: dict[str, list[CalendarDay]] = defaultdict(list)
    for day in work.session.scalars(select(CalendarDay)):
        days[day.calendar_year_id].append(day)
    former = []
    for instant in sorted({one.known_from for one in editions if one.known_from}):
        known = [one for one in editions if one.known_from is None or one.known_from < instant]
        former.append((instant, _calendar(known, days)))
    return replace(_calendar(editions, days), former=tuple(former))


def _calendar(editions: list[CalendarYear], days: Mapping[str, list[CalendarDay]]) -> WorkCalendar:
    """The newest edition of each year."""
    newest = {one.year: one for one in editions}.values()
    listed = [day for one in newest for day in days[one.id]]
    return WorkCalendar(
        frozenset(one.day for one in listed if not one.is_worked),
        frozenset(one.day for one in listed if one.is_worked),
        frozenset(one.year for one in newest if one.notice is Notice.PUBLISHED),
    )


def pending(work: Work) -> Callable[[date | None], bool]:
    """Whether a date falls in a year without a published notice (待节假日安排公布)."""
    calendar = work_calendar(work)
    return lambda day: day is not None and calendar.is_provisional(day)


@once
def general(work: Work, day: date | None = None) -> GeneralParameters:
    """The general parameters in force on a day (today)."""
    day = day or work.today
    rows = general_rows(work, day)
    if not rows:
        raise NotFound(f"{day.isoformat()} 没有生效的参数")
    return GeneralParameters.model_validate({key: row.value for key, row in rows.items()})


@once
def first_talk_policy(work: Work, day: date | None = None) -> FirstTalkPolicy:
    """The first-talk rule set in force on a day (today), typed."""
    day = day or work.today
    return _policy(work, version_on(work, general(work, day).first_talk_profile, day))


@once
def policy_version(work: Work, version: str) -> FirstTalkPolicy:
    """The rule set by the name that decisions store: `luzhou_default/1`."""
    profile, _, n = version.rpartition("/")
    found = work.session.scalars(
        select(PolicyVersion).where(
            PolicyVersion.profile == profile, PolicyVersion.n == (int(n) if n.isdecimal() else 0)
        )
    ).one_or_none()
    if found is None:
        raise NotFound(f"没有首谈规则集 {version}")
    return _policy(work, found)


def tax_sharing(work: Work) -> list[dict[str, Any]]:
    """The 收入分享表 as the `rates` of scheme v1 (B1), `to` derived from the next row."""
    rates: list[dict[str, Any]] = []
    rows = sharing_rows(work)
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        if row.shares is None:
            continue
        to = None
        if following is not None and _sharing_key(following) == _sharing_key(row):
            to = (following.effective_from - timedelta(days=1)).isoformat()
        rates.append(
            {
                "of": row.of,
                "tax": row.tax,
                "payer_class": row.payer_class,
                "from": row.effective_from.isoformat(),
                "to": to,
                "shares": {level: row.shares[level] for level in LEVELS[row.of]},
                "status": row.status.value,
                "doc_no": row.reference,
                "doc_url": row.url,
            }
        )
    return rates


@once
def gate_rules(work: Work, day: date | None = None) -> tuple[GateRuleView, ...]:
    """The gate rules in force on a day (today), in the order of the gates."""
    rows = work.session.scalars(
        select(GateRule)
        .where(GateRule.effective_from <= (day or work.today))
        .order_by(GateRule.effective_from, GateRule.revision)
    )
    newest = {row.rule_id: row for row in rows}
    inforce = sorted(
        (row for row in newest.values() if not row.ended),
        key=lambda row: (row.rule_id.partition(".")[0], row.position),
    )
    return tuple(GateRuleView.model_validate(row) for row in inforce)


@once
def codes(work: Work, name: str, parent: str | None = None) -> tuple[CodeView, ...]:
    """A dictionary in its order, all of it or what stands under one entry; else NotFound."""
    query = select(Code).where(Code.name == name).order_by(Code.position, Code.code)
    if parent is not None:
        query = query.where(Code.parent == parent)
    found = tuple(CodeView.model_validate(row) for row in work.session.scalars(query))
    if not found and name not in dictionaries(work):
        raise NotFound(f"没有字典 {name}")
    return found


@once
def code_labels(work: Work, *names: str) -> dict[str, str]:
    """The labels of dictionaries by code."""
    rows = work.session.execute(select(Code.code, Code.label).where(Code.name.in_(names)))
    return {row.code: row.label for row in rows}


def labels_in_parameters(work: Work) -> dict[str, str]:
    """The names of all codes that parameters mention: dictionaries, and the city's offices."""
    offices = districts.units(work, general(work).city_code)
    return code_labels(work, *_NAMED_IN_PARAMETERS) | {unit.id: unit.name for unit in offices}


def titled_keys(work: Work) -> list[tuple[str, str]]:
    """Every key that can be set, with its Chinese title: first talk, then the general ones."""
    policy = first_talk_policy(work)
    sets: list[tuple[str, type[ParameterSet]]] = [
        (f"{policy.profile}/", FirstTalkPolicy),
        ("", GeneralParameters),
    ]
    return [
        (prefix + field.alias, f"{field.title}（{prefix}{field.alias}）")
        for prefix, cls in sets
        for field in cls.model_fields.values()
        if field.alias
    ]


def dictionaries(work: Work) -> list[str]:
    """The names of all dictionaries."""
    return list(work.session.scalars(select(Code.name).distinct().order_by(Code.name)))


def add_calendar_year(
    work: Work, year: CalendarYear, off: Iterable[date], working_weekends: Iterable[date]
) -> None:
    """Write one edition of a year with its days."""
    work.add(year)
    days = [(day, False) for day in off] + [(day, True) for day in working_weekends]
    work.session.add_all(
        CalendarDay(calendar_year_id=year.id, day=day, is_worked=is_worked)
        for day, is_worked in days
    )
    work.session.flush()


def general_rows(work: Work, day: date) -> dict[str, ParameterValue]:
    """The rows of the general parameters that count on a day, by key."""
    rows = work.session.scalars(
        select(ParameterValue)
        .where(ParameterValue.policy_version_id.is_(None), ParameterValue.effective_from <= day)
        .order_by(ParameterValue.effective_from, ParameterValue.revision)
    )
    return {row.key: row for row in rows}


def policy_rows(work: Work, profile: str, n: int) -> dict[str, ParameterValue]:
    """The rows that make version n of a rule set, by key without the rule set's name."""
    rows = work.session.scalars(
        select(ParameterValue)
        .join(PolicyVersion, ParameterValue.policy_version_id == PolicyVersion.id)
        .where(PolicyVersion.profile == profile, PolicyVersion.n <= n)
        .order_by(PolicyVersion.n)
    )
    return {row.key.removeprefix(f"{profile}/"): row for row in rows}


def newest_version(work: Work, profile: str) -> PolicyVersion | None:
    """The last version of a rule set, in force or still to come."""
    return work.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.profile == profile)
        .order_by(PolicyVersion.n.desc())
        .limit(1)
    ).one_or_none()


def version_on(work: Work, profile: str, day: date) -> PolicyVersion:
    """The newest version of a rule set that has come into force by a day."""
    found = work.session.scalars(
        select(PolicyVersion)
        .where(PolicyVersion.profile == profile, PolicyVersion.effective_from <= day)
        .order_by(PolicyVersion.n.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound(f"{day.isoformat()} 没有生效的首谈规则集 {profile}")
    return found


def _policy(work: Work, version: PolicyVersion) -> FirstTalkPolicy:
    rows = policy_rows(work, version.profile, version.n)
    return FirstTalkPolicy(
        profile=version.profile,
        n=version.n,
        effective_from=version.effective_from,
        reference=version.reference,
        review_number=version.review_number,
        status=version.status,
        **{key: row.value for key, row in rows.items()},
    )


def _sharing_key(row: SharingRow) -> tuple[str, str, str]:
    return row.of, row.tax, row.payer_class


def sharing_rows(work: Work) -> list[SharingRow]:
    """The newest revision of each row, in the order of level, tax, payer class, day."""
    rows = work.session.scalars(
        select(SharingRow).order_by(
            SharingRow.of.desc(),
            SharingRow.tax,
            SharingRow.payer_class,
            SharingRow.effective_from,
            SharingRow.revision,
        )
    )
    return list({(_sharing_key(row), row.effective_from): row for row in rows}.values())
