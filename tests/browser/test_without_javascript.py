"""A browser that runs no script: links and forms alone lead everywhere."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.visitor import Visitor

NAME, CODE = "西安秦泽航空零部件有限公司", "91610131MA6TX8AB35"
Visit = Callable[..., Visitor]


def test_a_lead_is_logged_told_of_and_its_claim_released(visit: Visit, letter: Path):
    zhou = visit("zhou", javascript=False)
    zhou.follow("新线索")
    zhou.open("/leads")
    zhou.picture("empty-list")
    zhou.follow("记一条线索")
    zhou.fill(name=NAME)
    zhou.choose("source", "展会")
    zhou.unfold("更多")
    zhou.fill(uscc=CODE, planned_investment="3.2", first_talked_on="2026-02-27")
    zhou.page.locator('[name="scope.division"]').select_option("37")
    zhou.page.locator('[name="evidence.0.kind"]').select_option("investor_letter")
    zhou.attach("evidence.0.file", letter)
    zhou.press("保存，出回执")
    zhou.says("LMT-FT-2026-000001")
    zhou.follow("打开线索")
    zhou.follow("写进展")
    with zhou.keeping(line="谈"):
        zhou.press("保存")
    zhou.wrong("line", "进展至少 2 个字")
    zhou.fill(line="电话确认来访日期")
    zhou.press("保存")
    zhou.says("电话确认来访日期")
    zhou.picture("lead")
    zhou.follow("LMT-FT-2026-000001")
    zhou.unfold("释放首谈")
    zhou.picture("release")
    zhou.press_in_dialog("释放首谈")
    zhou.wrong("reason", "请填写释放理由")
    zhou.picture("release-errors")
    zhou.fill(reason="企业暂缓西部布局")
    zhou.press_in_dialog("释放首谈")
    zhou.says("企业暂缓西部布局")
    zhou.picture("released")
