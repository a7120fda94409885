"""The exported workbook: its formulas give the engine's figures, also when a number is changed."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from starlette.testclient import TestClient

from app.agreements.spreadsheets import comparison, schemes_of
from app.engine.casefile import split
from app.engine.cases import read_case
from app.kit.work import Actor
from tests.agreements.support import IN, OUT
from tests.agreements.test_bench import GOOD
from tests.spreadsheet import Spreadsheet

Client = Callable[..., TestClient]
CAPPED = GOOD | {
    "title": "六四两年",
    "recover.0.party": "0",
    "recover.0.amount": "300",
    "cap.0.party": "0",
    "cap.0.cumulative": "1200",
    "cap.0.overflow": "1",
}
SCHEME = {
    "parties": [OUT, IN],
    "calendar": {"fiscal_year_one": 2028},
    "term": {"years": 2, "after": IN},
    "recover": [{"party": OUT, "amount": "3000000.00"}],
    "split": [{"years": [1, None], "weights": {OUT: "6", IN: "4"}}],
    "cap": [{"party": OUT, "cumulative": "12000000.00", "overflow": IN}],
}
RECEIPTS = {"2028": "10000000.01", "2029": "20000000.00", "2030": "500000.00"}


def exported(browser: TestClient, **typed: object) -> Spreadsheet:
    answer = browser.get("/bench.xlsx", params=CAPPED | typed)
    assert answer.status_code == 200
    return Spreadsheet(answer.content)


def rows(book: Spreadsheet, page: str) -> list[list[object]]:
    """What the rows of a page show."""
    sheet = book.pages[page]
    return [[book.value(page, cell.coordinate) for cell in row] for row in sheet.iter_rows()]


def shares(book: Spreadsheet, place: int = 0) -> dict[str, list[Fraction]]:
    """The figures of one scheme on the page 结果: year to what every party has, in yuan."""
    shown = rows(book, "结果")
    starts = [n for n, row in enumerate(shown) if row[0] == "年度"]
    found = {}
    for row in shown[starts[place] + 1 :]:
        if not (row[0] or "").isdigit():
            break
        found[row[0]] = [Fraction(each) for each in row[3:5]]
    return found


def of_engine(scheme: dict, receipts: dict) -> dict[str, list[Fraction]]:
    document = split(read_case({"scheme": scheme, "facts": {"annual": receipts}}))
    return {year: [Fraction(document[year][p]) for p in (OUT, IN)] for year in receipts}


def input_of(book: Spreadsheet, title: str, after: str = "") -> str:
    """The coloured cell of a number."""
    seen = not after
    for row in book.pages["输入"].iter_rows():
        seen = seen or str(row[0].value).startswith(after)
        if seen and row[0].value == title:
            return row[1].coordinate
    raise LookupError(title)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_figure_is_a_formula_that_gives_what_the_engine_found(client: Client, ours: Actor):
    book = exported(client(ours))
    for page, address in book.formulas():
        assert book.value(page, address) == book.stored(page, address), (page, address)
    working = [row for row in book.pages["核算甲"].iter_rows(min_row=2) if row[2].value]
    assert {row[3].data_type for row in working} == {"f"}
    assert {book.value("核算甲", row[6].coordinate) for row in working} == {0}
    assert shares(book) == of_engine(SCHEME, RECEIPTS)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_changed_number_gives_the_engine_s_new_figures(client: Client, ours: Actor):
    book = exported(client(ours))
    book.type("输入", input_of(book, f"第 1 年起比例：{OUT}"), "7.25")
    book.type("输入", input_of(book, "2028 年"), "11234567.89")
    book.type("输入", input_of(book, f"累计封顶：{OUT}"), "13000000.01")
    scheme = SCHEME | {
        "split": [{"years": [1, None], "weights": {OUT: "7.25", IN: "4"}}],
        "cap": [{"party": OUT, "cumulative": "13000000.01", "overflow": IN}],
    }
    assert shares(book) == of_engine(scheme, RECEIPTS | {"2028": "11234567.89"})
    assert any(row[6] for row in rows(book, "核算甲")[1:])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_compared_schemes_stand_on_the_same_receipts(client: Client, ours: Actor):
    browser = client(ours)
    kept = browser.post("/bench/scenarios", data=GOOD | {"title": "不封顶"})
    book = exported(browser, compare=kept.headers["location"].partition("=")[2])
    plain = {key: SCHEME[key] for key in ("parties", "calendar", "term", "split")}
    book.type("输入", input_of(book, "2029 年"), "1.01")
    receipts = RECEIPTS | {"2029": "1.01"}
    assert shares(book) == of_engine(SCHEME, receipts)
    assert shares(book, 1) == of_engine(plain, receipts)
    assert [row[0].value for row in book.pages["输入"].iter_rows()].count("2029 年") == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_thousand_receipts_make_no_formula_too_long(client: Client, ours: Actor):
    lines = "\n".join(f"2028-{1 + n % 12}-{1 + n % 28} {n}" for n in range(1, 1001))
    book = exported(client(ours), **{"facts.form": "entries", "facts.rows": lines})
    texts = [str(book.pages[page][at].value) for page, at in book.formulas()]
    assert max(map(len, texts)) < 8192
    assert sum(shares(book)["2028"]) == 500_500 * 10_000


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_people_typed_is_never_a_formula(client: Client, ours: Actor):
    evil = {"title": "=1+1", "parties.0.name": "=HYPERLINK(1)", "parties.0.district": ""}
    book = exported(client(ours), **evil)
    for page in book.pages.values():
        for row in page.iter_rows():
            for cell in row:
                if "HYPERLINK" in str(cell.value) or "1+1" in str(cell.value):
                    assert cell.data_type == "s", cell.coordinate


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rates_are_inputs_and_unverified_ones_are_named(client: Client, ours: Actor):
    gross = {
        "base.taxes": "增值税",
        "base.level": "district",
        "facts.form": "gross",
        "facts.rows": "2028-3-1 增值税 1000\n2029-3-1 增值税 2000",
    }
    book = exported(client(ours), **gross)
    assert any("演示值" in str(row[0]) for row in rows(book, "说明"))
    assert str(rows(book, "说明")[1][0]).startswith("试算")
    before = shares(book)["2028"]
    cell = next(
        row[1].coordinate
        for row in book.pages["输入"].iter_rows()
        if "市区部分" in str(row[0].value) and str(row[0].value).endswith("：区")
    )
    book.type("输入", cell, book.value("输入", cell) * 2)
    assert sum(shares(book)["2028"]) > sum(before)
    for page, address in book.formulas("收入甲"):
        assert isinstance(book.value(page, address), int | Fraction)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_amounts_keep_their_fen_in_the_file(client: Client, ours: Actor):
    book = exported(client(ours))
    assert book.value("输入", input_of(book, "2028 年")) == Decimal("10000000.01")


def booked(scheme: dict, facts: dict) -> Spreadsheet:
    case = read_case({"scheme": scheme, "facts": facts})
    return Spreadsheet(comparison("测算", [], schemes_of("本方案", case)))


def texts(book: Spreadsheet, page: str) -> list[object]:
    return [cell for row in rows(book, page) for cell in row if isinstance(cell, str)]


MOVED = SCHEME | {"eligibility": {"avg_base": {"years_before": 2, "gte": "5000000.00"}}}
BEFORE = {"2026": "4000000.00", "2027": "6000000.00"}


def test_a_scheme_that_ceases_to_apply_gives_everything_to_who_is_outside():
    book = booked(MOVED, {"annual": RECEIPTS, "pre_move": BEFORE})
    assert "符合" in texts(book, "结果")
    assert shares(book) == of_engine(SCHEME, RECEIPTS)
    book.type("输入", input_of(book, "迁移前 2026 年"), "3999999.99")
    assert "不符合，收入全部归期外归属方" in texts(book, "结果")
    assert shares(book)["2028"] == [0, Fraction("10000000.01")]


def test_a_scheme_that_did_not_apply_is_worked_through_once_it_does():
    book = booked(MOVED, {"annual": RECEIPTS, "pre_move": BEFORE | {"2026": "1.00"}})
    assert shares(book)["2028"][0] == 0
    book.type("输入", input_of(book, "迁移前 2026 年"), "4000000")
    assert shares(book) == of_engine(SCHEME, RECEIPTS)


def test_indicators_and_what_was_settled_are_formulas_too():
    counted = {"name": "产值", "decimals": 1, "weights": {OUT: "2", IN: "1"}}
    facts = {"annual": RECEIPTS, "indicators": {"产值": {"2028": "100.0"}}}
    facts["settled"] = {"2028": {OUT: "1.00", IN: "2.00"}}
    book = booked(SCHEME | {"indicators": [counted]}, facts)
    book.type("输入", input_of(book, "指标“产值”2028 年"), "200.3")
    book.type("输入", input_of(book, f"2028 已结算，{OUT}"), "7200000.01")
    shown = {row[2]: row[3:5] for row in rows(book, "结果") if row[0] in ("产值", "追溯调整")}
    assert shown["2028"] == [Fraction("133.5"), Fraction("66.8")]
    assert shown["re 2028"] == [0, Fraction("2799998.00")]
    assert shown["净额"] == shown["re 2028"]


def test_every_ledger_stands_in_the_book_with_receipts_of_its_own():
    plain = {key: SCHEME[key] for key in ("parties", "calendar", "term", "split")}
    facts = {"税收": {"annual": RECEIPTS}, "土地": {"annual": {"2028": "30.00"}}}
    ledgers = {"ledgers": dict.fromkeys(facts, plain)}
    book = booked(ledgers, {"ledgers": facts})
    book.type("输入", input_of(book, "2028 年", after="收入，账册“土地”"), "60")
    assert shares(book) == of_engine(plain, RECEIPTS)
    assert shares(book, 1)["2028"] == [36, 24]


def test_weights_keep_ten_decimals_and_say_when_there_are_too_many():
    book = booked(SCHEME, {"annual": RECEIPTS})
    book.type("输入", input_of(book, f"第 1 年起比例：{OUT}"), "7.3333333333")
    weights = {OUT: "7.3333333333", IN: "4"}
    assert shares(book) == of_engine(
        SCHEME | {"split": [{"years": [1, None], "weights": weights}]}, RECEIPTS
    )
    fine = {OUT: "1/99999999999989", IN: "1/7"}
    book = booked(SCHEME | {"split": [{"years": [1, None], "weights": fine}]}, {"annual": RECEIPTS})
    assert any("双精度数放不下" in text for text in texts(book, "说明"))
    assert "已不成立，请回测算台重新导出" in texts(book, "结果")
