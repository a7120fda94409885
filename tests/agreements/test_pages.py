"""协议与分享 on pages: drafted in the editor, confirmed by both, approved by two coordinators."""

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.agreements import scenarios, service, sheets
from app.agreements.bench_schemas import SaveScenario
from app.agreements.filling import typed
from app.kit.work import Actor, Office, Role
from tests.agreements import support
from tests.builders import person

# What differs between the databases lies below the pages.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

Client = Callable[..., TestClient]
NUMBER = "泸市府函2026年第8号"
FILE = {"file": ("批复.pdf", b"%PDF-1.4", "application/pdf")}


def cards(office: Office, actor: Actor, id: str) -> dict[str, object]:
    """A draft as its editor shows it, without the invented receipts of the bench."""
    with office.open(actor, reads=True) as work:
        values = typed(sheets.of_version(work, id, 1))
    return {name: value for name, value in values.items() if not name.startswith("facts")}


def row_version(page: str) -> str:
    return re.findall(r'name="_version" value="(\d+)"', page)[0]


def test_an_agreement_from_the_editor_into_force(
    client: Client,
    office: Office,
    ours: Actor,
    theirs: Actor,
    first: Actor,
    second: Actor,
):
    form = cards(office, ours, support.drafted(office, ours).id) | {"title": "新协议"}
    for source in ("agreement", "n"):
        form.pop(source)
    drafter, other = client(ours), client(theirs)
    made = drafter.post("/agreements", data=form)
    assert made.status_code == 303
    path = made.headers["location"]
    assert "提交各方确认" in drafter.get(path).text
    assert drafter.post(f"{path}/versions/1/offer").status_code == 303
    for browser in (drafter, other):
        page = browser.get(path).text
        digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', page)[0]
        done = browser.post(f"{path}/versions/1/confirm", data={"digest": digest})
        assert done.status_code == 303
    page = other.get(path).text
    assert "各方已确认" in page
    review = {"kind": "review", "reference": "公审1号", "dated_on": "2026-03-01"}
    kept = other.post(
        f"{path}/versions/1/records", data=review | {"_version": row_version(page)}, files=FILE
    )
    assert kept.status_code == 303
    entry, check = client(first), client(second)
    entered = entry.post(
        f"{path}/versions/1/approval",
        data={
            "number": NUMBER,
            "approved_on": "2026-03-01",
            "_version": row_version(entry.get(path).text),
        },
        files=FILE,
    )
    assert entered.status_code == 303
    assert "复核无误" not in entry.get(path).text
    confirmed = check.post(
        f"{path}/versions/1/approval/confirm",
        data={"number": NUMBER, "_version": row_version(check.get(path).text)},
    )
    assert confirmed.status_code == 303
    listed = drafter.get("/agreements").text
    assert NUMBER in listed
    assert "生效" in listed
    assert other.get(f"{path}/versions/1/approval/file").content == b"%PDF-1.4"


