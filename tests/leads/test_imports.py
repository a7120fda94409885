"""批量录入: a list is read, mended, logged row by row with receipts, and taken back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.first_talk import register
from app.kit.files import Upload
from app.kit.work import Actor, Office
from app.leads import import_views, imports, listing, service
from app.leads.import_schemas import ImportView, OpenImport, SaveImport
from app.leads.schemas import DeleteLead, LeadFilter, LoggedLead, LogProgress
from tests.builders import FrozenClock
from tests.leads.partners import CODE, QINZE

Log = Callable[..., LoggedLead]

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LIST = (
    "2026 年 3 月招商信息汇总\n"
    "单位名称\t信用代码\t项目\t来源\t行业\t总投资（万元）\t首次洽谈日期\t联系人\t手机\t办公地址\n"
    f"{QINZE}\t{CODE}\t航空零部件\t展会\t37\t32000\t2026.2.27\t王总\t13800000000\t西安\n"
    "泸州华丰包装有限公司\t\t\t\t造纸和纸制品业\t1.2亿\t2026年3月1日\t\t\t泸州\n"
    "\t\t白酒包装项目\t以商招商\t\t企业暂未提供\t46082\t\t\t\n"
)


class Desk:
    """One person's imports."""

    def __init__(self, office: Office, actor: Actor) -> None:
        self.office, self.actor = office, actor

    def open(
        self, pasted: str = "", file: Upload | None = None, source: str | None = "expo"
    ) -> str:
        command = OpenImport(pasted=pasted, file=file, source=source)
        with self.office.open(self.actor) as work:
            return imports.open_import(work, command, imports.read_table(command))

    def view(self, id: str, show: str = "all") -> ImportView:
        with self.office.open(self.actor, reads=True) as work:
            return import_views.view(work, id, show, 1)

    def save(self, id: str, **given: object) -> ImportView:
        with self.office.open(self.actor) as work:
            imports.save(work, id, SaveImport.model_validate(given), self.view_version(work, id))
        return self.view(id)

    @staticmethod
    def view_version(work: object, id: str) -> int:
        return import_views.view(work, id, "all", 1).version

    def run(self, id: str) -> ImportView:
        with self.office.open(self.actor) as work:
            ready = imports.ready(work, id)
        for n in ready:
            with self.office.open(self.actor) as work:
                imports.import_row(work, id, n)
        return self.view(id)

    def undo(self, id: str) -> ImportView:
        with self.office.open(self.actor) as work:
            done = imports.begin_undo(work, id, None)
        for n in done:
            with self.office.open(self.actor) as work:
                imports.undo_row(work, id, n)
        return self.view(id)

    def leads(self) -> list[str]:
        with self.office.open(self.actor, reads=True) as work:
            found = service.leads(work, LeadFilter(sort="logged_at")).items
        return sorted(lead.name for lead in found)


@pytest.fixture
def desk(office: Office, officer: Actor) -> Desk:
    """The officer's imports."""
    return Desk(office, officer)


def test_a_list_becomes_leads_each_with_its_receipt(desk: Desk, office: Office, officer: Actor):
    id = desk.open(LIST)
    before = desk.view(id)
    assert [column.field for column in before.columns][-1] == ""
    assert (before.counts.ready, before.counts.pending) == (3, 0), [r.faults for r in before.rows]
    assert desk.leads() == []
    done = desk.run(id)
    assert (done.counts.imported, done.counts.ready) == (3, 0)
    assert desk.leads() == sorted([QINZE, "泸州华丰包装有限公司", "白酒包装项目"])
    with office.open(officer, reads=True) as work:
        numbers = {
            f"LMT-LD-2026-{n:06d}": register.receipt(work, f"LMT-LD-2026-{n:06d}").seq
            for n in (1, 2, 3)
        }
        lead = service.lead(work, done.rows[0].lead_id)
        other = service.lead(work, done.rows[1].lead_id)
        project = service.lead(work, done.rows[2].lead_id)
    assert sorted(numbers.values()) == [1, 2, 3]
    assert (lead.enterprise.uscc, lead.project_name) == (CODE, "航空零部件")
    assert (lead.planned_investment.yuan, lead.division.code) == ("320000000.00", "37")
    assert lead.first_talked_on.isoformat() == "2026-02-27"
    assert (other.planned_investment.yuan, other.division.code) == ("120000000.00", "22")
    assert (other.source.code, project.source.code) == ("expo", "referral")
    assert project.planned_investment_withheld is not None
    assert (project.enterprise, project.first_talked_on.isoformat()) == (None, "2026-03-01")


