"""Every figure of the bench opens its working: the page is walked, and so is every working."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.agreements import bench, filling, scenarios
from app.agreements.bench_schemas import SaveScenario
from app.agreements.cards import GoalCard, Sheet, ValueCard
from app.agreements.precedents import BY_ID
from app.agreements.runs import Shown
from app.agreements.trials import WorkingView
from app.agreements.workings import working
from app.kit.work import Actor, Office
from app.money import Money
from tests.agreements import support
from tests.agreements.support import OUT

Client = Callable[..., TestClient]
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AMOUNT = re.compile(r"[-+−]?[0-9]{1,3}(,[0-9]{3})*(\.[0-9]{2})?")


class Figures(HTMLParser):
    """Every amount of money on a page: its text, the yuan on hover, the address it opens."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, dict[str, Any]]] = []
        self.amounts: list[tuple[str, str, str]] = []
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        attributes = dict(attrs)
        if tag not in ("input", "meta", "link", "br", "img", "use"):
            self.stack.append((tag, attributes))
        if attributes.get("name") == "open" and tag == "button":
            self.addresses.add(attributes["value"])

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Numbers stand in numeric and heat cells, in bold, and as what a clause moves.

        The small print under a scheme beside is the difference of the two numbers above it.
        """
        text = data.strip()
        classes = " ".join(each.get("class") or "" for _, each in self.stack).split()
        tags = [tag for tag, _ in self.stack]
        is_heat = "table" in tags and "heat" in classes and "td" in tags
        places = is_heat or {"cell--number", "clause__deltas"} & set(classes) or "b" in tags
        is_difference = "small" in tags and "muted" in classes
        if AMOUNT.fullmatch(text) and places and not is_difference and "th" not in tags:
            button = next((each for tag, each in self.stack if tag == "button"), {})
            self.amounts.append((text, button.get("title", ""), button.get("value", "")))


def opened(office: Office, actor: Actor, sheet: Sheet) -> Shown:
    with office.open(actor, reads=True) as work:
        trial = bench.valued(work, sheet, bench.try_split(work, sheet))
        return bench.shown(work, sheet, bench.answered(work, sheet, trial))


def fen(text: str) -> int:
    plain = text.replace(",", "").replace("−", "-").replace("+", "").removesuffix(" 元")
    return Money.parse(plain).fen


def followed(shown: Shown, addresses: set[str]) -> dict[str, WorkingView]:
    """The workings of all addresses, and of all that they lead on to."""
    found: dict[str, WorkingView] = {}
    while addresses:
        address = addresses.pop()
        view = working(shown, address)
        assert view is not None, address
        found[address] = view
        addresses |= {part.opens for part in view.parts if part.opens} - set(found)
    return found


@sqlite
@pytest.mark.parametrize("template", ["R1", "E4", "Z1", "Z4"])
def test_every_amount_opens_a_working_that_gives_it(
    client: Client, office: Office, ours: Actor, template: str
):
    """Two schemes beside, the value card and a goal filled."""
    one = BY_ID[template]
    party = one.scheme["parties"][0]
    beside = []
    for weight in ("3", "8"):
        step = {"years": [1, None], "weights": dict.fromkeys(one.scheme["parties"], weight)}
        kept = SaveScenario(name=weight, scheme=one.scheme | {"split": [step]}, facts=one.facts)
        with office.open(ours) as work:
            beside.append(scenarios.save(work, kept).id)
    at = f"/scheme/split/0/weights/{party}"
    cards = {
        "value": ValueCard(party="0", outlay="300", rates={"1": ["8"]}),
        "goal": GoalCard(party="0", target="1", at=at, highest="60"),
        "compare": beside,
    }
    sheet = filling.sheet_of(one.scheme, one.facts).model_copy(update=cards)
    page = client(ours).get("/bench", params=filling.typed(sheet))
    assert page.status_code == 200
    figures = Figures(page.text)
    assert len(figures.amounts) > 50
    assert [text for text, _, address in figures.amounts if not address] == []
    shown = opened(office, ours, sheet)
    found = followed(shown, set(figures.addresses))
    for text, title, address in figures.amounts:
        assert found[address].amount is not None, address
        assert found[address].amount.fen == fen(title or text), address
    for view in found.values():
        leads_on(view, found)


def leads_on(view: WorkingView, found: dict[str, WorkingView]) -> None:
    """A part that opens is, as a number of its own, what it was in the sum."""
    total = 0
    for part in view.parts:
        total += part.amount.fen
        if part.opens:
            amount = found[part.opens].amount
            same = amount in (part.amount, -part.amount)
            assert same or part.detail.replace("−", "-").startswith(f"{amount} ×"), (
                view.title,
                part.title,
            )
    is_sum = view.amount is not None and "累计" not in "".join(p.title for p in view.parts)
    if is_sum and view.parts:
        rounding = len(view.parts) if "×" in view.parts[0].detail else 0
        assert abs(total - view.amount.fen) <= rounding, view.title
    assert view.parts or view.lines, view.title


@sqlite
def test_what_there_was_to_share_shows_the_rates_behind_it(office: Office, ours: Actor):
    facts = {"gross": [{"date": "2028-03-01", "tax": "增值税", "amount": "10000000.00"}]}
    shown = opened(office, ours, filling.sheet_of(support.scheme(), facts))
    view = working(shown, "base.0")
    assert view.amount == view.parts[0].amount
    assert "演示" in view.lines[0].text
    assert f"计入区县级留成 {view.amount}" in view.lines[0].text


@sqlite
def test_a_warning_first_appears_a_percent_after_it_did_not(office: Office, ours: Actor):
    """A floor of 4 万元 of 10: the payer still covers it until receipts are 60% lower."""
    floor = {"party": OUT, "per_year": "40000.00", "payer": "纳溪区", "source": "share"}
    scheme = support.scheme(guarantee=[floor], term=None)
    scheme["split"] = [{"years": [1, None], "weights": {OUT: "1", "纳溪区": "9"}}]
    sheet = filling.sheet_of(scheme, {"annual": {"2028": "100000.00"}})
    value = sheet.value.model_copy(update={"party": "0"})
    shown = opened(office, ours, sheet.model_copy(update={"value": value}))
    view = working(shown, "break.0")
    assert view.figure == "61%"
    assert [line.title for line in view.lines] == ["收入低 61%", "收入低 60%"]
    assert "保底" in view.lines[0].text
    assert view.lines[1].text == "没有这条提示"
    assert [part.amount.fen for part in view.parts] == [39_000_00, 40_000_00]


NOWHERE = [
    *("", ".", "9.9", "npv.7", "0.0.", "0.0\n", "①.0", "1.2.3", "x.1", "base.x", "total", "back"),
    *("beside", "beside.0", "beside.x.total.0", "beside.3.total.0", "beside.0.1", "path.2"),
    *(
        "path.9.total.0",
        "path.2.cash.0.0",
        "path.2.moved.9",
        "fall.101.base",
        "choice.99.0.moved.0",
    ),
    *("choice.5.9.moved.0", "without.0.moved.0", "cell.0.0.npv.0", "equal.0.back", "match.0"),
    *("sought.total.0", "side.0.0.total.0", "cash.0.0", "paid.0", "break.0", "0." * 9 + "0"),
]


@sqlite
def test_an_address_of_nothing_opens_nothing(office: Office, ours: Actor):
    """Without value card, goal, cash and schemes beside, most numbers are not there."""
    shown = opened(office, ours, filling.sheet_of(support.scheme(), {"annual": {"2028": "1.00"}}))
    assert [address for address in NOWHERE if working(shown, address)] == []
