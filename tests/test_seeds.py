"""The seed files agree with each other and with the rules they stand for."""

import csv
import tomllib
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import holidays
import pytest

SEEDS = Path(__file__).parent.parent / "seeds"
STATUSES = {"verified", "unverified", "demo"}
LEVELS = {"gross": ["中央", "省", "市区"], "below_province": ["市", "区"]}


def toml(name: str) -> dict:
    return tomllib.loads((SEEDS / name).read_text(encoding="utf-8"), parse_float=Decimal)


def codes(name: str) -> dict[str, dict[str, str]]:
    with (SEEDS / "codes" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(count == 1 for count in Counter(row["code"] for row in rows).values())
    return {row["code"]: row for row in rows}


def parameters(name: str) -> dict[str, object]:
    rows = toml(f"parameters/{name}.toml")["parameter"]
    assert len({row["key"] for row in rows}) == len(rows)
    return {row["key"]: row["value"] for row in rows}


@pytest.mark.parametrize(
    "path", sorted((SEEDS / "codes").glob("*.csv")), ids=lambda path: path.stem
)
def test_every_code_has_a_label_and_a_known_parent(path: Path):
    rows = codes(path.stem)
    assert rows
    assert all(row["label"].strip() == row["label"] != "" for row in rows.values())
    assert {row.get("parent", "") for row in rows.values()} - {""} <= set(rows)


def test_the_industry_classification_has_twenty_sections_and_ninety_seven_divisions():
    rows = codes("industry_division")
    sections = [code for code, row in rows.items() if not row["parent"]]
    divisions = [code for code, row in rows.items() if row["parent"]]
    assert sections == list("ABCDEFGHIJKLMNOPQRST")
    assert divisions == [f"{number:02}" for number in range(1, 98)]
    assert (rows["15"]["parent"], rows["26"]["label"]) == ("C", "化学原料和化学制品制造业")


def test_the_divisions_of_modern_services_are_service_divisions():
    rows = codes("industry_division")
    chosen = parameters("service_divisions")["service_divisions"]
    assert {rows[code]["parent"] for code in chosen} <= set("GIJLMQR")


def test_regions_go_from_province_to_county():
    rows = codes("region")
    names = [rows[code]["label"] for code in ("510000", "510500", "510502", "510503", "510504")]
    assert names == ["四川省", "泸州市", "江阳区", "纳溪区", "龙马潭区"]
    assert rows["510504"]["parent"] == "510500"
    assert sum(row["parent"] == "" for row in rows.values()) == 34


def test_districts_of_luzhou_carry_their_national_codes():
    regions = codes("region")
    districts = {row["code"]: row for row in toml("districts.toml")["district"]}
    national = {code for code, row in regions.items() if row["parent"] == "510500"} | {"510500"}
    assert {code for code, row in districts.items() if row["kind"] != "park"} == national
    assert all(districts[code]["name"] == regions[code]["label"] for code in national)


def test_a_park_is_coded_under_the_district_it_lies_in():
    districts = toml("districts.toml")["district"]
    known = {row["code"] for row in districts}
    for row in districts:
        if row["kind"] == "park":
            seat, letters = row["code"].split("-")
            assert seat in known
            assert letters == row["letters"]


def test_the_family_is_longmatan_with_its_two_parks_and_nobody_else():
    family = Counter(row["family"] for row in toml("districts.toml")["district"])
    assert {name: size for name, size in family.items() if size > 1} == {"510504": 3}
    members = {
        row["name"] for row in toml("districts.toml")["district"] if row["family"] == "510504"
    }
    assert members == {"龙马潭区", "长开区", "航空园区"}


def test_receipt_letters_and_unit_codes_are_not_used_twice():
    districts = toml("districts.toml")["district"]
    letters = [row["letters"] for row in districts]
    assert len(set(letters)) == len(letters)
    assert {"JY", "LMT", "NX", "CKQ", "HKY", "LGP", "ZBQ", "LZ"} <= set(letters)
    units = [unit["code"] for row in districts for unit in row["units"]]
    assert len(set(units)) == len(units)


def test_the_registrar_of_the_policy_is_the_one_unit_of_that_kind():
    units = [unit for row in toml("districts.toml")["district"] for unit in row["units"]]
    registrars = [unit["code"] for unit in units if unit["kind"] == "registrar"]
    assert registrars == [parameters("first_talk")["registrar"]]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_a_calendar_year_has_the_same_working_days_as_the_holiday_library(year: int):
    calendar = toml(f"calendar/{year}.toml")
    published = holidays.China(years=year)
    day = date(year, 1, 1)
    while day.year == year:
        ours = day in calendar["working_weekends"] or (
            day.weekday() < 5 and day not in calendar["off"]
        )
        assert ours == published.is_working_day(day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_a_calendar_year_is_in_order_and_says_whether_the_notice_is_out(year: int):
    calendar = toml(f"calendar/{year}.toml")
    assert calendar["year"] == year
    assert calendar["off"] == sorted(set(calendar["off"]) - set(calendar["working_weekends"]))
    assert all(day.weekday() >= 5 for day in calendar["working_weekends"])
    published = calendar["notice"] == "国务院通知已发布"
    assert published == (year < 2027)
    assert published == calendar["reference"].startswith("国办发明电")
    assert published or not calendar["working_weekends"]


def test_the_calendar_of_2026_is_the_one_of_the_notice():
    spans = ["01-01 3", "02-15 9", "04-04 3", "05-01 5", "06-19 3", "09-25 3", "10-01 7"]
    off = [
        date.fromisoformat(f"2026-{span[:5]}") + timedelta(days=number)
        for span in spans
        for number in range(int(span[6:]))
    ]
    calendar = toml("calendar/2026.toml")
    assert calendar["off"] == off
    assert [f"{day:%m-%d}" for day in calendar["working_weekends"]] == [
        "01-04",
        "02-14",
        "02-28",
        "05-09",
        "09-20",
        "10-10",
    ]


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("first_talk", "parameter"),
        ("general", "parameter"),
        ("service_divisions", "parameter"),
        ("tax_sharing", "row"),
        ("gates", "rule"),
    ],
)
def test_every_parameter_row_has_a_date_a_reference_and_a_status(name: str, table: str):
    for row in toml(f"parameters/{name}.toml")[table]:
        assert isinstance(row["effective_from"], date)
        assert row["reference"]
        assert row["status"] in STATUSES


