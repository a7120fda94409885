"""The command `deadlines`: the worked cases, its refusals and its exit codes."""

import io
import json
from pathlib import Path

import pytest

from app.clock import WorkCalendar, load_calendar
from app.first_talk import deadlines

CASES = Path(__file__).parent / "cases" / "deadlines.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
SEEDS = Path(__file__).parents[2] / "seeds" / "calendar"


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return load_calendar(SEEDS)


class Command:
    """One call of the command with its three streams."""

    def __init__(self, calendar: WorkCalendar, *files: object, stdin: bytes = b"") -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = deadlines.run(
            [str(file) for file in files], io.BytesIO(stdin), out, err, calendar
        )
        self.out, self.err = out.getvalue(), err.getvalue()


def run(calendar: WorkCalendar, content: object) -> Command:
    return Command(calendar, "-", stdin=json.dumps(content).encode())


def one(kind: str, start: str, **params: object) -> dict[str, object]:
    return {"cases": [{"kind": kind, "start": start, "params": params}]}


@pytest.mark.parametrize("with_calendar", [True, False])
@pytest.mark.parametrize("place", range(len(WORKED["cases"])))
def test_every_worked_case_comes_out_with_its_own_calendar_and_with_the_seeded_one(
    calendar: WorkCalendar, place: int, with_calendar: bool
) -> None:
    case = WORKED["cases"][place]
    given = {"calendar": WORKED["calendar"]} if with_calendar else {}
    command = run(calendar, {**given, "cases": [case]})
    assert command.code == 0
    assert json.loads(command.out) == [case["expect"]]


def test_a_date_in_a_year_without_a_notice_is_marked_provisional(calendar: WorkCalendar) -> None:
    assert json.loads(run(calendar, one("review", "2026-12-31", n=3, unit="working")).out) == [
        {"last_day": "2027-01-06", "until": "2027-01-07T00:00:00+08:00", "provisional": True}
    ]
    year_end = one("review", "2026-12-30", n=1, unit="working")
    assert "provisional" not in json.loads(run(calendar, year_end).out)[0]
    reports = json.loads(run(calendar, one("report", "2026-12-10", every=14, grace=3, count=2)).out)
    assert [row.get("provisional") for row in reports[0]["reports"]] == [None, True]


def test_a_calendar_in_the_file_rules_the_years_it_names(calendar: WorkCalendar) -> None:
    content = {"calendar": {"off": ["2027-01-05"]}} | one(
        "answer", "2027-01-04", n=1, unit="working"
    )
    assert json.loads(run(calendar, content).out) == [
        {"last_day": "2027-01-06", "until": "2027-01-07T00:00:00+08:00"}
    ]


def test_a_calendar_period_rolls_only_if_told_and_takes_a_cutoff(calendar: WorkCalendar) -> None:
    content = one("answer", "2026-04-03", n=1, unit="calendar", roll=False, cutoff="18:00")
    assert json.loads(run(calendar, content).out) == [
        {"nominal": "2026-04-04", "last_day": "2026-04-04", "until": "2026-04-04T18:00:00+08:00"}
    ]