def test_another_digest_keeps_the_page_and_says_why(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    path = f"/agreements/{version.agreement_id}"
    page = client(theirs).post(f"{path}/versions/1/confirm", data={"digest": "0" * 64})
    assert page.status_code == 422
    assert "请重新打开后核对" in page.text


def test_an_incomplete_editor_keeps_what_was_typed(client: Client, office: Office, ours: Actor):
    made = support.drafted(office, ours)
    form = cards(office, ours, made.id) | {"title": "", "split.0.weights.0": "六"}
    page = client(ours).post(f"/agreements/{made.id}/versions/1/edit", data=form)
    assert page.status_code == 422
    assert 'value="六"' in page.text
    assert "不是比例" in page.text


def test_a_missing_title_is_asked_for(client: Client, office: Office, ours: Actor):
    made = support.drafted(office, ours)
    form = cards(office, ours, made.id) | {"title": ""}
    page = client(ours).post(f"/agreements/{made.id}/versions/1/edit", data=form)
    assert page.status_code == 422
    assert "请填写协议名称" in page.text


def test_saving_over_a_newer_draft_is_refused(client: Client, office: Office, ours: Actor):
    made = support.drafted(office, ours)
    path = f"/agreements/{made.id}/versions/1/edit"
    browser = client(ours)
    form = cards(office, ours, made.id) | {"_version": row_version(browser.get(path).text)}
    assert browser.post(path, data=form | {"note": "甲"}).status_code == 303
    late = browser.post(path, data=form | {"note": "乙"})
    assert late.status_code == 412
    assert 'value="乙"' in late.text


def test_the_editor_of_an_offered_version_is_closed(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    page = client(ours).get(f"/agreements/{version.agreement_id}/versions/1/edit")
    assert page.status_code == 409
    assert "已定稿" in page.text


def test_offering_with_open_readings_names_them_on_the_page(
    client: Client, office: Office, ours: Actor
):
    made = support.drafted(office, ours, scheme=support.scheme(negative=None))
    browser = client(ours)
    assert "提交各方确认前还要选定 1 项：负数年度" in browser.get(f"/agreements/{made.id}").text
    page = browser.post(f"/agreements/{made.id}/versions/1/offer")
    assert page.status_code == 422
    assert "收入为负的年度，结转还是当年分担" in page.text


def test_the_text_and_every_reading_stand_on_the_page(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    page = html.unescape(client(ours).get(f"/agreements/{version.agreement_id}").text)
    assert all(each.text in page for each in version.sentences)
    assert all(choice.answer in page for choice in version.choices)


def test_the_print_has_the_sealed_text_with_days_and_amounts_in_words(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    floor = {"party": support.OUT, "per_year": "5000000.00", "payer": support.IN, "source": "share"}
    version = support.offered(office, ours, scheme=support.scheme(guarantee=[floor]))
    support.confirm(office, theirs, version)
    paper = client(ours).get(f"/agreements/{version.agreement_id}/versions/1/print").text
    text = html.unescape(paper)
    assert all(line.partition(". ")[2] in text for line in version.text.splitlines())
    for said in (
        "2028 年 1 月 1 日至 2037 年 12 月 31 日",
        "2033 年 1 月 1 日",
        "伍佰万元整",
        version.digest,
        "theirs",
        "尚未批准",
        "收入分享比例（演示）",
    ):
        assert said in text
    assert "<nav" not in paper


def test_the_print_of_a_draft_says_that_it_is_one(client: Client, office: Office, ours: Actor):
    made = support.drafted(office, ours)
    paper = client(ours).get(f"/agreements/{made.id}/versions/1/print").text
    assert "草稿，未定稿，没有摘要，不作依据" in paper


def test_versions_are_compared_in_words(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    support.amend(office, ours, version.agreement_id)
    changed = support.command(scheme=support.scheme(negative="share"))
    with office.open(ours) as work:
        service.edit(work, version.agreement_id, 2, changed)
    browser = client(ours)
    assert (
        f"/agreements/{version.agreement_id}/diff?a=1&amp;b=2"
        in browser.get(f"/agreements/{version.agreement_id}").text
    )
    page = browser.get(f"/agreements/{version.agreement_id}/diff?a=1&b=2").text
    assert "1 条不同" in page
    assert "由各方按当年约定分担" in page
    assert "保存一个情景" in page


def test_a_difference_shows_the_money_on_the_districts_own_forecast(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    support.amend(office, ours, version.agreement_id)
    half = [{"years": [1, None], "weights": {support.OUT: "1", support.IN: "1"}}]
    with office.open(ours) as work:
        changed = support.command(scheme=support.scheme(split=half))
        service.edit(work, version.agreement_id, 2, changed)
        newer = service.offer(work, version.agreement_id, 2)
        facts = {"annual": {"2028": "1000000.00", "2029": "1000000.00"}}
        kept = SaveScenario(name="企业预测", scheme=support.scheme(), facts=facts)
        scenarios.save(work, kept.model_copy(update={"agreement": newer.agreement_id}))
    path = f"/agreements/{version.agreement_id}/diff?a=1&b=2"
    page = client(ours).get(path).text.split("按情景“企业预测”，")[1]
    table, _, clauses = page.partition("</table>")
    figures = re.findall(r"[−+]?[0-9,]+\.[0-9]{2}", table)
    assert figures == ["120.00", "100.00", "−20.00", "80.00", "100.00", "+20.00"]
    assert "加起来等于全部" in clauses
    assert "企业预测" not in client(theirs).get(path).text


def test_the_other_party_sees_no_button_that_would_be_refused(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    page = client(theirs).get(f"/agreements/{version.agreement_id}").text
    assert "确认这个版本" in page
    assert "不同意" in page
    assert "起草新版本" not in page
    assert "编辑草稿" not in page


def test_a_filter_of_the_list_can_be_dropped(client: Client, office: Office, ours: Actor):
    support.drafted(office, ours)
    browser = client(ours)
    assert "封测基地利益分享" in browser.get("/agreements?state=draft").text
    other = browser.get("/agreements?state=in_force").text
    assert "没有符合条件的协议" in other
    assert "封测基地利益分享" in browser.get("/agreements?q=封测").text


@pytest.mark.parametrize("path", ["/agreements", "/agreements/new", "/bench"])
def test_who_has_no_part_in_agreements_is_refused(client: Client, office: Office, path: str):
    officer = client(person(office, "officer", Role.OFFICER))
    assert officer.get(path).status_code == 403


def test_the_menu_leads_negotiators_and_coordinators_here(
    client: Client, office: Office, ours: Actor, first: Actor
):
    assert all("协议与分享" in client(actor).get("/agreements").text for actor in (ours, first))
    assert "协议与分享" not in client(person(office, "officer", Role.OFFICER)).get("/").text


def test_the_block_of_the_workbench_works_alone_too(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    browser = client(theirs)
    alone = browser.get("/agreements/blocks/waiting").text
    loaded = browser.get("/agreements/blocks/waiting", headers={"HX-Request": "true"}).text
    for text in (alone, loaded):
        assert f'href="/agreements/{version.agreement_id}"' in text
    assert ("<h1" in alone, "<h1" in loaded) == (True, False)
    assert "/agreements/blocks/waiting" in browser.get("/").text
