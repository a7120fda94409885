"""项目信息采集表: what a week holds, when it is due, and the file that is handed in."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from app.clock import SHANGHAI
from app.errors import Forbidden
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.leads.schemas import LogLead, LogTalk
from app.projects import service as projects
from app.projects.commands import EditProject, SetStatus
from app.projects.schemas import LogProgress, Status
from app.reports import service
from app.reports.schemas import Week, WeeklySheet
from tests.builders import CITY, JIANGYANG, FrozenClock, person
from tests.first_talk.test_publications import correct
from tests.projects import support

Client = Callable[..., TestClient]


@pytest.fixture
def head(office: Office) -> Actor:
    return person(office, "zhoulan", Role.UNIT_HEAD)


def sheet(office: Office, actor: Actor, week: date | None = None) -> WeeklySheet:
    with office.open(actor, reads=True) as work:
        return service.weekly(work, Week(week=week))


def at(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(
        hour=hour
    )


@pytest.mark.parametrize(
    ("now", "friday", "due"),
    [
        ("2026-03-02", "2026-03-06", "2026-03-06"),
        ("2026-09-28", "2026-10-02", "2026-10-08"),
        ("2026-02-16", "2026-02-20", "2026-02-24"),
    ],
)
def test_it_is_due_on_friday_at_ten_rolled_to_a_working_day(
    office: Office, clock: FrozenClock, head: Actor, now: str, friday: str, due: str
):
    clock.set(at(now))
    found = sheet(office, head).period
    assert (found.friday, found.due) == (date.fromisoformat(friday), at(due, 10))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_calendar_corrected_meanwhile_moves_the_sheets_that_have_not_begun(
    office: Office, clock: FrozenClock, head: Actor
):
    clock.set(at("2026-03-04"))
    correct(office, date(2026, 3, 6), date(2026, 3, 13))
    assert sheet(office, head).period.due == at("2026-03-06", 10)
    clock.set(at("2026-03-09"))
    assert sheet(office, head).period.due == at("2026-03-16", 10)


def test_once_handed_in_the_next_sheet_begins(office: Office, clock: FrozenClock, head: Actor):
    clock.set(at("2026-03-06", 11))
    found = sheet(office, head).period
    assert found.friday == date(2026, 3, 13)
    assert found.start == at("2026-03-06", 10)


def test_only_what_is_new_or_changed_is_listed(office: Office, clock: FrozenClock, head: Actor):
    quiet = support.opened(office, head)
    clock.set(at("2026-03-09"))
    with office.open(head) as work:
        leads.log_lead(work, LogLead(name="丁公司", source="expo"))
        moved = projects.create(work, support.old())
    clock.tick(hours=1)
    with office.open(head) as work:
        projects.log_progress(work, moved.id, LogProgress(line="企业确认下周来访"))
    found = sheet(office, head)
    assert [(row.name, row.is_new) for row in found.rows] == [(moved.name, True), ("丁公司", True)]
    assert "03-09 企业确认下周来访" in found.rows[0].progress
    with office.open(head) as work:
        projects.edit(work, quiet.id, EditProject(line="另一条产线"), None)
    assert [row.name for row in sheet(office, head).rows if not row.is_new] == [quiet.name]


def test_a_sheet_of_weeks_ago_keeps_its_rows(office: Office, clock: FrozenClock, head: Actor):
    project = support.opened(office, head)
    clock.set(at("2026-03-16"))
    with office.open(head) as work:
        projects.edit(work, project.id, EditProject(line="另一条产线"), None)
    assert [row.name for row in sheet(office, head, date(2026, 3, 6)).rows] == [project.name]
    assert sheet(office, head, date(2026, 3, 13)).rows == []


def test_a_project_stands_in_the_place_of_its_lead(office: Office, head: Actor):
    project = support.opened(office, head)
    assert [(row.kind, row.id) for row in sheet(office, head).rows] == [("project", project.id)]


def test_the_head_counts_what_is_in_talks_by_type(office: Office, clock: FrozenClock, head: Actor):
    with office.open(head) as work:
        held = projects.create(work, support.old(project_type="services"))
        projects.create(work, support.candidate())
    clock.set(at("2026-03-09"))
    support.opened(office, head)
    found = sheet(office, head)
    assert [(one.label, one.total, one.new) for one in found.counts] == [
        ("现代服务业", 1, 0),
        ("未分类", 1, 1),
    ]
    with office.open(head) as work:
        hold = SetStatus(status=Status.ON_HOLD, reason="等待用地", review_on=date(2026, 6, 1))
        projects.set_status(work, held.id, hold, None)
    assert (sheet(office, head).total, sheet(office, head).new) == (1, 1)
    clock.set(at("2026-03-16"))
    assert sheet(office, head, date(2026, 3, 6)).total == 1


def test_what_has_not_changed_for_a_month_has_to_be_explained(
    office: Office, clock: FrozenClock, head: Actor
):
    project = support.opened(office, head)
    clock.set(at("2026-04-02"))
    assert sheet(office, head).stale == []
    clock.set(at("2026-04-03"))
    assert [one.id for one in sheet(office, head).stale] == [project.id]
    with office.open(head) as work:
        projects.log_progress(work, project.id, LogProgress(line="等待省厅环评批复"))
    assert sheet(office, head).stale == []


def test_the_file_has_the_layout_and_no_formulas(office: Office, client: Client, head: Actor):
    with office.open(head) as work:
        made = projects.create(work, support.old(name="=HYPERLINK(1)", content="+一期"))
    project = support.opened(office, head)
    answer = client(head).get("/reports/weekly.xlsx?week=2026-03-06")
    assert answer.status_code == 200
    page = load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "项目信息采集表"
    assert rows[1][0] == (
        "填报单位：龙马潭区经济合作外事局    填报人：zhoulan    填报时间：2026-03-06 10:00"
    )
    assert rows[2][0] == "在谈项目 2 个（未分类 2 个）"
    assert rows[3][0] == "本周新增 2 个（未分类 2 个）"
    assert rows[4] == [column.title for column in service.COLUMNS]
    by_name = {row[1]: row for row in rows[5:]}
    assert set(by_name) == {made.name, project.name}
    kinds = {cell.value: cell.data_type for row in page.iter_rows() for cell in row}
    assert (kinds["=HYPERLINK(1)"], kinds["+一期"]) == ("s", "s")
    assert by_name[made.name][5] == "+一期"
    assert by_name[project.name][7:9] == ["陈总", "13800000000"]
    assert by_name[project.name][12] == "可推进"


def test_the_page_shows_no_telephone_and_the_export_is_logged(
    office: Office, client: Client, head: Actor
):
    support.opened(office, head)
    browser = client(head)
    page = browser.get("/reports").text
    assert "甲包装有限公司" in page
    assert "13800000000" not in page
    browser.get("/reports/weekly.xlsx")
    with office.open(reads=True) as work:
        from sqlalchemy import select

        from app.kit.trail import AuditEntry

        acts = set(work.session.scalars(select(AuditEntry.act)))
    assert "report.export_weekly" in acts


def test_another_districts_rows_are_not_in_it(office: Office, head: Actor):
    support.opened(office, head)
    rival = person(office, "rival", Role.OFFICER, district=JIANGYANG)
    assert sheet(office, rival).rows == []


def test_the_city_sees_counts_by_district(office: Office, client: Client, head: Actor):
    support.opened(office, head)
    coordinator = person(office, "coordinator", Role.COORDINATOR, district=CITY)
    with office.open(coordinator, reads=True) as work:
        found = service.city(work, Week())
    assert [(one.label, one.total, one.new) for one in found.counts] == [("龙马潭区", 1, 1)]
    assert "龙马潭区" in client(coordinator).get("/reports").text


def test_finance_reads_no_sheet(office: Office):
    finance = person(office, "finance", Role.FINANCE)
    with pytest.raises(Forbidden):
        sheet(office, finance)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_silent_for_more_than_six_months_is_out_of_talks_and_told_apart(
    office: Office, clock: FrozenClock, head: Actor
):
    silent, talked = support.opened(office, head), None
    with office.open(head) as work:
        talked = projects.create(work, support.old())
    clock.set(at("2026-05-06"))
    visit = LogTalk(
        kind="visit",
        substantive_kind="site_survey",
        happened_on=date(2026, 5, 6),
        participants="张三",
        counterparts="企业总经理",
        content="踏勘",
        files=[Upload("踏勘.txt", b"A")],
    )
    with office.open(head) as work:
        projects.log_talk(work, talked.id, visit)
    clock.set(at("2026-08-25"))
    with office.open(head) as work:
        projects.log_progress(work, silent.id, LogProgress(line="继续跟进"))
    counted = {}
    for friday in ("2026-08-28", "2026-09-04"):  # the second of March, six months on: 09-02
        clock.set(at(friday))
        found = sheet(office, head)
        counted[friday] = (found.total, found.dropped)
    assert counted == {"2026-08-28": (2, 0), "2026-09-04": (1, 1)}
    coordinator = person(office, "coordinator", Role.COORDINATOR, district=CITY)
    with office.open(coordinator, reads=True) as work:
        [count] = service.city(work, Week()).counts
    assert (count.total, count.dropped) == (1, 1)
