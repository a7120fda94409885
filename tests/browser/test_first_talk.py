"""From two fields to 公示: logged in seconds, claimed, queued behind, decided."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Request, expect

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


def complete(visitor: Visitor, letter: Path, kind: str = "investor_letter") -> None:
    """Everything that a claim needs, into the card below the receipt."""
    visitor.fill(scope__line="航空零部件", first_talked_on="2026-02-27")
    visitor.page.locator('[name="scope.division"]').select_option("37")
    visitor.fill(planned_investment="3.2亿")
    visitor.page.locator('[name="evidence.0.kind"]').select_option(kind)
    visitor.attach("evidence.0.file", letter)
    visitor.press("提交首谈申请")


class Hands:
    """What one does with keys and pointer, counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.page, self.count = visitor.page, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def click(self, place: Locator) -> None:
        place.click()
        self.count += 1


def served(request: Request | None) -> float:
    """Milliseconds that the server took for a request and those that led to it."""
    if request is None:
        return 0
    timing = request.timing
    return timing["responseStart"] - timing["requestStart"] + served(request.redirected_from)


def test_two_fields_are_logged_within_twenty_seconds(
    visit: Visit, width: int, capsys: pytest.CaptureFixture[str]
):
    zhou = visit("zhou")
    hands = Hands(zhou)
    if width > 760:
        hands.press("n")
    else:
        hands.click(zhou.page.get_by_role("link", name="记一条", exact=True))
    expect(zhou.page.locator('[name="name"]')).to_be_focused()
    hands.type(NAME)
    expect(zhou.page.locator("[data-hint]")).to_contain_text("没有相近的名称")
    hands.click(zhou.page.locator("label.segmented__item", has_text="展会"))
    zhou.picture("entry")
    with zhou.page.expect_response(lambda answer: "/logged" in answer.url) as answer:
        hands.press("Enter")
    expect(zhou.heading("已登记，登记回执已出")).to_be_visible()
    zhou.picture("receipt")
    took = served(answer.value.request)
    told = f"\n两栏登记，{width} px：{hands.count} 次按键或点击，服务器 {took:.0f} 毫秒"
    with capsys.disabled():
        print(told)  # noqa: T201 - the figure itself is wanted
    assert hands.count <= 20
    assert hands.count * 0.6 + took / 1000 <= 20, "0.6 秒一次按键"


def test_a_form_with_mistakes_names_them_and_keeps_the_rest(visit: Visit):
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
    zhou.says("已恢复")
    zhou.press("不要草稿")
    expect(zhou.page.locator('[name="note"]')).to_have_value("")


def test_a_lead_becomes_a_claim_and_is_published(visit: Visit, letter: Path, clock: FrozenClock):
    zhou = visit("zhou")
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