HEADS = "企业名称\t统一社会信用代码\t项目名称\t计划投资（亿元）\t备注\n"


@ON_SQLITE
def test_a_row_that_is_wrong_waits_and_the_others_go(desk: Desk):
    id = desk.open(HEADS + f"{QINZE}\t{CODE}\t\t1.2\t\n乙纸业有限公司\t123\t\t很多\t\n")
    before = desk.view(id)
    assert (before.counts.ready, before.counts.pending) == (1, 1)
    assert before.rows[1].faults.keys() == {"planned_investment"}
    assert desk.run(id).counts.imported == 1
    mended = desk.save(id, rows=[{"n": 3, "planned_investment": "2"}])
    assert "应为 18 位" in mended.rows[1].faults["uscc"]
    mended = desk.save(id, rows=[{"n": 3, "uscc": None}])
    assert (mended.rows[1].state.value, mended.rows[1].faults) == ("ready", {})
    assert desk.run(id).counts.imported == 2
    assert desk.run(id).counts.imported == 2
    assert desk.leads() == sorted([QINZE, "乙纸业有限公司"])


def test_a_double_is_told_of_own_records_only_and_waits_for_a_decision(
    desk: Desk, log: Log, rival: Actor
):
    own = log(name="甲包装有限公司", note="旧")
    log(rival, name="乙纸业有限公司")
    id = desk.open(
        HEADS + "甲包装股份有限公司\t\t二期\t3\t新\n乙纸业有限公司\t\t\t\t\n"
        "丙机械有限公司\t\t\t\t\n丙机械有限公司\t\t\t\t\n丙机械有限公司\t\t另一项目\t\t\n"
    )
    rows = {row.n: row for row in desk.view(id).rows}
    assert [row.state.value for row in rows.values()] == [
        "twin",
        "ready",
        "ready",
        "twin",
        "ready",
    ]
    assert [(one.id, one.mergeable) for one in rows[2].twins] == [(own.id, True)]
    assert [one.name for one in rows[5].twins] == ["本表第 4 行"]
    merged = desk.save(id, rows=[{"n": 2, "choice": own.id}, {"n": 5, "choice": "skip"}])
    assert (merged.counts.ready, merged.counts.skipped, merged.counts.pending) == (4, 1, 0)
    assert desk.run(id).counts.imported == 4
    with desk.office.open(desk.actor, reads=True) as work:
        lead = service.lead(work, own.id)
    assert (lead.project_name, lead.planned_investment.yuan) == ("二期", "300000000.00")
    assert lead.note == "旧"
    assert desk.undo(id).counts.undone == 4
    with desk.office.open(desk.actor, reads=True) as work:
        lead = service.lead(work, own.id)
    assert (lead.project_name, lead.planned_investment, lead.note) == ("", None, "旧")
    assert desk.leads() == ["甲包装有限公司"]


@ON_SQLITE
def test_a_choice_that_is_none_decides_nothing(desk: Desk, log: Log, rival: Actor):
    foreign = log(rival, name="乙纸业有限公司")
    log(name="甲包装有限公司")
    id = desk.open(HEADS + "甲包装有限公司\t\t\t\t\n")
    assert desk.save(id, rows=[{"n": 2, "choice": foreign.id}]).counts.pending == 1
    assert desk.save(id, rows=[{"n": 2, "choice": "import"}]).counts.ready == 1


