"""What a draft is worth: the published table of ratios and years, redone."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from app.agreements import bench
from app.agreements.bench_schemas import CompareSchemes, Grid
from app.errors import Invalid
from app.kit.work import Actor, Office
from app.money import Money
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.agreements.test_bench import GOOD

Client = Callable[..., TestClient]


def receipts() -> dict[str, str]:
    """200, 400, 600, 800, 1,000 万元, then 3% more each year, for twenty years."""
    found = [Decimal(amount) for amount in (200, 400, 600, 800, 1000)]
    while len(found) < 20:
        found.append(found[-1] * Decimal("1.03"))
    return {str(2028 + n): f"{amount * 10000:.2f}" for n, amount in enumerate(found)}


SCHEME = support.scheme(
    deduct=[
        {
            "name": "兑现",
            "to": IN,
            "carry": False,
            "series": {
                str(2028 + n): f"{amount}0000.00"
                for n, amount in enumerate((40, 80, 120, 160, 200))
            },
        }
    ],
    split=[{"years": [1, None], "weights": {OUT: "5", IN: "5"}}],
)
CASE = {
    "scheme": SCHEME,
    "facts": {"annual": receipts()},
    "party": OUT,
    "rate": "0.035",
    "year_zero": 2027,
    "outlays": {OUT: {"2027": "30000000.00"}},
}


def in_wan(money: Money) -> int:
    return round(Decimal(money.fen) / 10**6)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_published_table_of_ratio_and_years_comes_out(office: Office, ours: Actor):
    command = Grid(**CASE, ratios=["3/10", "0.5"], years=[5, 10, 15, 20])
    with office.open(ours, reads=True) as work:
        cells = bench.grid(work, command).cells
    of_out = {(cell.ratio, cell.years): in_wan(cell.values[OUT]) for cell in cells}
    assert of_out == {
        ("3/10", 5): -2365,
        ("3/10", 10): -1120,
        ("3/10", 15): 95,
        ("3/10", 20): 1281,
        ("1/2", 5): -1941,
        ("1/2", 10): 133,
        ("1/2", 15): 2158,
        ("1/2", 20): 4135,
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_bench_shows_worth_recovery_and_equal_terms(client: Client, ours: Actor):
    rows = "\n".join(f"{year} {Decimal(amount) / 10000}" for year, amount in receipts().items())
    typed = GOOD | {
        "term.years": "10",
        "split.0.weights.0": "50",
        "split.0.weights.1": "50",
        "facts.rows": rows,
        "value.party": "0",
        "value.outlay": "3000",
        "value.year": "2027",
    }
    page = client(ours).get("/bench", params=typed).text
    worth = page.split("净现值（2027 年价，龙马潭区已减先期投入）")[1].split("</table>")[0]
    assert "3.5%" in worth
    assert ">398<" in worth
    assert "比例 × 年限" in page
    equal = re.sub(r"<[^>]+>", "", page.split("与本方案等值")[1])
    assert re.search(r"50.0% × 10 年（20\d\d / 20\d\d）", equal)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"value.rate": "三"}, "折现率应为"),
        ({"value.outlay": "很多"}, "先期投入：金额应为数字"),
        ({"value.year": "明年"}, "投入年度应为四位年份"),
        ({"value.rates.1": "60"}, "折现率应为"),
    ],
)
def test_a_bad_valuation_is_told_at_its_field(
    client: Client, ours: Actor, typed: dict, message: str
):
    page = client(ours).get("/bench", params=GOOD | {"value.party": "0"} | typed)
    assert page.status_code == 422
    place, text = next(iter(typed.items()))
    link = rf'<a href="#f-{place.replace(".", "-")}">[^<]*{message}'
    assert re.search(link, page.text)
    assert f'id="f-{place.replace(".", "-")}"' in page.text
    assert text in page.text
    assert "各方按年分得</caption>" in page.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_scheme_without_a_term_has_no_grid(office: Office, ours: Actor):
    endless = {key: value for key, value in SCHEME.items() if key != "term"}
    command = Grid(**CASE | {"scheme": endless}, ratios=["0.5"], years=[5])
    with office.open(ours, reads=True) as work, pytest.raises(Invalid, match="没有分享期"):
        bench.grid(work, command)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_two_schemes_are_compared_in_words(office: Office, ours: Actor):
    other = SCHEME | {"negative": "share"}
    with office.open(ours, reads=True) as work:
        found = bench.compare(work, CompareSchemes(before=SCHEME, after=other))
    assert [change.title for change in found.changes] == ["负数年度"]
