"""目标求解: which number of the scheme brings a party what it wants."""

import html
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from app.engine import casefile
from app.kit.work import Actor, Office
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.agreements.test_appraisals import CASE as VALUED
from tests.agreements.test_bench import GOOD
from tests.builders import LONGMATAN, partner_key

Client = Callable[..., TestClient]
CAPPED = support.scheme(
    term={"years": 3, "after": IN},
    cap=[{"party": OUT, "cumulative": "5000000.00", "overflow": IN, "scope": "total"}],
)
FACTS = {"annual": {"2028": "4000000.00", "2029": "-1000000.00", "2030": "9000000.00"}}
CASE = {"scheme": CAPPED | {"negative": "share"}, "facts": FACTS}
RANGE = {"lowest": "0", "highest": "100", "step": "1"}
CAP = {"party": OUT, "at": "/scheme/cap/0/cumulative"}


def sought(client: Client, office: Office, **body: object):
    browser = client()
    key = partner_key(office, "agreement:*", district=LONGMATAN)
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser.post("/api/v1/scenarios:goal-seek", json=body)


def total(case: dict, party: str) -> Decimal:
    """What the command `split` gives a party for the case file, over all years."""
    out = io.BytesIO()
    raw = io.BytesIO(json.dumps(case, ensure_ascii=False).encode())
    assert casefile.run(["-"], raw, out, io.BytesIO()) == 0
    years = json.loads(out.getvalue())
    return sum(Decimal(value[party]) for key, value in years.items() if key[:4].isdigit())


@pytest.mark.parametrize(
    ("term", "step"),
    [
        (CAP | {"lowest": "0", "highest": "8000000", "step": "50000.01"}, "50000.01"),
        ({"party": IN, "at": "/scheme/split/0/weights/纳溪区"} | RANGE | {"step": "1/2"}, "1/2"),
    ],
    ids=["cap", "ratio"],
)
def test_the_case_file_reaches_the_target_and_a_step_less_does_not(
    client: Client, office: Office, term: dict, step: str
):
    wish = {"target": "6100000.00"} if term["party"] == OUT else {"target": "9000000.00"}
    answer = sought(client, office, **CASE, **term, **wish).json()
    assert total(answer["case"], term["party"]) >= Decimal(wish["target"])
    value = Decimal(answer["value"])
    less = value - (Decimal("0.5") if step == "1/2" else Decimal(step))
    before = sought(
        client, office, **CASE, **term | {"lowest": str(less), "highest": str(less)}, target="0.00"
    ).json()
    assert total(before["case"], term["party"]) < Decimal(wish["target"])
    assert answer["crossings"] == [{"value": answer["value"], "reaches": True}]


def test_every_crossing_is_listed(client: Client, office: Office):
    """By years 龙马潭区 has 240, 180, 720 万元."""
    case = {"scheme": {**CASE["scheme"], "cap": [], "split": CAPPED["split"]}, "facts": FACTS}
    term = {"party": OUT, "at": "/scheme/term/years", "lowest": "1", "highest": "5", "step": "1"}
    answer = sought(client, office, **case, **term, target="2000000.00").json()
    assert answer["value"] == "1"
    assert answer["crossings"] == [
        {"value": "2", "reaches": False},
        {"value": "3", "reaches": True},
    ]


def test_a_present_value_is_a_target_too(client: Client, office: Office):
    """The published table: 47.9% over ten years just brings 3,000 万元 back."""
    case = {key: VALUED[key] for key in ("scheme", "facts")}
    basis = {key: VALUED[key] for key in ("rate", "year_zero", "outlays")}
    term = {"party": OUT, "at": f"/scheme/split/0/weights/{OUT}"} | RANGE | {"step": "0.1"}
    answer = sought(client, office, **case, **term, target="0.00", basis=basis).json()
    assert answer["value"] == "47.9"


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"at": "/scheme/cap/7/cumulative"}, "/at"),
        ({"at": "/facts/annual/2028"}, "/at"),
        ({"at": "/scheme/cap/0/overflow"}, "/at"),
        ({"party": "江阳区"}, "/party"),
        ({"step": "0"}, "/step"),
        ({"lowest": "-1"}, "/lowest"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_sought_is_refused_at_its_place(
    client: Client, office: Office, changed: dict, pointer: str
):
    answer = sought(client, office, **CASE, **CAP | RANGE | {"target": "1.00"} | changed)
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]


FORM = GOOD | {
    "goal.party": "0",
    "goal.target": "1500",
    "goal.at": f"/scheme/split/0/weights/{OUT}",
}


