"""Talks, visits and lines of progress of one's own district; and who negotiates with whom.

What has a `substantive_kind` is substantive progress (实质进展): it needs a date, participants,
content and a file, and happens face to face or on paper. A call, a message or a line is news.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, or_

from app.enterprises import directory
from app.enterprises.directory import paged
from app.enterprises.models import Engagement, Interaction, InteractionKind, NamedRecord
from app.enterprises.schemas import (
    EditInteraction,
    Engage,
    EngagementView,
    FileView,
    InteractionFilter,
    InteractionView,
    LogInteraction,
    MeetingView,
)
from app.errors import Invalid, Issue, NotFound
from app.kit import files
from app.kit.db import new_id
from app.kit.files import StoredFile, Upload
from app.kit.schemas import Page
from app.kit.work import Work

MEETINGS = (InteractionKind.TALK, InteractionKind.VISIT)
_NEWEST_FIRST = (Interaction.happened_on.desc(), Interaction.logged_at.desc(), Interaction.id)
_NEWS = (InteractionKind.CALL, InteractionKind.MESSAGE, InteractionKind.NOTE)


def log(work: Work, command: LogInteraction) -> InteractionView:
    """A new interaction about one's own lead or project, or about an enterprise."""
    about = _own_record(work, command.about_id) if command.about_id is not None else None
    enterprise_id = command.enterprise_id or (about.enterprise_id if about else None)
    if about is None and enterprise_id is None:
        raise Invalid.at("/enterprise_id", "missing", "请选择企业，或线索、项目")
    if enterprise_id is not None:
        directory.row_of(work, enterprise_id)
    row = Interaction(
        id=new_id("int"),
        district_id=work.district_id,
        **command.model_dump(exclude={"files", "enterprise_id"}),
        enterprise_id=enterprise_id,
        files=_kept(work, command.files),
        logged_by=work.actor.name,
        logged_at=work.now,
    )
    _check(work, row)
    work.add(row)
    return _views(work, [row])[0]


def edit(work: Work, id: str, command: EditInteraction, version: int | None) -> InteractionView:
    """Change what is given; so a line of progress becomes substantive progress."""
    row = work.get(Interaction, id, version)
    for name in command.model_fields_set - {"files"}:
        setattr(row, name, getattr(command, name))
    row.files = [*row.files, *_kept(work, command.files)]
    _check(work, row)
    work.session.flush()
    return _views(work, [row])[0]


def one(work: Work, id: str) -> InteractionView:
    """One interaction."""
    return _views(work, [work.get(Interaction, id)])[0]


def listed(work: Work, command: InteractionFilter) -> Page[InteractionView]:
    """A page of them, newest first."""
    query = work.rows(Interaction)
    if command.about_id is not None:
        query = query.where(Interaction.about_id == command.about_id)
    if command.enterprise_id is not None:
        query = query.where(Interaction.enterprise_id == command.enterprise_id)
    return paged(work, query.order_by(*_NEWEST_FIRST), command, _views)


def about(
    work: Work, about_ids: Iterable[str], enterprise_ids: Iterable[str] = ()
) -> list[InteractionView]:
    """The visible ones about these records or these enterprises, newest first."""
    of_record = Interaction.about_id.in_(list(about_ids))
    of_enterprise = Interaction.enterprise_id.in_(list(enterprise_ids))
    rows = work.rows(Interaction).where(or_(of_record, of_enterprise)).order_by(*_NEWEST_FIRST)
    return _views(work, work.session.scalars(rows).all())


def last_talks(work: Work, about_ids: Iterable[str]) -> dict[str, date]:
    """The day of the last talk or visit about each record, of whatever district."""
    rows = work.all_rows(Interaction, because="claim").where(
        Interaction.about_id.in_(list(about_ids)), Interaction.kind.in_(MEETINGS)
    )
    latest = rows.with_only_columns(Interaction.about_id, func.max(Interaction.happened_on))
    found = work.session.execute(latest.group_by(Interaction.about_id))
    return {about_id: day for about_id, day in found if about_id is not None}


def meetings(
    work: Work, enterprise_ids: Iterable[str], since: date, through: date
) -> list[MeetingView]:
    """The talks and visits with an enterprise in a time, of whatever district; nothing of them."""
    rows = work.all_rows(Interaction, because="争抢记录").where(
        Interaction.enterprise_id.in_(list(enterprise_ids)),
        Interaction.kind.in_(MEETINGS),
        Interaction.happened_on.between(since, through),
    )
    found = work.session.scalars(rows.order_by(Interaction.happened_on, Interaction.id))
    return [
        MeetingView(
            district_id=row.district_id,
            about_id=row.about_id,
            on=row.happened_on,
            kind=row.kind.value,
        )
        for row in found
    ]


