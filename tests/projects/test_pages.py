"""The pages of projects as people use them, without JavaScript."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from app.leads.stages import Stage
from app.projects import service
from app.projects.commands import EditProject
from app.projects.schemas import ProjectView
from tests.builders import CITY, JIANGYANG, FrozenClock, person
from tests.projects import support

Client = Callable[..., TestClient]


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def version_in(page: str) -> str:
    return re.findall(r'name="_version" value="(\d+)"', page)[0]


def post(browser: TestClient, path: str, form: str = "", **data: Any) -> Any:
    """Open the form of an act and send it back with these fields."""
    opened = browser.get(form or path).text
    return browser.post(path, data={"_version": version_in(opened)} | data)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/edit",
        "/gates/signed",
        "/move?to=pre_signing",
        "/status?to=on_hold",
        "/status?to=dropped",
        "/status?to=transferred",
        "/progress",
        "/talk",
        "/identifiers",
        "/commitments",
        "/needs",
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_page_of_a_project_opens(office: Office, client: Client, head: Actor, path: str):
    project = support.opened(office, head)
    answer = client(head).get(f"/projects/{project.id}{path}")
    assert answer.status_code == 200
    assert project.name in answer.text


@pytest.mark.parametrize(
    "path", ["", "/shared", "/new?entry=candidate", "/new?entry=back_entry", "?status=active&q=x"]
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_lists_and_entry_forms_open(office: Office, client: Client, head: Actor, path: str):
    support.opened(office, head)
    assert client(head).get(f"/projects{path}").status_code == 200


def test_a_lead_becomes_a_project_by_its_button(office: Office, client: Client, head: Actor):
    lead_id = support.lead_at_gate(office, head)
    browser = client(head)
    assert f"/leads/{lead_id}/open-project" in browser.get(f"/leads/{lead_id}").text
    answer = post(browser, f"/leads/{lead_id}/open-project", name="酒类包装基地")
    assert answer.status_code == 303
    project = text_of(browser.get(answer.headers["location"]).text)
    assert "酒类包装基地" in project
    assert "签约门槛" in project
    assert "已转为项目" in text_of(browser.get(f"/leads/{lead_id}").text)


def test_the_open_form_of_an_unfinished_lead_says_what_is_missing(
    office: Office, client: Client, head: Actor
):
    from app.leads import service as leads
    from app.leads.schemas import LogLead

    with office.open(head) as work:
        lead = leads.log_lead(work, LogLead(name="丁公司", source="expo"))
    page = text_of(client(head).get(f"/leads/{lead.id}/open-project").text)
    assert "请选择行业大类" in page
    assert "请至少登记一次有日期的洽谈" in page


def rules_unmet(office: Office, head: Actor, project: ProjectView) -> list[str]:
    with office.open(head, reads=True) as work:
        return [item.message for item in service.gate(work, project.id, Stage.SIGNED).unmet]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"track": "construction", "park": support.PARK},
        {"categories": ["policy", "land"], "host_district": JIANGYANG},
    ],
)
def test_checklist_button_and_api_speak_of_one_gate(
    office: Office, client: Client, head: Actor, changes: dict[str, Any]
):
    project = support.opened(office, head)
    with office.open(head) as work:
        project = service.edit(work, project.id, EditProject(**changes), None)
    wanted, browser = rules_unmet(office, head, project), client(head)
    detail = browser.get(f"/projects/{project.id}").text
    assert f"还缺 {len(wanted)} 项" in detail
    assert all(message in detail for message in wanted)
    assert f"/projects/{project.id}/move?to=signed" not in detail
    shown = browser.get(f"/api/v1/projects/{project.id}/gates/signed").json()
    assert [item["message"] for item in shown["unmet"]] == wanted
    refused = post(
        browser,
        f"/projects/{project.id}/move",
        f"/projects/{project.id}/move?to=signed",
        to="signed",
    )
    assert refused.status_code == 422
    assert all(message in refused.text for message in wanted)


def test_nothing_missing_makes_the_button_appear_for_who_may_move(
    office: Office, client: Client, head: Actor
):
    project = support.ready_to_sign(office, head)
    button = f"/projects/{project.id}/move?to=signed"
    assert button in client(head).get(f"/projects/{project.id}").text
    officer = client(person(office, "officer", Role.OFFICER))
    page = officer.get(f"/projects/{project.id}").text
    assert button not in page
    assert "由单位负责人推进到签约" in page


def test_the_checklist_names_who_can_mend_it(office: Office, client: Client, head: Actor):
    person(office, "negotiator", Role.NEGOTIATOR)
    project = support.opened(office, head)
    with office.open(head) as work:
        service.edit(work, project.id, EditProject(host_district=JIANGYANG), None)
    page = text_of(client(head).get(f"/projects/{project.id}").text)
    assert "分享协议须经各方确认 可办：negotiator" in page


def test_the_gate_form_asks_only_for_what_is_missing_then_passes(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    browser, path = client(head), f"/projects/{project.id}/gates/signed"
    form = browser.get(path).text
    assert 'name="agreement.file"' in form
    assert 'name="capital_origin"' not in form
    some = {"track": "construction", "fixed_asset_investment": "2", "park": support.PARK}
    answer = post(browser, path, **some)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    rest = browser.get(path).text
    assert 'name="track"' not in rest
    answer = browser.post(
        path,
        data={
            "_version": version_in(rest),
            "filing_amount_withheld": "true",
            "park": support.PARK,
            "park_fit": "encouraged",
            "land": "leased",
            "no_factor_needs": "true",
            "agreement.kind": "investment",
            "agreement.signed_on": "2026-03-02",
        },
        files={"agreement.file": ("协议.pdf", b"%PDF-1.7 x", "application/pdf")},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/projects/{project.id}")
    with office.open(head, reads=True) as work:
        assert service.whole_project(work, project.id).stage is Stage.SIGNED
    assert browser.get(f"/projects/{project.id}/contract").content == b"%PDF-1.7 x"


def test_a_wrong_field_of_the_gate_form_keeps_what_was_typed(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    answer = post(
        client(head),
        f"/projects/{project.id}/gates/signed",
        fixed_asset_investment="两个亿",
        park_fit_reason="园区已有配套企业",
    )
    assert answer.status_code == 422
    assert "金额应为数字" in answer.text
    assert 'value="两个亿"' in answer.text
    assert 'value="园区已有配套企业"' in answer.text


@pytest.mark.parametrize(
    ("path", "form", "data", "message", "kept"),
    [
        ("/edit", "", {"name": "", "content": "六条线"}, "请填写项目名称", "六条线"),
        ("/edit", "", {"name": "甲", "land_mu": "八十"}, "应为数字", "八十"),
        ("/status", "?to=on_hold", {"status": "on_hold", "reason": "等环评"}, "复核日期", "等环评"),
        ("/status", "?to=dropped", {"status": "dropped", "reason": "谈不成"}, "终止原因", "谈不成"),
        ("/move", "?to=pre_signing", {"to": "lead", "reason": "看错了"}, "不能从", "看错了"),
        ("/progress", "", {"line": "好"}, "至少 2 个字", "好"),
        ("/talk", "", {"happened_on": "2026-04-01", "content": "明天再谈"}, "不能晚于", "明天再谈"),
        ("/identifiers", "", {"value": "LZ-1", "name": "上报名"}, "请填写编号种类", "LZ-1"),
        (
            "/commitments",
            "",
            {"indicator": "tax", "year": "2028", "promised": "很多"},
            "金额应为数字",
            "很多",
        ),
        ("/needs", "", {"amount": "86 亩"}, "请填写要素", "86 亩"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_wrong_form_comes_back_with_what_was_typed(
    office: Office,
    client: Client,
    head: Actor,
    path: str,
    form: str,
    data: dict[str, str],
    message: str,
    kept: str,
):
    project = support.opened(office, head)
    here = f"/projects/{project.id}{path}"
    answer = post(client(head), here, here + form, **data)
    assert answer.status_code in (409, 422)
    assert message in html.unescape(answer.text)
    assert kept in answer.text


def test_an_edit_of_an_older_version_says_so_and_keeps_the_text(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    browser, path = client(head), f"/projects/{project.id}/edit"
    old = version_in(browser.get(path).text)
    with office.open(head) as work:
        service.edit(work, project.id, EditProject(line="别人改的"), None)
    answer = browser.post(path, data={"_version": old, "name": project.name, "line": "我改的"})
    assert answer.status_code == 412
    assert "刚被他人修改" in answer.text
    assert "我改的" in answer.text


def test_the_edit_form_saves_what_it_shows(office: Office, client: Client, head: Actor):
    project = support.ready_to_sign(office, head, categories=["land"], land_mu="86.5")
    browser, path = client(head), f"/projects/{project.id}/edit"
    page = browser.get(path).text
    fields = dict(
        re.findall(r'<input class="input" name="([^"]+)" type="\w+" value="([^"]*)"', page)
    )
    assert (fields["land_mu"], fields["fixed_asset_investment"]) == ("86.5", "2亿")
    answer = browser.post(
        path, data=fields | {"_version": version_in(page), "categories": ["", "land", "policy"]}
    )
    assert answer.status_code == 303
    with office.open(head, reads=True) as work:
        saved = service.whole_project(work, project.id)
    assert [one.code for one in saved.categories] == ["land", "policy"]
    assert saved.fixed_asset_investment == project.fixed_asset_investment
    assert saved.agreement.signed_on == project.agreement.signed_on


def test_an_old_project_comes_in_by_form_or_says_what_is_missing(client: Client, head: Actor):
    browser = client(head)
    data = {
        "entry": "back_entry",
        "stage": "negotiating",
        "name": "乙酒业包材项目",
        "enterprise_name": "乙酒业有限公司",
        "unregistered": "true",
        "source": "referral",
        "division": "15",
        "planned_investment": "5亿",
        "capital_origin": "domestic",
        "assessment.conclusion": "proceed",
        "assessment.reason": "原已研判",
    }
    refused = browser.post("/projects/new", data=data)
    assert refused.status_code == 422
    assert "请至少登记一次有日期的洽谈" in refused.text
    assert "乙酒业包材项目" in refused.text
    talk = {
        "talk.happened_on": "2026-01-05",
        "talk.participants": "李四",
        "talk.content": "原有洽谈",
    }
    assert browser.post("/projects/new", data=data | talk).status_code == 303


def test_progress_is_typed_on_the_page_of_the_project(office: Office, client: Client, head: Actor):
    project = support.opened(office, head)
    browser = client(head)
    assert (
        browser.post(f"/projects/{project.id}/progress", data={"line": "企业下周来访"}).status_code
        == 303
    )
    assert "企业下周来访" in browser.get(f"/projects/{project.id}").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_line_of_progress_is_told_in_full_from_the_page_of_the_project(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    browser, here = client(head), f"/projects/{project.id}"
    browser.post(f"{here}/progress", data={"line": "企业来看了地"})
    address = re.search(rf'{here}/talk\?line=[^"]+', browser.get(here).text)[0]
    form = browser.get(address).text
    assert ("改为实质进展" in form, "企业来看了地" in form) == (True, True)
    told = {"kind": "visit", "happened_on": "2026-03-02", "content": "企业看了两块地"}
    people = {"participants": "李主任", "counterparts": "企业董事长"}
    refused = browser.post(address, data=told | people)
    assert ("请选择实质进展的种类" in refused.text, "企业董事长" in refused.text) == (True, True)
    proof = {"files": ("踏勘.pdf", b"%PDF-1.7 visit")}
    data = told | people | {"substantive_kind": "site_survey"}
    assert browser.post(address, data=data, files=proof).headers["location"] == here
    shown = browser.get(here).text
    assert ("企业看了两块地" in shown, "企业来看了地" in shown) == (True, False)


def test_a_stranger_finds_no_project_and_a_party_its_masked_page(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    rival = client(person(office, "rival", Role.OFFICER, district=JIANGYANG))
    assert rival.get(f"/projects/{project.id}").status_code == 404
    with office.open(head) as work:
        service.edit(work, project.id, EditProject(host_district=JIANGYANG), None)
    page = rival.get(f"/projects/{project.id}")
    assert page.status_code == 200
    assert "在谈" in page.text
    assert not [
        word
        for word in (project.name, support.JIA, "谈了用地", "首谈")
        if word in main_of(page.text)
    ]
    assert rival.get(f"/projects/{project.id}/edit").status_code == 404


def main_of(page: str) -> str:
    return page.partition('<main class="page"')[2].partition("</main>")[0]


def test_the_city_reads_without_acting(office: Office, client: Client, head: Actor):
    project = support.opened(office, head)
    browser = client(person(office, "coordinator", Role.COORDINATOR, district=CITY))
    page = browser.get(f"/projects/{project.id}").text
    assert project.name in page
    assert f"/projects/{project.id}/edit" not in page
    assert project.name in browser.get("/projects").text


def test_the_totals_say_what_they_leave_out(office: Office, client: Client, head: Actor):
    support.opened(office, head)
    with office.open(head) as work:
        service.create(work, support.candidate())
    page = text_of(client(head).get("/projects").text)
    assert "当前筛选 2 个，计划投资 3.00 亿元（1 个企业暂未提供或未填，不计入）" in page


def test_the_workbench_asks_for_progress_every_fortnight(
    office: Office, clock: FrozenClock, client: Client, head: Actor
):
    project = support.opened(office, head)
    path = f"/projects/{project.id}"
    clock.tick(days=6)
    assert path not in client(head).get("/projects/quiet").text
    clock.tick(days=9)
    assert "超期 1 天" in text_of(client(head).get("/projects/quiet").text)
    client(head).post(f"{path}/progress", data={"line": "企业确认来访日期"})
    assert path not in client(head).get("/projects/quiet").text


def test_the_checklist_leads_a_negotiator_to_the_agreement(
    office: Office, client: Client, head: Actor
):
    project = support.opened(office, head)
    with office.open(head) as work:
        service.edit(work, project.id, EditProject(host_district=JIANGYANG), None)
    link = f"/agreements/new?project={project.id}"
    negotiator = client(person(office, "negotiator", Role.NEGOTIATOR))
    assert link in negotiator.get(f"/projects/{project.id}").text
    assert negotiator.get(link).status_code == 200
    assert link not in client(head).get(f"/projects/{project.id}").text


def test_an_old_project_has_its_fortnight_from_its_entry(
    client: Client, office: Office, head: Actor
):
    with office.open(head) as work:
        service.create(work, support.old())
    assert "没有到期的在谈项目" in client(head).get("/projects/quiet").text
