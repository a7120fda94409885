"""From a what-if to an agreement in force: 测算台, draft, both parties, two coordinators."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.kit.work import Office, Role
from tests.browser.visitor import Visitor
from tests.builders import LONGMATAN, NAXI, person
from tests.projects.support import opened

Visit = Callable[..., Visitor]
NUMBER, ANOTHER = "泸市府函2026年第8号", "泸市府函2026年第9号"


@pytest.fixture
def project(office: Office) -> str:
    """The name of a project in talks that the parties share."""
    return opened(office, person(office, "head", Role.UNIT_HEAD)).name


def card(visitor: Visitor, key: str) -> None:
    """Unfold the card of a clause."""
    visitor.page.locator(f"details#f-{key} > summary").click()
    visitor.look()


def weigh(visitor: Visitor, out: str, into: str) -> None:
    """The ratio of the first years."""
    visitor.fill(split__0__weights__0=out, split__0__weights__1=into)


def tried(visitor: Visitor) -> None:
    """Try a template with the two districts."""
    visitor.open("/bench?template=E1")
    card(visitor, "parties")
    for row, district in enumerate((LONGMATAN, NAXI)):
        visitor.page.locator(f'[name="parties.{row}.district"]').select_option(district)
        visitor.page.locator(f'[name="parties.{row}.name"]').fill("")
    visitor.press("试算")
    visitor.says("各方合计")


def total(visitor: Visitor) -> str:
    """What the first party takes in all."""
    return visitor.page.locator("main table").first.locator("tbody td").first.inner_text()


def test_a_calculation_has_an_address_and_a_working(visit: Visit):
    tan = visit("tan")
    tan.open("/bench")
    tan.picture("bench-empty")
    tan.follow("阜新（2009）")
    tan.says("各方合计")
    card(tan, "split")
    weigh(tan, "六", "4")
    tan.press("试算")
    tan.says("不是比例")
    expect(tan.page.locator('[name="split.0.weights.0"]')).to_have_value("六")
    tan.picture("bench-errors")
    weigh(tan, "6", "4")
    tan.press("试算")
    tan.page.get_by_role("button", name="120.00", exact=True).first.click()
    tan.says("这个数怎么来的")
    tan.says("1,200,000.00 元")
    tan.picture("bench-working")
    assert "split.0.weights.0=6" in tan.page.url

    colleague = visit("tan")
    colleague.open(tan.page.url)
    colleague.says("这个数怎么来的")
    assert total(colleague) == total(tan)
    card(colleague, "split")
    weigh(colleague, "5", "5")
    colleague.press("试算")
    expect(colleague.page.get_by_role("button", name="120.00", exact=True)).to_have_count(0)
    assert total(colleague) != total(tan)


def drafted(tan: Visitor, project: str) -> str:
    """The what-if as a draft, all ten readings settled, offered; its address."""
    tried(tan)
    tan.press("据此起草协议")
    tan.fill(title="")
    tan.press("保存草稿")
    tan.wrong("title", "请填写协议名称")
    tan.picture("editor-errors")
    tan.fill(title="封测基地利益分享")
    tan.page.locator('[name="kind"]').select_option("enclave")
    tan.page.locator('[name="project"]').select_option(project)
    card(tan, "base")
    tan.page.locator('[name="base.taxes"]').first.check()
    for name, value in (
        ("base.level", "district"),
        ("base.kinds", "none"),
        ("base.vat_credit_refund", "booked"),
    ):
        tan.page.locator(f'[name="{name}"]').select_option(value)
    tan.press("保存草稿")
    tan.says("提交各方确认前还要选定 1 项：负数年度")
    tan.picture("draft")
    tan.press("提交各方确认")
    tan.says("收入为负的年度，结转还是当年分担")
    tan.follow("编辑草稿")
    card(tan, "negative")
    tan.page.locator('[name="negative"]').select_option("carry")
    tan.press("保存草稿")
    tan.press("提交各方确认")
    tan.says("“龙马潭区”、“纳溪区”")
    tan.says("待本方谈判人员确认")
    return tan.page.url


def review_recorded(hao: Visitor, letter: Path) -> None:
    """The conclusion without which no approval is entered."""
    hao.unfold("补充记录")
    hao.page.locator('[name="kind"]').select_option("review")
    hao.fill(reference="公平竞争审查1号", dated_on="2026-03-01")
    hao.attach("file", letter)
    hao.press_in_dialog("录入")
    hao.says("公平竞争审查1号")
    hao.picture("review-recorded")


def test_an_agreement_comes_into_force(visit: Visit, project: str, letter: Path):
    tan, hao, lian, heng = (visit(login) for login in ("tan", "hao", "lian", "heng"))
    address = drafted(tan, project)
    tan.picture("offered")
    digest = tan.page.locator(".digest").first.inner_text()
    tan.press("确认这个版本")
    tan.says("本区已确认")
    hao.open(address)
    assert hao.page.locator(".digest").first.inner_text() == digest
    hao.unfold("不同意")
    hao.press_in_dialog("不同意")
    hao.wrong("reason", "请填写理由")
    hao.picture("refusal-errors")
    hao.page.get_by_role("button", name="取消").click()
    hao.press("确认这个版本")
    hao.says("各方已确认")
    tan.open(address)
    tan.says("由市级统筹录入批准文号")
    tan.says("阻止报批")

    lian.open(address)
    lian.fill(number=NUMBER, approved_on="2026-03-01")
    lian.attach("file", letter)
    lian.press("录入，交另一位复核")
    lian.says("合规规则不允许报批")
    lian.picture("approval-blocked")
    review_recorded(hao, letter)
    lian.open(address)
    lian.press("录入，交另一位复核")
    lian.wrong("number", "请填写批准文号")
    lian.picture("approval-errors")
    lian.fill(number=NUMBER, approved_on="2026-03-01")
    lian.attach("file", letter)
    lian.press("录入，交另一位复核")
    lian.says("由另一位市级统筹复核后生效")
    heng.open(address)
    with heng.keeping(number=ANOTHER):
        heng.press("复核无误，协议生效")
    heng.picture("check-errors")
    heng.fill(number=NUMBER)
    heng.press("复核无误，协议生效")
    heng.says("生效")
    tan.open("/agreements")
    tan.says(NUMBER)
    tan.picture("agreements")
    tan.follow("封测基地利益分享")
    tan.picture("in-force")
