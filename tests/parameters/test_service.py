"""What holds on a day, as later capabilities read it."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from app.errors import NotFound
from app.kit.work import Office, Work
from app.parameters import service
from app.parameters.models import GateRule, ParameterValue, SharingRow, Status


def written(work: Work, row: ParameterValue | SharingRow | GateRule) -> None:
    row.reference, row.status, row.entered_by, row.approved_by = "测试", Status.DEMO, "甲", "乙"
    work.add(row)


def capacity(value: int, day: date, revision: int = 1) -> ParameterValue:
    return ParameterValue(key="pool.capacity", value=value, effective_from=day, revision=revision)


def test_a_value_holds_until_the_day_before_the_next(office: Office):
    with office.open() as work:
        written(work, capacity(60, date(2026, 6, 1)))
        assert service.general(work, date(2026, 5, 31)).pool_capacity == 50
        assert service.general(work, date(2026, 6, 1)).pool_capacity == 60
        assert service.general(work).pool_capacity == 50


def test_a_correction_of_a_day_counts_instead_of_what_it_corrects(office: Office):
    with office.open() as work:
        written(work, capacity(60, date(2026, 1, 1)))
        written(work, capacity(70, date(2026, 1, 1), revision=2))
        assert service.general(work).pool_capacity == 70


def test_a_late_correction_of_an_early_day_does_not_outlive_the_next_row(office: Office):
    with office.open() as work:
        written(work, capacity(60, date(2026, 2, 1)))
        written(work, capacity(99, date(2024, 1, 1), revision=2))
        assert service.general(work).pool_capacity == 60
        assert service.general(work, date(2026, 1, 31)).pool_capacity == 99


def test_before_the_first_row_nothing_holds(office: Office):
    with office.open(reads=True) as work:
        with pytest.raises(NotFound):
            service.general(work, date(2023, 12, 31))
        with pytest.raises(NotFound):
            service.first_talk_policy(work, date(2023, 12, 31))


def test_the_rule_set_in_force_is_the_luzhou_default(office: Office):
    with office.open(reads=True) as work:
        policy = service.first_talk_policy(work)
    assert policy.version == "luzhou_default/1"
    assert policy.registrar == "510500-LXB"


def test_a_rule_set_is_found_by_the_name_that_decisions_store(office: Office):
    with office.open(reads=True) as work:
        assert service.policy_version(work, "wuhan_zone/1").max_transfers == 1
        for unknown in ("wuhan_zone/2", "wuhan_zone", "nowhere/1", "wuhan_zone/²"):
            with pytest.raises(NotFound):
                service.policy_version(work, unknown)


@pytest.mark.parametrize(
    ("start", "n", "last_day"),
    [
        (date(2026, 9, 28), 3, date(2026, 10, 8)),
        (date(2026, 9, 28), 5, date(2026, 10, 10)),
        (date(2026, 2, 12), 2, date(2026, 2, 14)),
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
    ],
)
def test_the_calendar_counts_working_days_over_the_holidays(
    office: Office, start: date, n: int, last_day: date
):
    with office.open(reads=True) as work:
        assert service.work_calendar(work).nth_workday(start, n) == last_day


def test_a_year_without_a_notice_is_provisional(office: Office):
    with office.open(reads=True) as work:
        calendar = service.work_calendar(work)
    assert calendar.is_provisional(date(2027, 3, 1))
    assert not calendar.is_provisional(date(2026, 3, 1))


def rates(work: Work, tax: str, of: str = "gross", payer_class: str = "一般") -> list[dict]:
    return [
        row
        for row in service.tax_sharing(work)
        if (row["tax"], row["of"], row["payer_class"]) == (tax, of, payer_class)
    ]


def test_a_rate_ends_the_day_before_the_next_begins(office: Office):
    with office.open(reads=True) as work:
        older, newer = rates(work, "增值税")
    assert (older["from"], older["to"]) == ("1994-01-01", "2016-04-30")
    assert (newer["from"], newer["to"]) == ("2016-05-01", None)
    assert list(newer["shares"]) == ["中央", "省", "市区"]


def test_a_tax_that_has_ended_has_no_rate_from_that_day(office: Office):
    with office.open(reads=True) as work:
        (only,) = rates(work, "营业税")
    assert only["to"] == "2016-04-30"


def test_the_rates_of_a_tax_never_overlap_and_add_up(office: Office):
    with office.open(reads=True) as work:
        found = service.tax_sharing(work)
    last: dict[tuple, dict] = {}
    for row in found:
        key = (row["of"], row["tax"], row["payer_class"])
        if key in last:
            assert last[key]["to"] is not None
            assert date.fromisoformat(last[key]["to"]) < date.fromisoformat(row["from"])
        last[key] = row
        assert sum(Fraction(share) for share in row["shares"].values()) == 100


def test_a_corrected_rate_replaces_the_row_of_its_day(office: Office):
    with office.open() as work:
        row = SharingRow(
            of="below_province",
            tax="*",
            payer_class="一般",
            effective_from=date(2014, 1, 1),
            revision=2,
            shares={"区": "60", "市": "40"},
            url="",
            note="",
        )
        written(work, row)
        (corrected,) = rates(work, "*", "below_province")
    assert list(corrected["shares"].items()) == [("市", "40"), ("区", "60")]


def rule(revision: int, **changes: object) -> GateRule:
    values = {
        "rule_id": "G0.source",
        "track": "*",
        "category": "*",
        "stage": "lead",
        "field": "source",
        "check": "filled",
        "sentence": "请选来源",
        "fixable_by": ["officer"],
        "may_declare_unknown": False,
        "position": 2,
    }
    return GateRule(**values | changes, effective_from=date(2026, 4, 1), revision=revision)


def test_gate_rules_stand_in_the_order_of_the_gates(office: Office):
    with office.open(reads=True) as work:
        gates = [one.rule_id[:2] for one in service.gate_rules(work)]
    assert gates == sorted(gates)
    assert set(gates) == {"G0", "G1", "G2", "G3"}


def test_a_gate_rule_changes_on_its_day_and_may_end(office: Office):
    with office.open() as work:
        written(work, rule(1))
        written(work, rule(2, ended=True))
        before = {one.rule_id for one in service.gate_rules(work, date(2026, 3, 31))}
        after = {one.rule_id for one in service.gate_rules(work, date(2026, 4, 1))}
    assert before - after == {"G0.source"}


def test_a_gate_rule_points_into_the_record(office: Office):
    with office.open(reads=True) as work:
        found = {one.rule_id: one for one in service.gate_rules(work)}
    assert found["G3.agreement_file"].pointer == "/agreement/file"
    assert found["G1.investment"].may_declare_unknown


def test_the_counties_of_luzhou_stand_under_their_city(office: Office):
    with office.open(reads=True) as work:
        counties = service.codes(work, "region", "510500")
        assert [one.code for one in counties][:3] == ["510502", "510503", "510504"]
        assert len(counties) == 7
        assert service.codes(work, "region", "510502") == ()
        with pytest.raises(NotFound):
            service.codes(work, "no_such_dictionary")


def test_tomorrows_version_of_a_rule_set_is_not_read_today(office: Office):
    with office.open() as work:
        newest = service.newest_version(work, "luzhou_default")
        assert newest is not None
        later = type(newest)(
            profile="luzhou_default",
            n=2,
            effective_from=work.today + timedelta(days=1),
            reference="测试",
            review_number="审查 2026-1",
            status=Status.DEMO,
        )
        work.add(later)
        value = ParameterValue(
            key="luzhou_default/cooldown",
            value=60,
            effective_from=later.effective_from,
            revision=1,
            policy_version_id=later.id,
        )
        written(work, value)
        today, tomorrow = (
            service.first_talk_policy(work),
            service.first_talk_policy(work, later.effective_from),
        )
    assert (today.n, today.cooldown) == (1, 30)
    assert (tomorrow.n, tomorrow.cooldown, tomorrow.hold_limit) == (2, 60, 25)
