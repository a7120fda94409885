"""分成比例测算: what the calculators propose by page and by JSON, and what is kept of it."""

import html
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import exc, select
from starlette.testclient import TestClient

from app.agreements import calculators, scenarios
from app.agreements.bench_schemas import SaveScenario
from app.agreements.calculator_schemas import COMMANDS, CalculationFilter, CalculationView
from app.agreements.models import Calculation
from app.errors import Forbidden, Invalid, NotFound
from app.kit.work import Actor, Office, Role
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import LONGMATAN, partner_key, person

Client = Callable[..., TestClient]
CASES = Path(__file__).parent.parent / "engine" / "cases"
GOLDEN = {
    case["id"]: case for case in json.loads((CASES / "golden.json").read_text("utf-8"))["cases"]
}
PAPERS = {"on": "2026-02-01", "document": "泸审投报3号", "approver": "区审计局"}
KEPT = {"title": "按到账出资", "reasons": "双方出资均已到账"}
KEYS = {"土地": "land", "基础设施": "infrastructure", "资本金": "capital", "运营": "operation"}
BASES = {
    "land": "land_price",
    "infrastructure": "final_accounts",
    "capital": "paid_in",
    "operation": "audit",
}


def paid(party: str, amount: str, **changes: object) -> dict[str, object]:
    """What a party paid in, with its papers."""
    row = {"party": party, "factor": "capital", "amount": amount, "basis": "paid_in", **PAPERS}
    return row | changes


def equity(**changes: object) -> dict[str, object]:
    """3 : 2 by equity."""
    return {"kind": "equity", "inputs": [paid(OUT, "3"), paid(IN, "2")], **KEPT, **changes}


def factor_weights() -> dict[str, object]:
    """G22: valued inputs of three districts."""
    facts = GOLDEN["G22"]["facts"]
    inputs = [
        paid(party, amount, factor=KEYS[name], basis=BASES[KEYS[name]])
        for party, own in facts["inputs"].items()
        for name, amount in own.items()
    ]
    alpha = [{"factor": KEYS[name], "weight": weight} for name, weight in facts["alpha"].items()]
    return {"kind": "factor_weights", "alpha": alpha, "inputs": inputs, **KEPT}


def recovery_first() -> dict[str, object]:
    """G08: 36.5M to be covered, then 6 : 4; an even base of 15M a year."""
    then = [{"party": "转出地", "weight": "6"}, {"party": "转入地", "weight": "4"}]
    inputs = [
        paid("转出地", "30000000.00"),
        paid("转出地", "6500000.00", factor="fulfilment", basis="audit"),
    ]
    return {
        "kind": "recovery_first",
        "inputs": inputs,
        "yearly_base": "15000000.00",
        "then": then,
        **KEPT,
    }


def shapley(**changes: object) -> dict[str, object]:
    """G20: three cities and a joint plant, 万元; 1 and 3 would not build one together."""
    table = GOLDEN["G20"]["facts"]["C"] | {"13": 463}
    rows = [
        {
            "members": "+".join(f"城{number}" for number in key),
            "amount": f"{cost}0000.00",
            "basis": "estimate",
            **PAPERS,
        }
        for key, cost in sorted(table.items(), key=lambda item: (len(item[0]), item[0]))
    ]
    return {
        "kind": "shapley",
        "measure": "cost",
        "players": ["城1", "城2", "城3"],
        "coalitions": rows,
        **KEPT,
        **changes,
    }


ALL = [equity, factor_weights, recovery_first, shapley]


def command(document: dict[str, object]):
    kind = next(kind for kind in COMMANDS if kind == document["kind"])
    return COMMANDS[kind].model_validate(document)


def keep(office: Office, actor: Actor, document: dict[str, object]) -> CalculationView:
    with office.open(actor) as work:
        return calculators.keep(work, command(document))


def evaluate(office: Office, actor: Actor, document: dict[str, object]):
    with office.open(actor, reads=True) as work:
        return calculators.evaluate(work, command(document))


def refused(office: Office, actor: Actor, document: dict[str, object]) -> list[str]:
    """The pointers at which a calculation is refused."""
    with pytest.raises(Invalid) as refusal, office.open(actor, reads=True) as work:
        calculators.evaluate(work, command(document))
    return [issue.pointer for issue in refusal.value.issues]


def percents(result) -> dict[str, str]:
    return {share.party: share.percent for share in result.shares}


