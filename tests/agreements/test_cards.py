"""Every clause has a card: said without JSON, wrong at its field, rows with a button."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.agreements import sheets
from app.agreements.cards import Sheet
from app.agreements.filling import sheet_of, typed
from app.agreements.writing import Writer
from app.engine.scheme import read_scheme
from app.kit.work import Actor, Office
from tests.agreements import support
from tests.agreements.support import IN, OUT

Client = Callable[..., TestClient]
FUND = "资金专户"
FACTORS = {
    "type": "factor_weights",
    "alpha": {"土地": "0.4", "资金": "0.6"},
    "inputs": {OUT: {"资金": "300"}, IN: {"土地": "120", "资金": "100"}},
}
CLAUSES: dict[str, Any] = {
    "one_off": [
        {"from": IN, "to": OUT, "amount": "500000.00", "due": "2028-06-30", "reason": "首谈投入"}
    ],
    "indicators": [
        {
            "name": "产值",
            "decimals": 2,
            "weights": {OUT: "5", IN: "5"},
            "calendar": {"rule": "fiscal_year", "start_trigger": "开工"},
            "term": {"years": 5, "after": IN},
        },
        {"name": "固投", "decimals": 0, "double_count": [OUT, IN]},
    ],
    "eligibility": {
        "led_by": "市政府",
        "avg_base": {"years_before": 3, "gte": "20000000.00"},
        "base_last_year": {"gte": "3000000.00"},
    },
    "settle": {"form": "市财政体制结算", "when": "次年 3 月底以前", "holder": "市财政局"},
    "notes": "各方每年会商一次。",
    "cap": [
        {
            "party": OUT,
            "cumulative": "60000000.00",
            "overflow": IN,
            "scope": "total",
            "basis": {"说明": "迁出前三年之和"},
        }
    ],
    "cash": [{"of": "*", "to": FUND, "pct": "100"}],
    "split": [
        {"years": [1, 5], "formula": FACTORS},
        {"years": [6, 8], "formula": {"type": "equity", "stakes": {OUT: "3000", IN: "2000"}}},
        {
            "years": [9, None],
            "formula": {
                "type": "shapley",
                "value": {OUT: "0", IN: "10", f"{OUT}+{IN}": "40"},
            },
        },
    ],
    "tiers": [
        {"upto": "1000000.00", "formula": {"type": "equity", "stakes": {OUT: "1", IN: "1"}}},
        {"upto": None, "weights": {OUT: "3", IN: "7"}},
    ],
}


@pytest.mark.parametrize("key", CLAUSES)
def test_a_clause_is_said_by_its_card_alone(key: str):
    scheme = support.scheme(**{key: CLAUSES[key]})
    if key == "tiers":
        del scheme["split"]
    if key == "cash":
        scheme["funds"] = [FUND]
    read_scheme(scheme)
    sheet = Sheet.model_validate(sheet_of(scheme).model_dump())
    writer = Writer(sheet, {})
    written = writer.scheme()
    assert sheet.other == ""
    assert writer.issues == []
    assert read_scheme(written) == read_scheme(scheme)
    assert written[key] == scheme[key]


WRONG = [
    ({"one_off.0.payer": "1", "one_off.0.to": "1"}, "one_off.0.to", "付款方与收款方不能相同"),
    ({"one_off.0.amount": "许多"}, "one_off.0.amount", "补偿金额"),
    ({"one_off.0.due": ""}, "one_off.0.due", "请填写付款日"),
    ({"indicators.0.decimals": "9"}, "indicators.0.decimals", "小数位数"),
    ({"indicators.0.weights.0": "半"}, "indicators.0.weights.0", "不是比例"),
    ({"indicators.0.name": ""}, "indicators.0.name", "请填写指标名称"),
    ({"indicators.0.after": ""}, "indicators.0.after", "请填写期外归属"),
    ({"eligibility.average": ""}, "eligibility.average", "迁移前年均收入"),
    ({"split.0.formula.factors": "土地 0.4 1"}, "split.0.formula.factors", "第 1 行应为 要素"),
    ({"split.0.formula.factors": "土地 1 0 0"}, "split.0.formula.factors", "投入合计为零"),
    ({"split.1.formula.stakes.0": "多"}, "split.1.formula.stakes.0", "出资额"),
    ({"split.2.formula.value": f"{OUT} 1\n{IN} 2"}, "split.2.formula.value", "各联盟的收益"),
    ({"other": "{"}, "other", "第 1 行"),
]


@pytest.fixture
def form(office: Office, ours: Actor) -> tuple[str, dict[str, object]]:
    """The address of an editor, and its cards with every kind of clause filled in."""
    clauses = {key: CLAUSES[key] for key in ("one_off", "indicators", "eligibility", "split")}
    made = support.drafted(office, ours, scheme=support.scheme(**clauses))
    with office.open(ours, reads=True) as work:
        values = typed(sheets.of_version(work, made.id, 1))
    shown = {name: value for name, value in values.items() if not name.startswith("facts")}
    return f"/agreements/{made.id}/versions/1/edit", shown


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    client: Client, ours: Actor, form: tuple[str, dict[str, object]]
):
    path, values = form
    browser = client(ours)
    for changes, place, message in WRONG:
        page = browser.post(path, data=values | changes)
        assert page.status_code == 422, changes
        text = html.unescape(page.text)
        target = "f-" + place.replace(".", "-")
        assert re.search(f'href="#{target}">[^<]*{message}', text), (changes, place)
        assert f'id="{target}"' in text, place
        for name, value in {**values, **changes}.items():
            if isinstance(value, str) and value and "\n" not in value:
                assert f'value="{value}"' in text or f">{value}" in text or f"\n{value}" in text, (
                    name
                )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_button_takes_a_row_out_and_saves_nothing(
    client: Client, ours: Actor, form: tuple[str, dict[str, object]]
):
    path, values = form
    browser = client(ours)
    page = browser.post(path, data=values | {"rows": "drop indicators.0", "note": "未存"})
    assert page.status_code == 200
    assert 'name="indicators.0.name" type="text" value="固投"' in page.text
    assert 'value="产值"' not in page.text
    assert 'value="未存"' in page.text
    assert re.search(r'<details class="clause" id="f-indicators" open', page.text)
    kept = browser.get(path).text
    assert 'value="产值"' in kept
    assert 'value="未存"' not in kept


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_button_adds_a_row_below_the_filled_ones(
    client: Client, ours: Actor, form: tuple[str, dict[str, object]]
):
    path, values = form
    more = values | {"one_off.1.payer": "0", "one_off.1.amount": "20", "rows": "add one_off"}
    page = client(ours).post(path, data=more).text
    assert 'name="one_off.1.amount" type="text" value="20"' in page
    assert 'name="one_off.2.amount"' in page
    assert "请填写" not in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_without_a_party_the_others_keep_their_rows(client: Client, ours: Actor):
    parties = {f"parties.{row}.name": name for row, name in enumerate("甲乙丙")}
    weights = {f"split.0.weights.{row}": str(row + 1) for row in range(3)}
    asked = parties | weights | {"split.0.first": "1", "rows": "drop parties.1"}
    page = client(ours).get("/bench", params=asked).text
    assert 'name="parties.2.name" type="text" value="丙"' in page
    assert 'value="乙"' not in page
    assert 'name="split.0.weights.2" value="3"' in page


@pytest.mark.parametrize("asked", ["drop nothing.1", "drop split", "drop split.9", "drop open.0"])
def test_a_button_that_is_none_changes_nothing(asked: str):
    sheet = sheet_of(support.scheme())
    assert sheet.without(asked.removeprefix("drop ")) == sheet
