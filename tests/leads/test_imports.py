"""批量录入: a list is read, mended, logged row by row with receipts, and taken back."""

from collections.abc import Callable

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

    def open(self, pasted: str = "", file: Upload | None = None, source: str = "expo") -> str:
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