def fields(document: dict[str, object]) -> dict[str, object]:
    """The fields of the form that say the same; its plain amounts count 万元, so 元 is written."""
    found: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, list) and isinstance(value[0], dict):
            for row, item in enumerate(value):
                for key, inner in fields(item).items():
                    found[f"{name}.{row}.{key}"] = inner
        elif name != "kind":
            found[name] = f"{value}元" if name in ("amount", "yearly_base") else value
    return found


class FormValues(HTMLParser):
    """What a browser would send of the calculator's form."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._inside, self._name, self._text = False, "", None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name", "")
        self._inside = self._inside or given.get("id") == "calculator"
        if not self._inside:
            return
        if tag == "input" and name and (given.get("type") != "radio" or "checked" in given):
            self.values.setdefault(name, []).append(given.get("value", ""))
        elif tag in ("select", "textarea"):
            self._name, self._text = name, "" if tag == "textarea" else None
        elif tag == "option" and "selected" in given:
            self.values[self._name] = [given["value"]]

    def handle_data(self, data):
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._text is not None:
            self.values[self._name], self._text = [self._text.strip()], None
        self._inside = self._inside and tag != "form"


def test_equity_is_the_ratio_of_what_was_paid_in(office: Office, ours: Actor):
    result = evaluate(office, ours, equity(inputs=[paid(OUT, "2"), paid(IN, "2"), paid(OUT, "1")]))
    assert percents(result) == {OUT: "60.00", IN: "40.00"}
    assert [str(share.exact) for share in result.shares] == ["3/5", "2/5"]
    assert result.working[0] == f"{OUT} = 3.00 ÷ 5.00 = 3/5 = 60.00%"


def test_valued_inputs_propose_the_weights_of_g22(office: Office, ours: Actor):
    result = evaluate(office, ours, factor_weights())
    assert percents(result) == {"龙马潭": "55.00", "江阳": "27.50", "纳溪": "17.50"}
    assert "0.3 × 120,000,000.00 ÷ 150,000,000.00（土地）" in result.working[0]
    assert result.working[0].endswith("= 0.55，占 11/20 = 55.00%")
    assert result.clauses["split"][0]["formula"]["type"] == "factor_weights"


def test_an_input_is_covered_before_the_ratio_counts(office: Office, ours: Actor):
    result = evaluate(office, ours, recovery_first())
    assert percents(result) == {"转出地": "60.00", "转入地": "40.00"}
    assert result.clauses["recover"] == [{"party": "转出地", "amount": "36500000.00"}]
    assert "前 2 年全部归转出地；第 3 年先覆盖余下的 6,500,000.00" in result.working[2]


def test_a_joint_cost_is_divided_as_published(office: Office, ours: Actor):
    result = evaluate(office, ours, shapley())
    assert [share.amount.yuan for share in result.shares] == [
        "2103333.33",
        "1278333.33",
        "2178333.34",
    ]
    assert [(check.title, check.holds) for check in result.checks] == [
        ("个体理性", True),
        ("核", True),
    ]


def test_the_coalition_that_would_leave_is_named_with_its_money(office: Office, ours: Actor):
    """Any two gain 12, all three no more: each has 4, so two could have 4 more by themselves."""
    names = ["甲", "乙", "丙", "甲+乙", "甲+丙", "乙+丙", "甲+乙+丙"]
    rows = [{"members": name, "amount": "12.00" if "+" in name else "0.00"} for name in names]
    game = shapley(measure="gain", players=["甲", "乙", "丙"], coalitions=rows)
    alone, core = evaluate(office, ours, game).checks
    assert alone.holds
    assert not core.holds
    assert core.text.startswith("夏普利值不在核内；联盟 甲+乙 会退出，自己办合计可多得 4.00 元")


def test_a_correction_that_leaves_somebody_worse_off_says_so(office: Office, ours: Actor):
    """λ = (1, 0, 0) gives 城1 two thirds of the saving of 640,000.00 more; 城3 pays for it."""
    weights = zip(["城1", "城2", "城3"], ["1", "0", "0"], strict=True)
    corrections = [{"party": party, "weight": weight} for party, weight in weights]
    result = evaluate(office, ours, shapley(corrections=corrections))
    assert not result.checks[0].holds
    assert "城3比单独办多承担 91,666.67 元" in result.checks[0].text
    assert "1/6 × (400,000.00 − 0.00)" in "".join(result.working)


def kept_scenario(office: Office, actor: Actor, **changes: object) -> str:
    facts = {"annual": {"2028": "1000.00", "2029": "500.01"}}
    what_if = SaveScenario(name="基准", scheme=support.scheme(**changes), facts=facts)
    with office.open(actor) as work:
        return scenarios.save(work, what_if).id


def test_the_ratio_is_tried_on_a_kept_what_if(office: Office, ours: Actor):
    """6 : 4 of 1,500.01 as it stands, by years; the proposed 1 : 3 of each year."""
    proposed = equity(inputs=[paid(OUT, "1"), paid(IN, "3")], scenario=kept_scenario(office, ours))
    worth = evaluate(office, ours, proposed).on_scenario
    assert (worth.name, worth.parties) == ("基准", [OUT, IN])
    assert [amount.yuan for amount in worth.now] == ["900.01", "600.00"]
    assert [amount.yuan for amount in worth.proposed] == ["375.00", "1125.01"]


def test_recovery_takes_the_place_of_that_of_the_what_if(office: Office, ours: Actor):
    """700.00 to 龙马潭区 first, then half of 300.00 and of 500.01."""
    id = kept_scenario(office, ours, recover=[{"party": IN, "amount": "10"}])
    document = recovery_first() | {
        "inputs": [paid(OUT, "700.00")],
        "then": [{"party": OUT, "weight": "1"}, {"party": IN, "weight": "1"}],
        "scenario": id,
    }
    worth = evaluate(office, ours, document).on_scenario
    assert [amount.yuan for amount in worth.proposed] == ["1100.01", "400.00"]


def test_a_what_if_of_other_parties_is_refused_at_its_field(office: Office, ours: Actor):
    id = kept_scenario(office, ours)
    assert refused(office, ours, equity(inputs=[paid("城1", "1")], scenario=id)) == ["/scenario"]


@pytest.mark.parametrize(
    ("inputs", "pointers"),
    [
        ([paid(OUT, "1", factor="land")], ["/inputs/0/basis"]),
        ([paid(OUT, "1", basis="audit")], ["/inputs/0/basis"]),
        ([paid(OUT, "1", factor="infrastructure", basis="appraisal")], ["/inputs/0/basis"]),
        ([paid(OUT, "1", factor="operation", basis="estimate")], ["/inputs/0/basis"]),
        ([paid(OUT, "1", factor="assets", basis="land_cost")], ["/inputs/0/basis"]),
        (
            [
                paid(OUT, "1", factor="land", basis="land_price"),
                paid(IN, "1"),
                paid(IN, "1", factor="land", basis="land_cost"),
            ],
            ["/inputs/2/basis"],
        ),
        ([paid(OUT, "1"), paid(IN, "1", on="2026-03-03")], ["/inputs/1/on"]),
        ([paid(OUT, "0"), paid(IN, "0")], ["/inputs"]),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_input_that_does_not_count_is_refused_at_its_field(
    office: Office, ours: Actor, inputs, pointers
):
    assert refused(office, ours, equity(inputs=inputs)) == pointers


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        (factor_weights() | {"alpha": [{"factor": "land", "weight": "1"}]}, "/inputs/1/factor"),
        (factor_weights() | {"alpha": [{"factor": "capital", "weight": "0"}]}, "/inputs/0/factor"),
        (recovery_first() | {"yearly_base": "0"}, "/yearly_base"),
        (recovery_first() | {"inputs": [paid("城1", "1")]}, "/inputs/0/party"),
        (shapley(coalitions=shapley()["coalitions"][:6]), "/coalitions"),
        (shapley(players=["城1", "城2"]), "/coalitions/2/members"),
        (shapley(corrections=[{"party": "城1", "weight": "1"}]), "/corrections"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_gives_no_ratio_is_refused_at_its_field(
    office: Office, ours: Actor, document, pointer
):
    assert refused(office, ours, document) == [pointer]


@pytest.mark.parametrize("document", ALL)
def test_a_kept_calculation_reads_exactly_as_it_was(office: Office, ours: Actor, document):
    made = keep(office, ours, document())
    with office.open(ours, reads=True) as work:
        assert calculators.calculation(work, made.id) == made
        again = calculators.evaluate(work, command(made.inputs))
    assert again == made.result
    assert made.result.undocumented == 0
    assert made.reasons == KEPT["reasons"]


def test_a_later_change_of_the_what_if_leaves_the_kept_result(office: Office, ours: Actor):
    id = kept_scenario(office, ours)
    made = keep(office, ours, equity(scenario=id))
    with office.open(ours) as work:
        scenarios.delete(work, id, None)
    with office.open(ours, reads=True) as work:
        kept = calculators.calculation(work, made.id)
    assert kept.result.on_scenario.name == "基准"


def test_a_kept_calculation_is_never_changed(office: Office, ours: Actor):
    made = keep(office, ours, equity())
    with pytest.raises(exc.DatabaseError), office.open(ours) as work:
        work.session.get_one(Calculation, made.id).reasons = "另一个理由"
    with office.open(ours, reads=True) as work:
        assert work.session.scalars(select(Calculation.reasons)).all() == [KEPT["reasons"]]


def test_a_calculation_without_its_papers_is_tried_but_not_kept(office: Office, ours: Actor):
    bare = {"party": OUT, "factor": "capital", "amount": "3"}
    document = equity(inputs=[bare, paid(IN, "2")], title="", reasons="")
    assert evaluate(office, ours, document).undocumented == 4
    with pytest.raises(Invalid) as refusal:
        keep(office, ours, document)
    assert [issue.pointer for issue in refusal.value.issues] == [
        "/title",
        "/reasons",
        "/inputs/0/basis",
        "/inputs/0/on",
        "/inputs/0/document",
        "/inputs/0/approver",
    ]
    assert refusal.value.issues[2].message == "第 1 行请填写依据"


def test_calculations_are_listed_by_agreement_the_newest_first(office: Office, ours: Actor):
    agreement = support.drafted(office, ours).id
    first, second = keep(office, ours, equity(agreement=agreement)), keep(office, ours, equity())
    with office.open(ours, reads=True) as work:
        every = calculators.calculations(work, CalculationFilter())
        some = calculators.calculations(work, CalculationFilter(agreement=agreement))
        page = calculators.calculations(work, CalculationFilter(limit=1))
        rest = calculators.calculations(work, CalculationFilter(limit=1, cursor=page.next_cursor))
    assert {line.id for line in every.items} == {first.id, second.id}
    assert [line.id for line in some.items] == [first.id]
    assert [line.id for line in (*page.items, *rest.items)] == [line.id for line in every.items]
    assert some.items[0].proposed == f"{OUT} 60.00%、{IN} 40.00%"


def test_another_district_reads_nothing_of_it(office: Office, ours: Actor, theirs: Actor):
    agreement = support.offered(office, ours).agreement_id
    made = keep(office, ours, equity(agreement=agreement))
    with office.open(theirs, reads=True) as work:
        assert calculators.calculations(work, CalculationFilter()).items == []
    with pytest.raises(NotFound), office.open(theirs, reads=True) as work:
        calculators.calculation(work, made.id)
    draft = support.drafted(office, ours).id
    with pytest.raises(NotFound):
        keep(office, theirs, equity(agreement=draft))


def test_an_officer_keeps_none(office: Office):
    officer = person(office, "officer", Role.OFFICER, district=LONGMATAN)
    with pytest.raises(Forbidden):
        keep(office, officer, equity())


@pytest.mark.parametrize("document", ALL)
def test_a_calculation_by_page_is_tried_kept_and_taken_up_again(
    client: Client, office: Office, ours: Actor, document
):
    browser, typed = client(ours), fields(document())
    path = f"/agreements/calculators/{document()['kind']}"
    tried = browser.get(path, params={**typed, "_try": "1"})
    assert tried.status_code == 200
    assert "建议的比例" in tried.text
    made = browser.post(path, data=typed)
    assert made.status_code == 303
    kept = browser.get(made.headers["location"])
    assert KEPT["reasons"] in kept.text
    shown = FormValues()
    shown.feed(browser.get(f"{made.headers['location']}/again").text)
    second = browser.post(path, data=shown.values)
    assert second.status_code == 303
    with office.open(ours, reads=True) as work:
        first, copy = (
            calculators.calculation(work, one.headers["location"].rpartition("/")[2])
            for one in (made, second)
        )
    assert (copy.title, copy.inputs, copy.result) == (first.title, first.inputs, first.result)
    assert KEPT["title"] in browser.get("/agreements/calculators").text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_form_opens_without_complaint(client: Client, ours: Actor):
    browser = client(ours)
    for document in ALL:
        page = browser.get(f"/agreements/calculators/{document()['kind']}")
        assert page.status_code == 200
        assert 'class="errors"' not in page.text
    assert "还没有保存过测算" in browser.get("/agreements/calculators").text


def test_a_wrong_row_says_so_beside_its_field_and_nothing_is_lost(client: Client, ours: Actor):
    typed = fields(equity()) | {"inputs.1.amount": "二百", "inputs.2.party": "江阳区"}
    page = client(ours).post("/agreements/calculators/equity", data=typed)
    assert page.status_code == 422
    field = page.text.split('name="inputs.1.amount"')[0].rsplit('<label class="field', 1)[1]
    assert "金额应为数字" in field
    for value in typed.values():
        assert html.escape(str(value)) in page.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_papers_missing_on_the_page_are_asked_for_in_their_row(client: Client, ours: Actor):
    typed = fields(equity()) | {"inputs.1.approver": ""}
    page = client(ours).post("/agreements/calculators/equity", data=typed)
    assert page.status_code == 422
    assert 'href="#f-inputs-1-approver">第 2 行请填写批准人' in page.text
    assert 'id="f-inputs-1-approver"' in page.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_coalitions_are_listed_for_the_players_and_keep_what_was_typed(client: Client, ours: Actor):
    browser = client(ours)
    path = "/agreements/calculators/shapley"
    page = browser.get(path, params={"players": ["甲", "乙"], "measure": "cost"}).text
    assert re.findall(r'coalitions\.\d+\.members" value="([^"]+)"', page) == ["甲", "乙", "甲+乙"]
    assert 'class="errors"' not in page
    typed = {"coalitions.2.members": "甲+乙", "coalitions.2.amount": "7"}
    more = browser.get(path, params={"players": ["甲", "乙", "丙"], **typed}).text
    assert 'name="coalitions.3.amount" type="text" value="7"' in more
    assert 'name="coalitions.2.amount" type="text" value=""' in more


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_published_weights_fill_the_form(client: Client, ours: Actor):
    browser = client(ours)
    offered = browser.get("/agreements/calculators/factor_weights").text
    assert "未核实" in offered
    link = html.unescape(
        re.findall(r'href="(/agreements/calculators/factor_weights\?[^"]+)"', offered)[0]
    )
    filled = browser.get(link).text
    assert re.findall(r'name="alpha\.\d\.weight" type="text" value="([0-9.]+)"', filled) == [
        "0.35",
        "0.35",
        "0.30",
    ]


@pytest.fixture
def partner(client: Client, office: Office) -> Iterator[TestClient]:
    """The system of the drafting district, with its key."""
    browser = client()
    key = partner_key(office, "agreement:*", district=LONGMATAN)
    browser.headers["Authorization"] = f"Bearer {key}"
    return browser


@pytest.mark.parametrize("document", ALL)
def test_a_key_tries_keeps_and_reads(partner: TestClient, document):
    tried = partner.post("/api/v1/calculations:evaluate", json=document())
    assert tried.status_code == 200
    headers = {"Idempotency-Key": f"calculation-{document()['kind']}"}
    made = partner.post("/api/v1/calculations", json=document(), headers=headers)
    assert made.status_code == 201
    assert made.json()["result"] == tried.json()
    read = partner.get(made.headers["Location"])
    assert read.json() == made.json()
    assert [line["id"] for line in partner.get("/api/v1/calculations").json()["items"]] == [
        made.json()["id"]
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "lottery"}, "/kind"),
        ({}, "/kind"),
        (equity(inputs=[paid(OUT, "1") | {"amount": 1}]), "/inputs/0/amount"),
        (equity(inputs=[paid(OUT, "-1")]), "/inputs/0/amount"),
        (equity(inputs=[]), "/inputs"),
        (equity(alpha=[]), "/alpha"),
        (factor_weights() | {"alpha": [{"factor": "land", "weight": "x"}]}, "/alpha/0/weight"),
        (shapley(players=["城1", "城1"]), "/players"),
        (shapley(players=["城1", "城+2"]), "/players/1"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_json_that_is_no_calculation_is_refused_with_a_pointer(partner: TestClient, body, pointer):
    answer = partner.post("/api/v1/calculations:evaluate", json=body)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_body_that_is_no_json_is_said_to_be_none(partner: TestClient):
    answer = partner.post("/api/v1/calculations:evaluate", content=b'{"kind": NaN}')
    assert answer.json()["type"] == "/problems/malformed-json"
