"""分成比例测算 in a browser: tried with a mistake, refused without papers, kept, taken up again."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]
PAPERS = {"on": "2026-02-01", "document": "泸财验3号", "approver": "区财政局"}
COSTS = ("230", "160", "230", "350", "463", "365", "556")


def row(visitor: Visitor, number: int, party: str, amount: str, **papers: str) -> None:
    """Fill one row of what was paid in."""
    place = f"inputs__{number}__"
    visitor.fill(**{f"{place}party": party, f"{place}amount": amount})
    visitor.fill(**{f"{place}{name}": value for name, value in papers.items()})
    for name, value in (("factor", "capital"), ("basis", "paid_in")):
        visitor.page.locator(f'[name="inputs.{number}.{name}"]').select_option(value)


def proposed(visitor: Visitor) -> list[str]:
    """The percentages of the proposal."""
    return visitor.page.locator("#result td b").all_inner_texts()


def test_a_ratio_by_equity_is_tried_kept_and_taken_up_again(visit: Visit):
    tan = visit("tan")
    tan.open("/agreements/calculators")
    tan.says("还没有保存过测算")
    tan.picture("calculators-empty")
    tan.follow("按股")
    row(tan, 0, "龙马潭区", "三千", **PAPERS)
    row(tan, 1, "纳溪区", "2000", on=PAPERS["on"], document=PAPERS["document"])
    tan.press("试算")
    tan.wrong("inputs.0.amount", "金额应为数字")
    expect(tan.page.locator('[name="inputs.0.amount"]')).to_have_value("三千")
    tan.picture("calculator-refused")
    tan.fill(inputs__0__amount="3000")
    tan.press("试算")
    assert proposed(tan) == ["60.00%", "40.00%"]
    tan.says("还有 1 项依据")
    tan.picture("calculator-equity")
    tan.fill(title="按到账出资", reasons="双方出资均已到账")
    tan.press("保存测算")
    tan.wrong("inputs.1.approver", "第 2 行请填写批准人")
    tan.fill(inputs__1__approver="区财政局")
    tan.press("保存测算")
    tan.says("双方出资均已到账")
    assert proposed(tan) == ["60.00%", "40.00%"]
    tan.picture("calculation-kept")
    tan.follow("据此再算")
    expect(tan.page.locator('[name="inputs.1.amount"]')).to_have_value("20000000.00元")
    tan.open("/agreements/calculators")
    tan.says("按到账出资")


def test_a_joint_cost_is_divided_and_everybody_would_accept(visit: Visit):
    tan = visit("tan")
    tan.open("/agreements/calculators/shapley")
    for place, name in enumerate(("城1", "城2", "城3")):
        tan.page.locator('[name="players"]').nth(place).fill(name)
    tan.choose("measure", "成本")
    tan.press("列出联盟")
    for place, cost in enumerate(COSTS):
        tan.page.locator(f'[name="coalitions.{place}.amount"]').fill(cost)
    tan.press("试算")
    assert proposed(tan) == ["37.83%", "22.99%", "39.18%"]
    tan.says("没有联盟自己办会更好")
    tan.picture("calculator-shapley")
