"""From two fields to 公示: logged in seconds, claimed, queued behind, decided."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.builders import FrozenClock

NAME, CODE = "西安秦泽航空零部件有限公司", "91610131MA6TX8AB35"
Visit = Callable[..., Visitor]


def log(visitor: Visitor, name: str) -> None:
    """Two fields, from the form's own page."""
    visitor.open("/leads/new")
    visitor.fill(name=name)
    visitor.choose("source", "展会")
    visitor.press("保存，出回执")


def complete(visitor: Visitor, letter: Path) -> None:
    """Everything that a claim needs, into the card below the receipt."""
    visitor.fill(scope__line="航空零部件", first_talked_on="2026-02-27")
    visitor.page.locator('[name="scope.division"]').select_option("37")
    visitor.fill(planned_investment="3.2亿")
    visitor.page.locator('[name="evidence.0.kind"]').select_option("investor_letter")
    visitor.attach("evidence.0.file", letter)
    visitor.press("提交首谈申请")


def test_two_fields_are_logged_in_a_few_keys(
    visit: Visit, width: int, capsys: pytest.CaptureFixture[str]
):
    zhou = visit("zhou")
    keys = zhou.page.keyboard
    if width > 760:
        keys.press("n")
    else:
        zhou.page.get_by_role("link", name="记一条", exact=True).click()
    box = zhou.page.locator('[name="name"]')
    expect(box).to_be_focused()
    keys.type(NAME)
    expect(zhou.page.locator("[data-hint]")).to_contain_text("没有相近的名称")
    zhou.choose("source", "展会")
    zhou.picture("entry")
    box.focus()
    with zhou.page.expect_response(lambda answer: "/logged" in answer.url) as saved:
        keys.press("Enter")
    expect(zhou.heading("已登记，登记回执已出")).to_be_visible()
    zhou.picture("receipt")
    served = sum(
        one.timing["responseEnd"] - one.timing["requestStart"]
        for one in (saved.value.request, saved.value.request.redirected_from)
        if one is not None
    )
    acts = 1 + len(NAME) + 1 + 1  # open, the name, the source, Enter
    with capsys.disabled():
        print(f"\n两栏登记（{width} px）：{acts} 次按键或点击，服务器 {served:.0f} 毫秒")
    assert acts <= len(NAME) + 3
    assert acts * 0.5 + served / 1000 <= 20


def test_a_lead_becomes_a_claim_and_is_published(visit: Visit, letter: Path, clock: FrozenClock):
    zhou = visit("zhou")
    log(zhou, "")
    zhou.wrong("name", "请填写企业或项目名称")
    zhou.unfold("更多")
    with zhou.keeping(note="对方要 60 亩"):
        zhou.fill(planned_investment="很多")
        zhou.press("保存，出回执")
    zhou.wrong("planned_investment", "金额应为数字")
    zhou.picture("entry-errors")

    zhou.open("/leads/new")
    zhou.press("不要草稿")
    log(zhou, NAME)
    zhou.says("LMT-LD-2026-000001")
    zhou.says("台账第 1 号")
    zhou.says("还没有暂保护，缺 5 项")
    zhou.follow("打印凭证")
    zhou.says("本凭证仅供协作机制内部证明")
    zhou.picture("receipt-print")
    zhou.page.go_back()

    with zhou.keeping(scope__line="航空零部件"):
        zhou.fill(uscc=CODE[:-1] + "0")
        zhou.press("提交首谈申请")
    zhou.wrong("uscc", "校验位不符")
    zhou.picture("claim-errors")
    zhou.fill(uscc=CODE)
    complete(zhou, letter)
    zhou.says("LMT-FT-2026-000001")
    zhou.says("暂保护中，审核最迟 2026-03-05")
    zhou.picture("claimed")

    clock.tick(minutes=5)
    wang = visit("wang")
    log(wang, NAME)
    complete(wang, letter)
    wang.says("排在 龙马潭区 之后")
    wang.picture("queued")

    lian = visit("lian")
    lian.page.get_by_role("link", name=NAME).first.click()
    lian.choose("agree", "不予登记")
    with lian.keeping(reason="回访企业，未曾洽谈"):
        lian.press("提交结论")
    lian.wrong("reason_code", "不予登记须选择事由")
    lian.picture("decide-errors")
    lian.fill(reason="")
    lian.choose("agree", "同意，进入公示")
    lian.press("提交结论")
    lian.says("公示截止")
    lian.picture("notice")
    lian.open("/first-talk")
    lian.picture("register")
    zhou.open("/")
    zhou.says("待首次响应")
    zhou.picture("workbench")
    zhou.open("/leads")
    zhou.picture("leads")
    zhou.follow(NAME)
    zhou.says("无异议即受保护")
    zhou.picture("lead")