def test_the_shares_of_a_tax_add_up_to_one_hundred_at_the_levels_it_names():
    for row in toml("parameters/tax_sharing.toml")["row"]:
        if row.get("ended"):
            assert "shares" not in row
            continue
        assert list(row["shares"]) == LEVELS[row["of"]]
        assert sum(Decimal(share) for share in row["shares"].values()) == 100


def test_no_tax_row_is_seeded_as_verified_and_the_split_in_the_city_is_a_demonstration():
    rows = toml("parameters/tax_sharing.toml")["row"]
    assert {row["status"] for row in rows} == {"unverified", "demo"}
    assert [row["status"] for row in rows if row["of"] == "below_province"] == ["demo"]


def test_a_tax_has_one_row_per_payer_class_and_day():
    rows = toml("parameters/tax_sharing.toml")["row"]
    keys = [(row["of"], row["tax"], row["payer_class"], row["effective_from"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_the_evidence_of_the_policy_is_known_by_code():
    floor = parameters("first_talk")["evidence.floor"]
    known = set(codes("evidence_kind"))
    assert set(floor["alone"]) | set(floor["pair"]) <= known
    assert not set(floor["alone"]) & set(floor["pair"])


def test_what_the_policy_excludes_is_known_by_code():
    assert parameters("first_talk")["scope.exclude"] == list(codes("first_talk_exclusion"))


def test_the_city_approves_each_kind_of_agreement_by_a_parameter():
    assert parameters("general")["approval.required"].keys() == codes("agreement_kind").keys()


def test_gate_rules_are_named_once_and_grouped_by_their_gate():
    rules = toml("parameters/gates.toml")["rule"]
    stages = {"G0": "lead", "G1": "assessing", "G2": "negotiating", "G3": "signed"}
    assert len({rule["rule_id"] for rule in rules}) == len(rules)
    assert all(rule["stage"] == stages[rule["rule_id"][:2]] for rule in rules)
    categories = {rule["category"] for rule in rules} - {"*"}
    assert categories == set(codes("project_category"))


def test_logging_a_lead_asks_for_a_name_and_a_source_and_nothing_else():
    rules = toml("parameters/gates.toml")["rule"]
    asked = [rule["field"] for rule in rules if rule["stage"] == "lead"]
    assert asked == ["name", "source"]