def attachment(work: Work, id: str, file_id: str) -> tuple[FileView, bytes]:
    """A file of a visible interaction, with its bytes."""
    row = work.get(Interaction, id)
    if file_id not in row.files:
        raise NotFound("没有这个文件，或您无权查看")
    stored = work.get(StoredFile, file_id)
    return FileView.model_validate(stored), files.content(work, stored)


def engage(work: Work, command: Engage) -> None:
    """Write down that a unit negotiates or has signed; one per lead or project."""
    row = _engagement(work, command.about_id)
    if row is None:
        row = Engagement(id=new_id("eng"), about_id=command.about_id, district_id=command.unit)
    row.enterprise_id, row.division = command.enterprise_id, command.division
    row.status, row.since, row.until = command.status, command.since, None
    work.add(row)


def disengage(work: Work, about_id: str, until: date) -> None:
    """Write down that it is over; nothing when there was none."""
    row = _engagement(work, about_id)
    if row is not None:
        row.until = until
        work.session.flush()


def engagements(work: Work, enterprise_ids: Iterable[str]) -> list[EngagementView]:
    """Which units negotiate or have signed with an enterprise, of every district: for a claim."""
    rows = work.session.scalars(
        work.all_rows(Engagement, because="claim")
        .where(Engagement.enterprise_id.in_(list(enterprise_ids)))
        .order_by(Engagement.since, Engagement.id)
    ).all()
    talks = last_talks(work, [row.about_id for row in rows])
    return [_engagement_view(row, talks.get(row.about_id)) for row in rows]


def _engagement(work: Work, about_id: str) -> Engagement | None:
    rows = work.rows(Engagement).where(Engagement.about_id == about_id)
    return work.session.scalars(rows).one_or_none()


def _engagement_view(row: Engagement, talked_on: date | None) -> EngagementView:
    return EngagementView(
        about_id=row.about_id,
        enterprise_id=row.enterprise_id,
        division=row.division,
        unit=row.district_id,
        status=row.status,
        since=row.since,
        until=row.until,
        talked_on=talked_on,
    )


def _own_record(work: Work, id: str) -> NamedRecord:
    row = work.get(NamedRecord, id)
    if not work.owns(row):
        raise NotFound("没有这条记录，或您无权查看")
    return row


def _kept(work: Work, given: Sequence[Upload | str]) -> list[str]:
    return [files.linkable(work, file).id for file in given]


def _check(work: Work, row: Interaction) -> None:
    """Refuse what has not happened yet, and progress that is none; all at once."""
    issues = []
    if row.happened_on > work.today:
        issues.append(Issue("/happened_on", "future", "日期不能晚于今天"))
    if row.substantive_kind is not None:
        issues += _short_of_substance(row)
    if issues:
        raise Invalid("；".join(issue.message for issue in issues), *issues)


def _short_of_substance(row: Interaction) -> list[Issue]:
    issues = []
    if row.kind in _NEWS:
        message = f"{row.kind.label}不算实质进展，请选择洽谈、走访或办件"
        issues.append(Issue("/kind", "not_substantive", message))
    if not row.participants:
        issues.append(Issue("/participants", "missing", "请填写参加人员，实质进展需要该项"))
    if not row.files:
        issues.append(Issue("/files", "missing", "请附上材料，实质进展需要该项"))
    return issues


def _views(work: Work, rows: Sequence[Interaction]) -> list[InteractionView]:
    ids = [id for row in rows for id in row.files]
    stored = work.session.scalars(work.rows(StoredFile).where(StoredFile.id.in_(ids)))
    views = {file.id: FileView.model_validate(file) for file in stored}
    return [_view(row, [views[id] for id in row.files if id in views]) for row in rows]


def _view(row: Interaction, attached: list[FileView]) -> InteractionView:
    return InteractionView(
        id=row.id,
        version=row.version,
        about_id=row.about_id,
        enterprise_id=row.enterprise_id,
        kind=row.kind,
        substantive_kind=row.substantive_kind,
        happened_on=row.happened_on,
        participants=row.participants,
        counterparts=row.counterparts,
        content=row.content,
        demands=row.demands,
        next_step=row.next_step,
        next_step_on=row.next_step_on,
        files=attached,
        logged_by=row.logged_by,
        logged_at=row.logged_at,
    )
