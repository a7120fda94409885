"""The parameters as everybody may look them up: on pages, and by the API."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import func, select

from app.kit.work import EVERYBODY, Work, use_case
from app.parameters import service
from app.parameters.models import CalendarYear, Code, ParameterValue
from app.parameters.policy import ParameterSet, in_words
from app.parameters.schemas import (
    CalendarYearView,
    CodeView,
    DictionaryView,
    GateRuleView,
    ListCodes,
    ParameterView,
    PolicyAt,
    PolicyView,
    SharingRowView,
)

DICTIONARY_TITLES = {
    "agreement_kind": "协议类型",
    "drop_reason": "终止原因",
    "enterprise_type": "企业类别",
    "evidence_kind": "证据种类",
    "factor_kind": "要素种类",
    "first_talk_exclusion": "首谈不适用情形",
    "industry_division": "行业门类与大类（GB/T 4754-2017）",
    "key_industry": "重点产业",
    "lead_source": "线索来源",
    "project_category": "项目类别",
    "project_type": "项目类型",
    "region": "行政区划（GB/T 2260）",
    "source_region": "来源区域",
}


@use_case("parameter.view_codes", *EVERYBODY, reads=True, scope="")
def view_codes(work: Work, name: str, command: ListCodes) -> tuple[CodeView, ...]:
    """A dictionary, for pages and the API."""
    return service.codes(work, name, command.parent)


@use_case("parameter.view_dictionaries", *EVERYBODY, reads=True, scope="")
def view_dictionaries(work: Work) -> list[DictionaryView]:
    """All dictionaries with their sizes."""
    sizes = work.session.execute(
        select(Code.name, func.count()).group_by(Code.name).order_by(Code.name)
    )
    above = work.session.execute(select(Code.name, Code.parent).where(Code.parent != "").distinct())
    parents: dict[str, set[str]] = defaultdict(set)
    for name, parent in above:
        parents[name].add(parent)
    return [
        DictionaryView(
            name=name,
            title=DICTIONARY_TITLES.get(name, name),
            entries=entries,
            parents=frozenset(parents[name]),
        )
        for name, entries in sizes
    ]


@use_case("parameter.view_policy", *EVERYBODY, reads=True, scope="")
def view_policy(work: Work, command: PolicyAt) -> PolicyView:
    """Every parameter in force on a day, with its words and its authority."""
    day = command.at or work.today
    policy = service.first_talk_policy(work, day)
    labels = service.labels_in_parameters(work)
    rows = service.policy_rows(work, policy.profile, policy.n)
    return PolicyView(
        at=day,
        version=policy.version,
        effective_from=policy.effective_from,
        reference=policy.reference,
        review_number=policy.review_number,
        status=policy.status,
        first_talk=_parameter_views(policy, rows, labels),
        general=_parameter_views(
            service.general(work, day), service.general_rows(work, day), labels
        ),
    )


@use_case("parameter.view_gates", *EVERYBODY, reads=True, scope="")
def view_gates(work: Work) -> tuple[GateRuleView, ...]:
    """The gate rules of today."""
    return service.gate_rules(work)


@use_case("parameter.view_sharing", *EVERYBODY, reads=True, scope="")
def view_sharing(work: Work) -> tuple[SharingRowView, ...]:
    """The 收入分享表, newest revisions only."""
    return tuple(SharingRowView.model_validate(row) for row in service.sharing_rows(work))


@use_case("parameter.view_calendar", *EVERYBODY, reads=True, scope="")
def view_calendar(work: Work) -> tuple[CalendarYearView, ...]:
    """The holidays of each year that is entered."""
    calendar = service.work_calendar(work)
    return tuple(
        CalendarYearView(
            year=row.year,
            revision=row.revision,
            notice=row.notice,
            reference=row.reference,
            off=_of_year(calendar.off, row.year),
            working_weekends=_of_year(calendar.working_weekends, row.year),
        )
        for row in _years(work)
    )


def _parameter_views(
    values: ParameterSet, rows: Mapping[str, ParameterValue], labels: Mapping[str, str]
) -> list[ParameterView]:
    """The rows in the order and under the titles of the set."""
    return [
        ParameterView(
            key=field.alias,
            title=field.title or field.alias,
            value=row.value,
            words=in_words(getattr(values, name), labels),
            effective_from=row.effective_from,
            revision=row.revision,
            reference=row.reference,
            status=row.status,
            entered_by=row.entered_by,
            approved_by=row.approved_by,
        )
        for name, field in type(values).model_fields.items()
        if field.alias and (row := rows.get(field.alias))
    ]


def _years(work: Work) -> list[CalendarYear]:
    """The newest edition of each year."""
    rows = work.session.scalars(
        select(CalendarYear).order_by(CalendarYear.year, CalendarYear.revision)
    )
    return list({row.year: row for row in rows}.values())


def _of_year(days: Iterable[date], year: int) -> tuple[date, ...]:
    return tuple(sorted(day for day in days if day.year == year))