@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        ([], "", "type"),
        ({}, "", "missing"),
        ({"cases": {}}, "/cases", "type"),
        ({"cases": [3]}, "/cases/0", "type"),
        ({"cases": [], "when": 1}, "/when", "unknown_key"),
        ({"cases": [], "calendar": {"off": ["2026-02-30"]}}, "/calendar/off/0", "date"),
        ({"cases": [], "calendar": {"a/b": []}}, "/calendar/a~1b", "unknown_key"),
        ({"cases": [{"kind": "answer", "start": "2026-03-02"}]}, "/cases/0", "missing"),
        (one("hour", "2026-03-02"), "/cases/0/kind", "value"),
        (one("length", "1989-12-31", days=90), "/cases/0/start", "value"),
        (one("length", "2026-2-3", days=90), "/cases/0/start", "date"),
        (one("length", "20260203", days=90), "/cases/0/start", "date"),
        (one("length", "2026-02-03", days=0), "/cases/0/params/days", "value"),
        (one("answer", "2026-03-02", n=3661, unit="working"), "/cases/0/params/n", "value"),
        (one("answer", "2026-03-02", n=True, unit="working"), "/cases/0/params/n", "type"),
        (one("answer", "2026-03-02", n="3", unit="working"), "/cases/0/params/n", "type"),
        (one("answer", "2026-03-02", n=3.0, unit="working"), "/cases/0/params/n", "type"),
        (one("answer", "2026-03-02", n=3), "/cases/0/params", "missing"),
        (one("answer", "2026-03-02", n=3, unit="week"), "/cases/0/params/unit", "value"),
        (
            one("answer", "2026-03-02", n=3, unit="working", roll=True),
            "/cases/0/params/roll",
            "unknown_key",
        ),
        (one("length", "2026-03-02", days=3, cutoff="24:00"), "/cases/0/params/cutoff", "value"),
        (one("weekly_sheet", "2026-05-01", n=3), "/cases/0/params/n", "unknown_key"),
        (one("length", "2096-01-01", days=3660), "/cases/0/params", "value"),
        (one("stale_lapse", "9999-01-01", red=3, lapse_notice=5), "/cases/0/params", "value"),
        (one("transfer_stale", "9999-12-01", months=9), "/cases/0/params", "value"),
    ],
)
def test_bad_input_is_refused_where_it_stands_and_nothing_is_printed(
    calendar: WorkCalendar, content: object, pointer: str, code: str
) -> None:
    command = run(calendar, content)
    assert (command.code, command.out) == (2, "")
    assert command.err.startswith(f"-: {pointer}: ")
    assert command.err.endswith(f"[{code}]\n")


def test_all_that_is_wrong_is_named_in_the_order_of_the_file(calendar: WorkCalendar) -> None:
    content = {
        "cases": [
            {"kind": "length", "start": "1980-01-01", "params": {"days": 0}},
            {"kind": "hour", "start": "2026-01-01", "params": {}},
        ]
    }
    lines = run(calendar, content).err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "/cases/0/start",
        "/cases/0/params/days",
        "/cases/1/kind",
    ]


def test_a_key_written_twice_is_refused(calendar: WorkCalendar) -> None:
    text = (
        b'{"cases": [{"kind": "length", "start": "2026-01-05", "params": {"days": 1, "days": 2}}]}'
    )
    command = Command(calendar, "-", stdin=text)
    assert command.code == 2
    assert "/cases/0/params/days" in command.err


@pytest.mark.parametrize("text", [b"{", b"[NaN]", b"\xff\xfe", b"[" * 100_000, b"1" * 5000])
def test_what_is_not_json_exits_3(calendar: WorkCalendar, text: bytes) -> None:
    command = Command(calendar, "-", stdin=text)
    assert (command.code, command.out) == (3, "")
    assert "[json]" in command.err


def test_a_byte_order_mark_is_accepted(calendar: WorkCalendar) -> None:
    text = b"\xef\xbb\xbf" + json.dumps(one("length", "2026-01-05", days=90)).encode()
    assert Command(calendar, "-", stdin=text).code == 0


def test_no_file_and_a_missing_file_are_told_apart(calendar: WorkCalendar, tmp_path: Path) -> None:
    assert Command(calendar).code == 2
    missing = Command(calendar, tmp_path / "none.json")
    assert (missing.code, missing.out) == (3, "")
    assert "[file]" in missing.err


def test_several_files_answer_by_name_and_the_good_ones_are_still_computed(
    calendar: WorkCalendar, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    command = Command(calendar, CASES, bad)
    answers = json.loads(command.out)
    assert command.code == 2
    assert len(answers[str(CASES)]) == len(WORKED["cases"])
    assert answers[str(bad)]["errors"][0]["code"] == "missing"
