"""测算台 as a negotiator uses it: by address, by template, with mistakes, side by side."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.agreements import bench, scenarios, sheets
from app.agreements.cards import Sheet, ValueCard
from app.agreements.filling import sheet_of, typed
from app.agreements.forecasts import FactsWriter
from app.agreements.precedents import PRECEDENTS
from app.agreements.writing import Writer
from app.engine.casefile import split
from app.engine.cases import read_case
from app.kit.work import Actor, Office, Role
from app.money import Money
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import LONGMATAN, NAXI, person

Client = Callable[..., TestClient]
CASES = Path(__file__).parent.parent / "engine" / "cases"
FORM = {
    "parties.0.district": LONGMATAN,
    "parties.1.district": NAXI,
    "calendar.fiscal_year_one": "2028",
    "term.years": "2",
    "term.after": "1",
    "split.0.first": "1",
    "split.0.weights.0": "6",
    "split.0.weights.1": "4",
    "facts.form": "annual",
    "facts.rows": "年度\t金额\n2028年\t1,000.000001\n2029\t2千",
}
GOOD = FORM | {"facts.rows": "年度\t金额\n2028年\t1,000.000001\n2029\t0.2亿\n2030\t50"}


def golden() -> list[dict]:
    """The worked cases of one ledger whose facts a sheet can carry."""
    found = [
        case
        for name in ("golden", "extensions")
        for case in json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    ]
    carried = {"annual", "entries", "collected"}
    return [
        case
        for case in found
        if case["scheme"]
        and "parties" in case["scheme"]
        and carried & set(case["facts"])
        and not set(case["facts"]) - carried - {"events"}
    ]


def cells(page: str) -> list[list[str]]:
    """The rows of the table by year, as text."""
    table = page.split("各方按年分得</caption>")[1].split("</table>", maxsplit=1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL)
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.split(r"</t[dh]>", row)]
        for row in rows
    ]


@pytest.mark.parametrize("case", golden(), ids=lambda case: case["id"])
def test_any_scheme_survives_the_cards(case: dict):
    sheet = sheet_of(case["scheme"], case["facts"])
    writer = Writer(Sheet.model_validate(sheet.model_dump()), {})
    written = {"scheme": writer.scheme(), "facts": FactsWriter(sheet.facts, writer).facts()}
    assert writer.issues == []
    assert split(read_case(written)) == split(
        read_case({"scheme": case["scheme"], "facts": case["facts"]})
    )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("one", PRECEDENTS, ids=lambda one: one.id)
def test_every_published_scheme_can_be_tried(client: Client, office: Office, one):
    browser = client(person(office, "ours", Role.NEGOTIATOR))
    page = browser.get(f"/bench?template={one.id}")
    assert page.status_code == 200
    assert "各方按年分得" in page.text


@pytest.mark.parametrize(
    ("name", "district", "called"),
    [
        ("引资方", "510504", "龙马潭区"),
        ("", "510504", "龙马潭区"),
        ("引资方", "", "引资方"),
        ("龙马潭区政府", "510504", "龙马潭区政府"),
    ],
)
def test_a_chosen_district_takes_the_place_of_a_models_party(name, district, called):
    sheet = Sheet.model_validate({"parties": [{"name": name, "district": district}]})
    assert Writer(sheet, {"510504": "龙马潭区"}).scheme()["parties"] == [called]


def test_the_figures_of_the_page_are_the_engine_s(client: Client, ours: Actor):
    page = client(ours).get("/bench", params=GOOD)
    assert page.status_code == 200
    scheme = {
        "parties": [OUT, IN],
        "calendar": {"fiscal_year_one": 2028},
        "term": {"years": 2, "after": IN},
        "split": [{"years": [1, None], "weights": {OUT: "6", IN: "4"}}],
    }
    facts = {"annual": {"2028": "10000000.01", "2029": "20000000.00", "2030": "500000.00"}}
    document = split(read_case({"scheme": scheme, "facts": facts}))
    titles = re.findall(r'value="[0-9]+\.[0-9]+" title="([0-9,.]+) 元"', page.text)
    expected = [document[year][party] for year in facts["annual"] for party in (OUT, IN)]
    assert titles == [str(Money.parse(amount)) for amount in expected]
    assert [row[0] for row in cells(page.text)] == ["2028", "2029", "2030", "合计"]
    assert cells(page.text)[-1][2:5] == ["3,050.00", "1,800.00", "1,250.00"]


def test_every_figure_opens_its_working(client: Client, ours: Actor):
    page = client(ours).get("/bench", params=GOOD | {"open": "1.0"}).text
    assert "这个数怎么来的" in page
    assert "12,000,000.00 元" in page
    case = {
        "scheme": {
            "parties": [OUT, IN],
            "calendar": {"fiscal_year_one": 2028},
            "term": {"years": 2, "after": IN},
            "split": [{"years": [1, None], "weights": {OUT: "6", IN: "4"}}],
        },
        "facts": {"annual": {"2028": "10000000.01", "2029": "20000000.00", "2030": "500000.00"}},
    }
    lines = split(read_case(case))["steps"][1]["lines"]
    assert lines
    assert all(line["text"] in html.unescape(page) for line in lines)


def test_every_result_says_that_it_is_a_trial(client: Client, ours: Actor):
    assert "试算" in client(ours).get("/bench", params=GOOD).text


def test_rates_that_nobody_verified_are_named(client: Client, ours: Actor):
    gross = GOOD | {
        "base.taxes": "增值税",
        "base.level": "district",
        "facts.form": "gross",
        "facts.rows": "2028-3-1 增值税 1000",
    }
    page = client(ours).get("/bench", params=gross).text
    assert "2 条分享比例未核实或为演示值" in page
    assert "演示值" in page.split("用到的分享比例")[1]


@pytest.mark.parametrize(
    ("mistake", "place", "message"),
    [
        ({"calendar.fiscal_year_one": "二八"}, "calendar.fiscal_year_one", "合同第一年应为整数"),
        ({"split.0.weights.0": "x"}, "split.0.weights.0", "“x”不是比例"),
        ({"split.0.first": ""}, "split.0.first", "请填写起始年"),
        ({"term.after": ""}, "term.after", "请填写期满后归属"),
        (
            {"cap.0.party": "0", "cap.0.cumulative": "1.2345678", "cap.0.overflow": "1"},
            "cap.0.cumulative",
            "金额最多精确到分",
        ),
        ({"cap.0.party": "0", "cap.0.cumulative": "48"}, "cap.0.overflow", "请填写超出部分归属"),
        ({"facts.rows": "2028 200\n2029 abc"}, "facts.rows", "第 2 行：金额应为数字"),
        ({"facts.rows": "2028 200\n2028 300"}, "facts.rows", "第 2 行第一列应为各不相同的年度"),
        ({"facts.rows": ""}, "facts.rows", "请填写或粘贴各年收入数据"),
        ({"other": '{"split": []}'}, "other", "已在卡片中填写"),
        ({"other": '{"at_term_end": "bill"}'}, "other", "尚不支持计算"),
        ({"other": "{"}, "other", "不是合法的 JSON"),
        ({"guarantee.0.party": "0", "guarantee.0.per_year": "1"}, "guarantee.0.payer", "补足方"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    client: Client, ours: Actor, mistake: dict, place: str, message: str
):
    typed_in = GOOD | mistake
    page = client(ours).get("/bench", params=typed_in)
    assert page.status_code == 422
    text = html.unescape(page.text)
    assert re.search(rf'<a href="#f-{place.replace(".", "-")}">[^<]*{re.escape(message)}', text)
    assert f'id="f-{place.replace(".", "-")}"' in text
    for name, value in typed_in.items():
        if value and not name.endswith("district"):
            assert value.strip() in text, name


def test_a_field_that_no_card_has_is_refused(client: Client, ours: Actor):
    page = client(ours).get("/bench", params=GOOD | {"rounding": "up"})
    assert page.status_code == 422
    assert "没有“rounding”这个字段" in page.text


def test_a_blank_row_asks_for_nothing(client: Client, ours: Actor):
    blanks = {"cap.0.party": "", "cap.0.cumulative": "", "split.1.first": "", "other": ""}
    assert client(ours).get("/bench", params=GOOD | blanks).status_code == 200


def test_each_clause_shows_the_money_it_moves(office: Office, ours: Actor):
    scheme = support.scheme(
        recover=[{"party": OUT, "amount": "3000000.00"}],
        cap=[{"party": OUT, "cumulative": "5000000.00", "overflow": IN, "scope": "total"}],
    )
    facts = {"annual": {"2028": "4000000.00", "2029": "4000000.00"}}
    with office.open(ours, reads=True) as work:
        trial = bench.try_split(work, sheet_of(scheme, facts))
    without_cap = {key: value for key, value in scheme.items() if key != "cap"}
    with_it = split(read_case({"scheme": scheme, "facts": facts}))
    without = split(read_case({"scheme": without_cap, "facts": facts}))
    difference = [
        sum(
            Money.parse(with_it[y][p]).fen - Money.parse(without[y][p]).fen for y in facts["annual"]
        )
        for p in (OUT, IN)
    ]
    assert [delta.fen for delta in trial.moves["/scheme/cap/0"].deltas] == difference
    assert difference == [-1_000_000_00, 1_000_000_00]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_number_that_is_not_there_opens_nothing(client: Client, ours: Actor):
    answer = client(ours).get("/bench", params=GOOD | {"open": "beside.7.npv.0"})
    assert answer.status_code == 200
    assert 'id="working"' not in answer.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_break_even_opens_as_what_has_come_back_by_year(client: Client, ours: Actor):
    form = GOOD | {"value.party": "0", "value.outlay": "700", "open": "back"}
    page = html.unescape(client(ours).get("/bench", params=form).text)
    panel = page.partition('id="working"')[2].partition("</section>")[0]
    assert re.findall(r'value="(total\.0\.[0-9])">([0-9,.]+)<', panel) == [
        ("total.0.0", "6,000,000.01"),
        ("total.0.1", "18,000,000.01"),
        ("total.0.2", "18,000,000.01"),
    ]
    assert "不折现 2029，折现 2029" in panel


def test_a_side_discounts_at_its_own_rate(office: Office, ours: Actor):
    facts = {"annual": {"2028": "4000000.00", "2029": "4000000.00"}}
    value = {"party": "0", "rate": "0", "rates": {"1": ["10"]}, "year": "2028"}
    sheet = sheet_of(support.scheme(), facts).model_copy(
        update={"value": ValueCard.model_validate(value)}
    )
    with office.open(ours, reads=True) as work:
        worth = bench.valued(work, sheet, bench.try_split(work, sheet)).appraisal
    assert worth.rates == ["0", "10"]
    assert [each.fen for each in worth.values] == [
        4_800_000_00,
        1_600_000_00 + round(1_600_000_00 / 1.1),
    ]


def test_opening_balances_are_typed_on_the_bench(office: Office, ours: Actor):
    scheme = support.scheme(
        recover=[{"party": OUT, "amount": "3000000.00"}],
        cap=[{"party": OUT, "cumulative": "9000000.00", "overflow": IN, "scope": "total"}],
    )
    facts = {
        "annual": {"2030": "4000000.00"},
        "opening": {
            "as_of": 2030,
            "carried": "-500000.00",
            "recover": {OUT: "1000000.00"},
            "cap": {OUT: "1505000.00"},
        },
    }
    sheet = sheet_of(scheme, facts)
    with office.open(ours, reads=True) as work:
        case = sheets.case_of(work, sheet)
        trial = bench.try_split(work, sheet)
    assert case["facts"] == facts
    assert sheet.facts.opening.balances == f"投入\t{OUT}\t100\n封顶\t{OUT}\t150.5"
    wanted = split(read_case({"scheme": scheme, "facts": facts}))["2030"]
    assert {OUT: trial.totals[0].yuan, IN: trial.totals[1].yuan} == wanted


@pytest.mark.parametrize(
    ("mistake", "place", "message"),
    [
        ({"facts.opening.balances": "投入 800"}, "facts.opening.balances", "第 1 行应为"),
        ({"facts.opening.carried": "-5"}, "facts.opening.as_of", "请填写起算财政年度"),
        ({"facts.opening.as_of": "三零"}, "facts.opening.as_of", "应为整数"),
        (
            {"facts.opening.as_of": "2028", "facts.opening.balances": "投入 江阳区 8"},
            "facts.opening.balances",
            "江阳区",
        ),
        ({"facts.indicators": "产值 1200"}, "facts.indicators", "第 1 行应为 指标 年度 数值"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_bad_balance_or_indicator_is_told_at_its_field(
    client: Client, ours: Actor, mistake: dict, place: str, message: str
):
    page = client(ours).get("/bench", params=GOOD | mistake)
    text = html.unescape(page.text)
    assert page.status_code == 422
    assert re.search(rf'<a href="#f-{place.replace(".", "-")}">[^<]*{re.escape(message)}', text)
    assert all(value in text for value in mistake.values())


def test_indicators_are_typed_on_the_bench_and_counted_for_each_party(client: Client, ours: Actor):
    indicators = {"name": "产值", "decimals": 2, "weights": {OUT: "5", IN: "5"}}
    form = GOOD | {
        "other": json.dumps({"indicators": [indicators]}, ensure_ascii=False),
        "facts.indicators": "产值\t2028年\t1,200.51",
    }
    browser = client(ours)
    kept = browser.post("/bench/scenarios", data=form | {"title": "带指标"})
    again = html.unescape(browser.get(kept.headers["location"]).text)
    assert "产值\t2028\t1200.51" in again
    table = again.split("各指标按年计入各方的数</caption>")[1].split("</table>")[0]
    counted = re.findall(r'<td class="cell--number">([0-9.]+)</td>', table)
    assert counted == ["1200.51", "600.26", "600.25"]


@pytest.mark.parametrize("answer", ["carry", None], ids=["answered", "open"])
def test_each_reading_shows_what_another_answer_would_move(
    office: Office, ours: Actor, answer: str | None
):
    facts = {"annual": {"2028": "-1000000.00", "2029": "500000.00"}}
    with office.open(ours, reads=True) as work:
        trial = bench.try_split(work, sheet_of(support.scheme(negative=answer), facts))
    negative = next(choice for choice in trial.choices if choice.title == "负数年度")
    carried, shared = negative.options
    assert [delta.fen for delta in carried.deltas] == [0, 0]
    assert [delta.fen for delta in shared.deltas] == [-300_000_00, -200_000_00]


def test_cash_goes_to_a_fund_while_the_attribution_stays(client: Client, ours: Actor):
    cash = {"cash.0.of": "*", "cash.0.pct": "20%", "cash.0.to": "滚动发展基金"}
    page = client(ours).get("/bench", params=GOOD | {"facts.rows": "2028 1000"} | cash).text
    table = page.split("各年现金</caption>")[1].split("</table>")[0]
    assert re.findall(r"<th[^>]*>([^<]*)</th>", table) == ["年度", OUT, IN, "滚动发展基金", "2028"]
    assert re.findall(r">([0-9,.]+)</button>", table) == ["480.00", "320.00", "200.00"]
    assert cells(page)[0][3:5] == ["600.00", "400.00"]


def test_a_scenario_is_kept_for_its_district_alone(
    client: Client, office: Office, ours: Actor, theirs: Actor
):
    browser = client(ours)
    kept = browser.post("/bench/scenarios", data=GOOD | {"title": "六四两年"})
    assert kept.status_code == 303
    again = browser.get(kept.headers["location"])
    assert "1,800.00" in again.text
    assert client(theirs).get(kept.headers["location"]).status_code == 404
    with office.open(theirs, reads=True) as work:
        assert scenarios.scenarios(work) == []


def test_scenarios_stand_side_by_side_on_the_same_facts(client: Client, ours: Actor):
    browser = client(ours)
    kept = browser.post("/bench/scenarios", data=GOOD | {"title": "六四两年"})
    id = kept.headers["location"].partition("=")[2]
    half = GOOD | {"split.0.weights.0": "5", "split.0.weights.1": "5", "compare": id}
    page = browser.get("/bench", params=half)
    totals = page.text.split("各方合计，各方案并列")[1].split("</table>")[0]
    assert "六四两年" in totals
    assert re.findall(r">\s*([-+]?[\d,]+\.\d\d)<", totals)[:3] == [
        "1,500.00",
        "1,800.00",
        "+300.00",
    ]


def test_an_unnamed_scenario_is_not_kept_and_nothing_is_lost(client: Client, ours: Actor):
    page = client(ours).post("/bench/scenarios", data=GOOD)
    assert page.status_code == 422
    assert "请填写情景名称" in page.text
    assert 'value="6"' in page.text


def test_a_version_goes_to_the_bench_and_back_to_its_draft(
    client: Client, office: Office, ours: Actor
):
    made = support.drafted(office, ours)
    browser = client(ours)
    page = browser.get(f"/bench?agreement={made.id}&n=1").text
    assert f'formaction="/agreements/{made.id}/versions/1/edit"' in page
    with office.open(ours, reads=True) as work:
        values = typed(sheets.of_version(work, made.id, 1))
    back = {name: value for name, value in values.items() if not name.startswith("facts")}
    editor = browser.get(
        f"/agreements/{made.id}/versions/1/edit", params=back | {"split.0.weights.0": "7"}
    )
    assert editor.status_code == 200
    assert 'name="split.0.weights.0" value="7"' in editor.text


@pytest.mark.parametrize("path", ["/bench", "/agreements/new"])
def test_an_empty_sheet_takes_two_parties_and_their_ratio_at_once(
    client: Client, ours: Actor, path: str
):
    page = client(ours).get(path).text
    names = set(re.findall(r'name="([^"]+)"', page))
    wanted = {name for name in FORM if not name.startswith("facts") or path == "/bench"}
    assert wanted <= names


def test_enter_in_a_field_means_try(client: Client, ours: Actor):
    page = client(ours).get("/bench", params=GOOD).text
    first = re.search(r'<button[^>]*type="submit"[^>]*form="bench"[^>]*>([^<]*)', page)
    assert first[1] == "试算"
    assert "formaction" not in first[0]


def test_the_bench_is_for_negotiators(client: Client, office: Office):
    assert client(person(office, "officer", Role.OFFICER)).get("/bench").status_code == 403
