"""The columns of a list: heads in all their spellings, cells as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leads.columns import Field, Words, heading, read, read_day, unit_of

WORDS = Words(
    sources={"展会": "expo", "以商招商": "referral"},
    divisions={"造纸和纸制品业": "22", "农业": "01"},
    people={"周岚": "usr_1"},
)


def typed(**cells: str) -> dict[str, str]:
    return read({"name": "甲", **cells}, {}, WORDS).typed


def fault(unit: str = "", **cells: str) -> str:
    units = dict.fromkeys(cells, unit)
    return " ".join(read({"name": "甲", **cells}, units, WORDS).faults.values())


@pytest.mark.parametrize(
    ("head", "field", "unit"),
    [
        ("企业名称", Field.NAME, ""),
        ("公司", Field.NAME, ""),
        (" 单位\n名称 *", Field.NAME, ""),
        ("企业名称（必填）", Field.NAME, ""),
        ("总投资（亿元）", Field.AMOUNT, "亿元"),
        ("计划投资/万元", Field.AMOUNT, "万元"),
        ("投资额(亿)", Field.AMOUNT, "亿元"),
        ("投资总额万美元", Field.AMOUNT, "万美元"),
        ("其中：固定资产投资（元）", Field.FIXED, "元"),
        ("首次接触时间", Field.TALKED, ""),
        ("手机", Field.PHONE, ""),
        ("办公地址", "", ""),
    ],
)
def test_a_head_is_known_by_its_usual_spellings(head: str, field: str, unit: str):
    found = heading([["项目", head]])
    assert (found.fields[1], found.units[1], unit_of(head)) == (field, unit, unit)


def test_the_head_stands_below_the_title_and_names_a_field_once():
    rows = [
        ["2026 年招商信息"],
        ["填报单位：经外局"],
        ["序号", "企业名称", "公司", "项目"],
        ["1", "甲"],
    ]
    assert heading(rows).at == 2
    assert heading(rows).fields == ["", "name", "", "project_name"]


def test_a_list_without_heads_has_none():
    assert heading([["甲包装有限公司", "1.2亿"]]).at == -1
    assert heading([["联系人", "电话"]]).at == -1


@pytest.mark.parametrize(
    "text",
    [
        "2026-3-1",
        "2026.3.1",
        "2026/03/01",
        "2026年3月1日",
        "2026．3．1",  # noqa: RUF001 - full-width, as typed
        "20260301",
        "46082",
        "2026-03-01 00:00:00",
        "46082.5",
    ],
)
def test_a_day_is_read_as_people_and_excel_write_it(text: str):
    assert read_day(text).isoformat() == "2026-03-01"


@pytest.mark.parametrize("text", ["去年", "3月1日", "26.3.1", "2026.2.30", "1", "99999"])
def test_a_text_that_is_no_day_is_refused(text: str):
    with pytest.raises(ValueError, match=r"日期应写成|没有"):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "unit", "amount", "currency"),
    [
        ("1.2亿", "", "1.2亿元", "CNY"),
        ("12,000 万元", "亿元", "12000万元", "CNY"),
        ("1.2", "亿元", "1.2亿元", "CNY"),
        ("12000", "万元", "12000万元", "CNY"),
        ("约3亿元人民币", "", "3亿元", "CNY"),
        ("500万美元", "", "500万元", "USD"),
        ("5", "亿美元", "5亿元", "USD"),
    ],
)
def test_an_amount_has_its_own_unit_or_that_of_its_head(
    text: str, unit: str, amount: str, currency: str
):
    found = read({"name": "甲", "planned_investment": text}, {"planned_investment": unit}, WORDS)
    assert found.typed["planned_investment"] == amount
    assert found.typed["planned_investment_currency"] == currency


def test_an_amount_without_any_unit_is_not_guessed():
    assert "没有单位" in fault(planned_investment="5000")
    assert "应为数字" in fault(planned_investment="1-2亿")
    assert "人民币" in fault(fixed_asset_investment="1亿美元")


def test_labels_codes_and_both_mean_the_code():
    for text in ("22", "C22", "造纸和纸制品业", "22 造纸和纸制品业", "C22、造纸"):
        assert typed(division=text)["scope.division"] == "22"
    assert typed(division="1")["scope.division"] == "01"
    assert typed(source="展会")["source"] == typed(source="expo")["source"] == "expo"
    assert typed(owner="周岚")["owner_id"] == "usr_1"
    assert fault(source="朋友圈") == "没有“朋友圈”这个来源，可填展会、以商招商"
    assert "可填两位代码" in fault(division="99")


def test_what_excel_has_spoiled_is_named():
    assert "后几位已丢失" in fault(uscc="5.10504198201011E+17")
    assert "错误值 #N/A" in fault(name="#N/A")
    assert "公式没有算出结果" in fault(note="=VLOOKUP(A1,B:C,2)")


def test_nothing_is_nothing_and_withheld_is_withheld():
    assert typed(note="—", contact_name="无", planned_investment="/") == {"name": "甲"}
    assert typed(planned_investment="企业暂未提供") == {
        "name": "甲",
        "planned_investment_withheld": "true",
    }


def test_a_row_without_an_enterprise_is_a_projects():
    assert read({"project_name": "白酒包装项目"}, {}, WORDS).typed == {
        "name": "白酒包装项目",
        "named": "project",
    }
    assert read({"name": " "}, {}, WORDS).faults == {"name": "请填写企业名称或项目名称"}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([one.value for one in Field]), st.text(max_size=30)))
def test_any_cell_is_read_or_has_its_message(cells: dict[str, str]):
    found = read(cells, {"planned_investment": "万元"}, WORDS)
    assert set(found.faults) <= set(Field)
    assert all(found.faults.values())
