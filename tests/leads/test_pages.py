"""线索 in the browser: entry, receipt, errors that lose nothing, the clash, the list, the acts."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import service
from app.leads.schemas import EditLead, LeadFilter, LoggedLead
from tests.builders import person
from tests.leads.conftest import CODE, LETTER, QINZE

# What differs between the databases lies below the pages.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Client = Callable[..., TestClient]
Log = Callable[..., LoggedLead]

TWO_FIELDS = {"name": QINZE, "named": "enterprise", "source": "expo", "if_taken": "queue"}


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def leads_of(office: Office, actor: Actor) -> list[str]:
    with office.open(actor, reads=True) as work:
        return [lead.name for lead in service.leads(work, LeadFilter()).items]


def test_an_empty_list_teaches(mine: TestClient):
    page = mine.get("/leads")
    assert page.status_code == 200
    assert "还没有线索" in page.text
    assert "当前筛选 <b>0</b> 条" in page.text


def test_two_fields_lead_to_the_receipt_and_what_the_claim_lacks(mine: TestClient):
    form = mine.get("/leads/new").text
    assert 'hx-get="/enterprises/hint"' in form
    made = mine.post("/leads", data={**TWO_FIELDS, "_key": hidden(form, "_key")})
    assert made.status_code == 303
    page = mine.get(made.headers["location"]).text
    assert "LMT-LD-2026-000001" in page
    assert "台账第 1 号" in page
    assert "还没有暂保护，缺 5 项" in page
    assert 'href="/first-talk/receipts/LMT-LD-2026-000001/print"' in page
    assert re.search(r'value="expo"\s+checked', mine.get("/leads/new").text)


def test_the_leads_touched_last_are_one_click_from_a_talk(
    mine: TestClient, log: Log, colleague: Actor
):
    lead = log()
    log(colleague, name="同事的企业有限公司")
    form = mine.get("/leads/new").text
    assert f'href="/leads/{lead.id}/talk"' in form
    assert "同事的企业有限公司" not in form


def test_a_double_click_registers_once(mine: TestClient, office: Office, officer: Actor):
    data = {**TWO_FIELDS, "_key": "one-click"}
    first, second = mine.post("/leads", data=data), mine.post("/leads", data=data)
    assert first.headers["location"] == second.headers["location"]
    assert leads_of(office, officer) == [QINZE]


def test_the_form_claims_when_all_is_there(mine: TestClient):
    data = {
        **TWO_FIELDS,
        "uscc": CODE,
        "scope.division": "37",
        "scope.line": "航空零部件",
        "planned_investment": "3.2亿",
        "planned_investment_currency": "CNY",
        "first_talked_on": "2026-02-27",
        "evidence.0.kind": "investor_letter",
        "evidence.1.kind": "",
    }
    files = {"evidence.0.file": ("来函.pdf", LETTER)}
    made = mine.post("/leads", data=data, files=files)
    page = mine.get(made.headers["location"]).text
    assert "LMT-FT-2026-000001" in page
    assert "待审核" in page
    assert "审核最迟" in page
    lead = mine.get(made.headers["location"].partition("/logged")[0]).text
    proof = re.search(r'href="(/leads/\w+/evidence/\w+)"', lead)[1]
    assert mine.get(proof).content == LETTER


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "请填写企业或项目名称"),
        ({"name": "（——）"}, "名称至少有一个汉字、字母或数字"),
        ({"source": ""}, "请填写来源"),
        ({"source": "rumour"}, "请从列表中选择"),
        ({"planned_investment": "很多"}, "金额应为数字"),
        ({"planned_investment": "-1"}, "计划投资总额须大于 0"),
        ({"planned_investment": "1", "planned_investment_withheld": "true"}, "就不能再选"),
        ({"uscc": CODE[:-1] + "0"}, "校验位不符"),
        ({"first_talked_on": "昨天"}, "首谈时间应为日期"),
        ({"contact_phone": "13800000000"}, "请填写联系人姓名"),
        ({"evidence.0.kind": "investor_letter"}, "请填写证据文件"),
    ],
)
def test_bad_input_is_named_and_what_was_typed_stays(
    mine: TestClient, office: Office, officer: Actor, typed: dict[str, str], message: str
):
    page = mine.post("/leads", data={**TWO_FIELDS, "note": "需 <60> 亩", **typed})
    assert page.status_code == 422
    assert message in page.text
    assert "需 &lt;60&gt; 亩" in page.text
    for name, value in typed.items():
        assert name == "source" or value in page.text
    assert leads_of(office, officer) == []


@pytest.mark.parametrize(
    ("act", "typed", "message"),
    [
        ("progress", {"line": "通"}, "进展至少 2 个字"),
        ("talk", {"happened_on": "2026-03-09", "content": "谈用地"}, "日期不能晚于今天"),
        ("talk", {"happened_on": "2026-03-01", "content": ""}, "请填写洽谈内容"),
        (
            "talk",
            {"happened_on": "2026-03-01", "content": "踏勘", "substantive_kind": "site_survey"},
            "实质进展需要该项",
        ),
        ("pool", {"reason": "短"}, "理由至少 2 个字"),
        ("drop", {"reason": "说明在此"}, "请填写终止原因"),
        ("drop", {"reason_code": "tired", "reason": "说明在此"}, "请从列表中选择"),
        ("delete", {"reason": ""}, "请填写理由"),
        ("move", {"to": "assessing"}, "请选择行业大类"),
        ("assign", {"owner_id": ""}, "请填写责任人"),
        ("edit", {"enterprise_name": "", "line": "产品在此"}, "请填写企业名称或项目名称"),
        ("claim", {"planned_investment": "-1", "scope.line": "产品在此"}, "须大于 0"),
    ],
)
def test_every_form_of_a_lead_says_what_is_wrong_and_keeps_the_rest(
    mine: TestClient, log: Log, act: str, typed: dict[str, str], message: str
):
    lead = log()
    page = mine.post(f"/leads/{lead.id}/{act}", data={**typed, "_version": str(lead.version)})
    assert page.status_code == 422
    assert message in page.text
    for name, value in typed.items():
        assert name in ("owner_id", "reason_code") or value in page.text


@pytest.mark.parametrize(
    "act", ["edit", "claim", "progress", "talk", "assess", "assign", "pool", "drop", "delete"]
)
def test_every_act_has_a_page_of_its_own(mine: TestClient, log: Log, act: str):
    lead = log()
    page = mine.get(f"/leads/{lead.id}/{act}")
    assert page.status_code == 200
    assert f'name="_version" value="{lead.version}"' in page.text


def test_two_who_edit_see_each_other_and_lose_nothing(
    mine: TestClient, office: Office, log: Log, colleague: Actor
):
    lead = log(note="需 60 亩")
    place = f"/leads/{lead.id}/edit"
    version = hidden(mine.get(place).text, "_version")
    with office.open(colleague) as work:
        theirs = EditLead(planned_investment="980000000.00", line="氟聚合物")
        service.edit(work, lead.id, theirs, lead.version)
    data = {
        "_version": version,
        "enterprise_name": QINZE,
        "source": "expo",
        "line": "",
        "planned_investment": "10.2",
        "note": "需 86 亩",
    }
    clash = mine.post(place, data=data)
    assert clash.status_code == 412
    for text in ("li", "980,000,000.00 元", "1,020,000,000.00 元", "氟聚合物", "需 86 亩"):
        assert text in clash.text
    merged = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', clash.text))
    chosen = re.search(r'name="planned_investment" value="([^"]*)" checked', clash.text)[1]
    assert mine.post(place, data={**merged, "planned_investment": chosen}).status_code == 303
    page = mine.get(f"/leads/{lead.id}").text
    for text in ("10.20", "氟聚合物", "需 86 亩"):
        assert text in page


def test_an_edit_that_clears_and_unticks_does_so(mine: TestClient, log: Log):
    lead = log(note="旧备注", planned_investment_withheld=True, unregistered=True)
    data = {
        "_version": str(lead.version),
        "enterprise_name": QINZE,
        "uscc": "",
        "source": "expo",
        "planned_investment": "",
        "note": "",
    }
    assert mine.post(f"/leads/{lead.id}/edit", data=data).status_code == 303
    page = mine.get(f"/leads/{lead.id}").text
    assert "旧备注" not in re.sub(r"(?s)<ol class=\"timeline\">.*</ol>", "", page)
    assert "境外或未注册" not in re.sub(r"(?s)<ol class=\"timeline\">.*</ol>", "", page).replace(
        "勾选“境外/未注册”", ""
    )
    form = mine.get(f"/leads/{lead.id}/edit").text
    assert not re.search(r'name="planned_investment_withheld"[^>]*checked', form)


def test_the_list_keeps_filters_in_its_address_and_says_what_it_counts(mine: TestClient, log: Log):
    log(planned_investment="160000000.00")
    log(name="武汉拓远储能科技有限公司", planned_investment_withheld=True, source="agency")
    page = mine.get("/leads").text
    assert (
        "当前筛选 <b>2</b> 条，计划投资 <b>1.60</b> 亿元（1 条企业暂未提供或未填，不计入）" in page
    )
    narrowed = mine.get("/leads?source=agency&state=open").text
    assert "武汉拓远" in narrowed
    assert QINZE not in narrowed
    assert "来源：委托招商" in narrowed
    assert mine.get("/leads?source=&state=&amount.gte=").status_code == 200


def test_an_unknown_filter_is_refused_on_the_page_too(mine: TestClient):
    assert mine.get("/leads?colour=red").status_code == 400
    assert mine.get("/leads?cursor=nonsense").status_code == 400


def test_a_long_list_goes_on_and_back(mine: TestClient, log: Log):
    for number in range(3):
        log(name=f"第 {number} 家企业有限公司")
    first = mine.get("/leads?limit=2&sort=name").text
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = mine.get(following).text
    assert "第 2 家企业有限公司" in second
    back = re.search(r'rel="prev" href="([^"]+)"', second)[1].replace("&amp;", "&")
    assert "第 0 家企业有限公司" in mine.get(back).text


def test_the_workbench_shows_who_waits_for_a_first_response(mine: TestClient, log: Log):
    lead = log()
    assert 'hx-get="/leads/new-leads"' in mine.get("/").text
    block = mine.get("/leads/new-leads", headers={"HX-Request": "true"}).text
    assert "1 条待首次响应" in block
    assert QINZE in block
    assert "<html" not in block
    mine.post(f"/leads/{lead.id}/progress", data={"line": "已通电话"})
    assert "没有待首次响应的线索" in mine.get("/leads/new-leads").text


def test_a_head_hands_over_what_the_list_shows(
    client: Client, log: Log, officer: Actor, colleague: Actor, head: Actor
):
    log()
    browser = client(head)
    assert "zhou" in browser.get("/leads/hand-over").text
    listed = browser.get(f"/leads/hand-over?owner={officer.id}").text
    assert "移交 1 条线索" in listed
    data = {
        "from_owner_id": officer.id,
        "to_owner_id": colleague.id,
        "lead_ids": re.findall(r'name="lead_ids" value="(\w+)"', listed),
    }
    assert browser.post("/leads/hand-over", data={**data, "to_owner_id": ""}).status_code == 422
    assert browser.post("/leads/hand-over", data=data).status_code == 303
    assert "没有在办线索" in browser.get(f"/leads/hand-over?owner={officer.id}").text
    assert client(officer).get("/leads/hand-over").status_code == 403


def test_a_line_of_progress_is_told_again_as_substantive_progress(mine: TestClient, log: Log):
    lead = log()
    mine.post(f"/leads/{lead.id}/progress", data={"line": "今天陪同踏勘"})
    link = re.search(r'href="(/leads/\w+/talk\?line=\w+)"', mine.get(f"/leads/{lead.id}").text)[1]
    assert "今天陪同踏勘" in mine.get(link).text
    data = {
        "kind": "visit",
        "happened_on": "2026-03-02",
        "content": "今天陪同踏勘",
        "participants": "周岚",
        "substantive_kind": "site_survey",
    }
    files = {"files": ("踏勘.pdf", LETTER)}
    assert mine.post(f"/leads/{lead.id}/talk", data=data, files=files).status_code == 303
    page = mine.get(f"/leads/{lead.id}").text
    assert 'timeline__mark--real" role="img"' in page
    assert "选址踏勘" in page
    assert mine.get(re.search(r'href="(/interactions/\w+/files/\w+)"', page)[1]).content == LETTER


def test_ending_a_claimed_lead_says_that_the_right_goes_too(mine: TestClient, log: Log):
    lead = log(
        uscc=CODE,
        scope={"division": "37"},
        planned_investment="300000000.00",
        first_talked_on="2026-02-27",
        evidence=[{"kind": "investor_letter", "file": Upload("来函.pdf", LETTER)}],
    )
    assert "同时释放" in mine.get(f"/leads/{lead.id}/drop").text
    dropped = mine.post(
        f"/leads/{lead.id}/drop",
        data={"reason_code": "factors_short", "reason": "", "_version": str(lead.version)},
    )
    assert dropped.status_code == 303
    page = mine.get(f"/leads/{lead.id}").text
    assert "已终止：要素不足" in page
    assert "主动释放" in page


def test_a_deleted_lead_comes_back_from_the_bin(mine: TestClient, log: Log):
    lead = log()
    data = {"reason": "登记错误", "_version": str(lead.version)}
    assert mine.post(f"/leads/{lead.id}/delete", data=data).headers["location"] == "/leads/bin"
    assert QINZE in mine.get("/leads/bin").text
    assert mine.get(f"/leads/{lead.id}").status_code == 404
    restored = mine.post(f"/leads/{lead.id}/restore")
    assert mine.get(restored.headers["location"]).status_code == 200


def test_strangers_see_nothing_and_reads_only_readers_find_no_buttons(
    client: Client, office: Office, log: Log, rival: Actor
):
    lead = log()
    for place in ("", "/edit", "/claim", "/talk", "/drop", "/delete"):
        assert client(rival).get(f"/leads/{lead.id}{place}").status_code == 404
    reader = client(person(office, "chen", Role.NEGOTIATOR)).get(f"/leads/{lead.id}")
    assert reader.status_code == 200
    assert "记洽谈" not in reader.text
    assert f"/leads/{lead.id}/drop" not in reader.text
    assert client(person(office, "tan", Role.FINANCE)).get("/leads").status_code == 403