def test_what_was_worked_on_since_is_not_undone_and_is_listed(desk: Desk, office: Office):
    id = desk.open(HEADS + "甲包装有限公司\n乙纸业有限公司\n丙机械有限公司\n")
    rows = desk.run(id).rows
    with office.open(desk.actor) as work:
        service.log_progress(work, rows[0].lead_id, LogProgress(line="已通电话"))
    with office.open(desk.actor) as work:
        service.delete(work, rows[1].lead_id, DeleteLead(reason="重复"), None)
    done = desk.undo(id)
    assert [row.state.value for row in done.rows] == ["kept", "undone", "undone"]
    assert "导入后由 zhou 办理过" in done.rows[0].note
    assert (done.counts.imported, done.counts.kept, done.counts.undone) == (0, 1, 2)
    assert desk.leads() == ["甲包装有限公司"]
    with office.open(desk.actor, reads=True) as work:
        assert {lead.name for lead in listing.deleted(work)} == {"乙纸业有限公司", "丙机械有限公司"}
        assert register.receipt(work, "LMT-LD-2026-000003").number
    with pytest.raises(Conflict, match="已撤销"):
        desk.save(id, rows=[])


@ON_SQLITE
def test_a_batch_can_be_undone_for_seven_days(desk: Desk, clock: FrozenClock):
    id, late = desk.open(HEADS + "甲包装有限公司\n"), desk.open(HEADS + "乙纸业有限公司\n")
    with pytest.raises(Conflict, match="还没有导入"):
        desk.undo(id)
    clock.tick(days=3)
    desk.run(id)
    desk.run(late)
    clock.tick(days=7)
    assert desk.undo(id).counts.undone == 1
    clock.tick(seconds=1)
    assert not desk.view(late).may_undo
    with pytest.raises(Conflict, match="超过 7 天"):
        desk.undo(late)


@ON_SQLITE
def test_who_made_it_and_the_head_see_a_batch_others_only_that_it_was(
    desk: Desk, office: Office, colleague: Actor, head: Actor, rival: Actor
):
    id = desk.open(HEADS + "甲包装有限公司\n")
    with pytest.raises(Forbidden):
        Desk(office, colleague).view(id)
    assert Desk(office, head).view(id).counts.total == 1
    with pytest.raises(NotFound):
        Desk(office, rival).view(id)
    with office.open(colleague, reads=True) as work:
        listed = import_views.listed(work)
    assert [(one.made_by, one.may_open, one.may_undo) for one in listed] == [("zhou", False, False)]
    with office.open(rival, reads=True) as work:
        assert import_views.listed(work) == []


@ON_SQLITE
def test_columns_unit_and_source_can_be_told(desk: Desk):
    id = desk.open("厂家\t额度\n甲包装有限公司\t5000\n乙纸业有限公司\t1.2亿\n", source=None)
    assert [row.faults.keys() for row in desk.view(id).rows] == [{"name"}] * 3
    named = desk.save(id, fields=["name", "planned_investment"], rows=[{"n": 1, "choice": "skip"}])
    assert named.needs_unit
    assert "没有单位" in named.rows[1].faults["planned_investment"]
    told = desk.save(id, unit="万元", source="expo")
    assert (told.counts.ready, told.counts.skipped) == (2, 1)
    with pytest.raises(Invalid, match="有两列都对应"):
        desk.save(id, fields=["name", "name"])
    with desk.office.open(desk.actor, reads=True) as work:
        lead = service.lead(work, desk.run(id).rows[1].lead_id)
    assert (lead.planned_investment.yuan, lead.source.code) == ("50000000.00", "expo")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_who_import_at_once_log_each_row_once(desk: Desk):
    id = desk.open(HEADS + "".join(f"第{n}家包装有限公司\n" for n in range(6)))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(desk.run, [id, id]))
    assert desk.view(id).counts.imported == 6
    assert len(desk.leads()) == 6