def test_the_bench_answers_in_words_and_the_number_is_taken_over(client: Client, ours: Actor):
    browser = client(ours)
    page = html.unescape(browser.get("/bench", params=FORM).text)
    assert "龙马潭区各年合计不少于 1,500 万元，第 1 年起比例：龙马潭区至少要" in page
    said = " ".join(re.sub(r"<[^>]+>", "", page).split())
    assert "49% 1,470.00 未达到，50% 1,500.00 达到" in said
    value = re.search(r'name="apply" value="([^"]+)">用这个数', page)[1]
    taken = browser.get("/bench", params=FORM | {"apply": value})
    assert taken.status_code == 303
    opened = browser.get(taken.headers["location"]).text
    assert 'name="split.0.weights.0" value="50.00"' in opened
    assert 'name="split.0.weights.1" value="50.00"' in opened
    assert GOOD["facts.rows"].splitlines()[1] in html.unescape(opened)


@pytest.mark.parametrize(
    ("typed", "place", "message"),
    [
        ({"goal.target": "9999"}, "goal.highest", "0% 至 100%之间没有一个值能达到目标"),
        ({"goal.target": "很多"}, "goal.target", "金额应为数字"),
        ({"goal.target": ""}, "goal.target", "金额应为数字"),
        ({"goal.at": ""}, "goal.at", "请选择要求解的条款"),
        ({"goal.party": ""}, "goal.party", "请选择为哪一方求解"),
        ({"goal.lowest": "x"}, "goal.lowest", "应为数字"),
        ({"goal.step": "0"}, "goal.step", "步长应为正"),
        ({"goal.step": "0.01"}, "goal.step", "一次最多试 1000 步"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mistake_stands_at_its_field_and_the_run_stays(
    client: Client, ours: Actor, typed: dict, place: str, message: str
):
    valued = FORM | {"value.party": "0", "open": "npv.0"}
    answer = client(ours).get("/bench", params=valued | typed)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert re.search(rf'<a href="#f-{place.replace(".", "-")}">[^<]*{re.escape(message)}', page)
    assert f'id="f-{place.replace(".", "-")}"' in page
    assert "各方按年分得</caption>" in page
    assert "各方的合计和净现值</caption>" in page
    assert 'id="working"' in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_range_in_which_all_values_reach_says_so(client: Client, ours: Actor):
    page = client(ours).get("/bench", params=FORM | {"goal.lowest": "60"}).text
    assert "范围里每一个数都能达到目标，没有分界" in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_cell_of_the_heat_map_opens_as_a_run(client: Client, ours: Actor):
    browser = client(ours)
    valued = GOOD | {"value.party": "0"}
    page = html.unescape(browser.get("/bench", params=valued).text)
    cell = re.search(r'name="open" value="(cell.5.1.npv.0)" title="([0-9,.]+) 元', page)
    panel = browser.get("/bench", params=valued | {"open": cell[1]}).text
    taken = re.search(r'name="cell" value="(3/10\*3)">按这个比例和年限整算', panel)
    address = browser.get("/bench", params=valued | {"cell": taken[1]}).headers["location"]
    opened = browser.get(address)
    assert 'name="term.years" type="text" value="3"' in opened.text
    worth = re.search(r'value="npv.0" title="([0-9,.]+) 元', opened.text)
    assert worth[1] == cell[2]


RATIO, YEARS = f"/scheme/split/0/weights/{OUT}", "/scheme/term/years"


@pytest.mark.parametrize(
    ("typed", "place", "message"),
    [
        ({"locked": RATIO}, "goal.at", "已锁定"),
        ({"locked": f"/scheme/split/0/weights/{IN}"}, "goal.at", "另有未锁定的参与方"),
        ({"locked": RATIO, "apply": f"{RATIO}=50"}, "goal.at", "已锁定"),
        ({"locked": RATIO, "value.party": "0", "cell": "1/2*3"}, "value.party", "已锁定"),
        ({"locked": YEARS, "value.party": "0", "cell": "1/2*3"}, "value.party", "已锁定"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_number_is_changed_by_nothing(
    client: Client, ours: Actor, typed: dict, place: str, message: str
):
    answer = client(ours).get("/bench", params=FORM | typed)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert re.search(rf'<a href="#f-{place.replace(".", "-")}">[^<]*{message}', page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_locked_is_seen_and_stays_locked(client: Client, ours: Actor):
    browser = client(ours)
    valued = GOOD | {"value.party": "0", "locked": YEARS}
    page = html.unescape(browser.get("/bench", params=valued).text)
    card = page.partition('id="f-term"')[2].partition("</details>")[0]
    assert "已锁定" in card.partition("</summary>")[0]
    assert f'name="locked" value="{YEARS}" checked' in card
    offered = page.partition('name="goal.at"')[2].partition("</select>")[0]
    assert YEARS not in offered
    assert RATIO in offered
    assert set(re.findall(r'name="open" value="cell\.[0-9]\.([0-9])', page)) == {"0"}
    taken = browser.get("/bench", params=valued | {"cell": "1/2*2"}).headers["location"]
    assert f'name="locked" value="{YEARS}" checked' in html.unescape(browser.get(taken).text)
    held = html.unescape(browser.get("/bench", params=valued | {"locked": RATIO}).text)
    assert "分享比例已锁定，不按比例和年限试算" in held
    assert "净现值，按比例和年限" not in held
