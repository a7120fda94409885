"""The list of leads and its search: filters, orders, pages, totals; the timeline of one lead."""

import pytest

from app.errors import BadCursor, BadFilter
from app.kit.work import Actor, Office
from app.leads import desk, listing, service
from app.leads.schemas import DropLead, EditLead, LeadFilter, PoolLead
from app.money import Money
from tests.leads.filings import COMPLETE, Log, filtered
from tests.leads.partners import CODE, QINZE


def test_filters_narrow_the_list(office: Office, log: Log, officer: Actor, colleague: Actor):
    log(
        name="天府锻造有限公司", source="expo", scope={"division": "22"}, planned_investment="50.00"
    )
    log(name="航天紧固件有限公司", source="agency", planned_investment="100000000.00")
    log(colleague, name="蓝海电池有限公司", source="agency")
    with office.open(officer) as work:
        third = service.leads(work, LeadFilter(owner=[colleague.id])).items[0]
        service.pool(work, third.id, PoolLead(reason="联系不上"), None)
    cases: list[tuple[dict[str, object], list[str]]] = [
        ({"source": ["agency"]}, ["航", "蓝"]),
        ({"source": ["agency,expo"], "state": ["open"]}, ["天", "航"]),
        ({"division": ["22"]}, ["天"]),
        ({"owner": [officer.id]}, ["天", "航"]),
        ({"state": ["pooled"]}, ["蓝"]),
        ({"stage": ["assessing"]}, []),
        ({"amount.gte": "100000000.00"}, ["航"]),
        ({"amount.lte": "99.00"}, ["天"]),
        ({"logged_on.gte": "2026-03-03"}, []),
        ({"logged_on.lte": "2026-03-02"}, ["天", "航", "蓝"]),
        ({"due_on.lte": "2026-03-03"}, ["天", "航"]),
        ({"responded": "true"}, []),
        ({"q": "航天紧固"}, ["航"]),
        ({"q": "lhdc"}, ["蓝"]),
    ]
    whole = {name[0]: name for name in filtered(office, officer)}
    for given, names in cases:
        found = filtered(office, officer, sort="logged_at", **given)
        assert sorted(found) == sorted(whole[name] for name in names), given


def test_a_lead_is_found_by_the_code_and_initials_of_its_enterprise(
    office: Office, log: Log, officer: Actor
):
    log(uscc=CODE, project_name="飞机起落架")
    for text in (CODE, "秦泽航空", "qzhk", "飞机起落架", "fjqlj"):
        assert filtered(office, officer, q=text) == [QINZE], text


def test_pages_neither_skip_nor_repeat_under_any_order(office: Office, log: Log, officer: Actor):
    for number in range(7):
        amount = {"planned_investment": f"{number}00000000.00"} if number % 3 else {}
        log(name=f"第 {number} 家企业有限公司", **amount)
    for sort in ("due_on", "-due_on", "name", "-logged_at", "updated_at", "amount", "-amount"):
        seen, cursor = [], None
        while True:
            with office.open(officer, reads=True) as work:
                page = service.leads(work, LeadFilter(sort=sort, limit=2, cursor=cursor))
            seen += [lead.id for lead in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 7, sort


def test_an_unknown_order_or_place_is_refused(office: Office, officer: Actor):
    with pytest.raises(BadFilter) as refused, office.open(officer, reads=True) as work:
        service.leads(work, LeadFilter(sort="secret"))
    assert "due_on" in refused.value.members["allowed"]
    for cursor in (">i:1", "nonsense", ">x~"):
        with pytest.raises(BadCursor), office.open(officer, reads=True) as work:
            service.leads(work, LeadFilter(cursor=cursor))


def test_totals_add_yuan_and_say_what_they_leave_out(office: Office, log: Log, officer: Actor):
    log(planned_investment="160000000.00")
    log(name="乙企业有限公司", planned_investment="90000000.01")
    log(name="丙企业有限公司", planned_investment_withheld=True)
    log(name="丁企业有限公司")
    log(name="戊企业有限公司", planned_investment="10000000.00", planned_investment_currency="USD")
    with office.open(officer, reads=True) as work:
        totals = listing.totals(work, LeadFilter())
    assert (totals.count, totals.investment, totals.without) == (5, Money(25000000001), 2)
    assert (totals.in_dollars, totals.dollars) == (1, Money(10**9))


def test_no_query_is_made_per_row(office: Office, log: Log, officer: Actor):
    from sqlalchemy import event

    def queries(limit: int) -> int:
        seen: list[str] = []
        event.listen(office.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        with office.open(officer, reads=True) as work:
            service.leads(work, LeadFilter(limit=limit))
        return len(seen)

    for number in range(12):
        log(name=f"第 {number} 家企业有限公司")
    assert queries(12) == queries(2)


def test_the_timeline_tells_every_change_in_words(office: Office, log: Log, officer: Actor):
    lead = log()
    with office.open(officer) as work:
        service.edit(
            work, lead.id, EditLead(planned_investment="120000000.00", division="37"), lead.version
        )
    with office.open(officer, reads=True) as work:
        newest = desk.desk(work, lead.id).events[0]
    told = {change.title: (change.before, change.after) for change in newest.changes}
    assert told["计划投资总额"] == ("—", "120,000,000.00 元")
    assert told["行业大类"][1] == "铁路、船舶、航空航天和其他运输设备制造业"


def test_the_timeline_tells_what_happened_to_the_right(office: Office, log: Log, officer: Actor):
    lead = log(**COMPLETE)
    with office.open(officer) as work:
        service.drop(work, lead.id, DropLead(reason_code="no_progress"), lead.version)
    with office.open(officer, reads=True) as work:
        told = {event.title for event in desk.desk(work, lead.id).events}
    assert told == {"首谈主动释放", "首谈申报", "终止", "登记线索"}
