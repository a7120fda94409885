"""目标求解: which number of a scheme, within a range, brings a party what it wants.

The bench counts 万元, percent and years; the engine counts yuan, percent and years.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.agreements import appraisals, outcomes
from app.agreements.bench_schemas import Goal
from app.agreements.cards import GoalCard, Sheet
from app.agreements.trials import (
    CrossingView,
    GoalView,
    SoughtCrossing,
    SoughtSide,
    SoughtView,
)
from app.engine import seeking
from app.engine.appraisal import Basis
from app.engine.reading import child_pointer
from app.errors import Invalid, Issue
from app.kit.schemas import parse_amount
from app.money import Money

Document = dict[str, Any]
PERCENT, YEARS, AMOUNT = "%", "年", "万元"
PLACES = {"/party": "party", "/at": "at", "/step": "step"}
"""Where a finding of the engine stands on the card."""


@dataclass(frozen=True, slots=True)
class Term:
    """A number of the scheme that may be sought: where it stands, its name, its unit."""

    at: str
    title: str
    unit: str

    @property
    def key(self) -> str:
        """The key of its clause."""
        return self.at.split("/")[2]


def goal_seek(case: Document, command: Goal) -> GoalView:
    """The answer with all crossings and the case file, for a program."""
    basis = None if command.basis is None else appraisals.basis_of(command.basis)
    target = Decimal(command.target.fen)
    span = command.lowest, command.highest, command.step
    answer = seeking.seek(case, seeking.Goal(command.party, target, command.at, *span, basis))
    return GoalView(
        value=None if answer.value is None else plain(answer.value),
        crossings=[
            CrossingView(value=plain(each.value), reaches=each.reaches) for each in answer.crossings
        ],
        case=None if answer.case is None else dict(answer.case),
    )


def sought(case: Document, sheet: Sheet, names: Mapping[str, str]) -> SoughtView | None:
    """The card's question answered in words; None while none is asked.

    Invalid names each field that does not say what it should, also a range without an answer.
    """
    card = sheet.goal
    if not (card.at or card.target):
        return None
    locked = frozenset(sheet.locked)
    term = _chosen(case, card, locked)
    by_value = card.basis == "npv"
    basis = appraisals.basis_on_card(case, sheet.value, names) if by_value else None
    goal = replace(_read(card, term, names, basis), locked=locked)
    answer = _sought(case, goal)
    if answer.value is None or answer.case is None:
        raise Invalid.at(
            "/goal/highest",
            "unreached",
            f"{_range(goal, term)}之间没有一个值能达到目标，可放宽范围",
        )
    worth = "净现值" if by_value else "各年合计"
    place = case["scheme"]["parties"].index(goal.party)
    return SoughtView(
        term=term.title,
        wish=f"{goal.party}{worth}不少于 {_said(goal.target / 100, AMOUNT)}",
        opens=f"npv.{place}" if by_value else f"total.{place}",
        value=_said(answer.value, term.unit),
        apply=f"{term.at}={answer.value}",
        totals=outcomes.totals_of(dict(answer.case)) or [],
        crossings=[_crossing(case, each, goal, term) for each in answer.crossings],
        step=_said(goal.step, term.unit),
    )


def _sought(case: Document, goal: seeking.Goal) -> seeking.Answer:
    """The engine's answer; its findings stand at the fields of the card."""
    try:
        return seeking.seek(case, goal)
    except Invalid as refusal:
        raise _on_card(refusal) from refusal


def _on_card(refusal: Invalid) -> Invalid:
    """The findings of the engine at the fields of the card."""
    issues = [
        Issue(f"/goal/{PLACES.get(each.pointer, 'at')}", each.code, each.message)
        for each in refusal.issues
    ]
    return Invalid(refusal.message, *issues)


def applied(case: Document, text: str, locked: Iterable[str] = ()) -> Document:
    """The scheme with the number that a button carries: `/scheme/term/years=12`."""
    at, _, number = text.rpartition("=")
    try:
        value = Fraction(number)
    except (ValueError, ZeroDivisionError) as error:
        raise Invalid.at("/goal/at", "value", "没有可采用的数") from error
    try:
        changed: Document = seeking.with_number(case, at, value, frozenset(locked))
    except Invalid as refusal:
        raise _on_card(refusal) from refusal
    scheme: Document = changed["scheme"]
    return scheme


def terms(scheme: Document) -> Iterator[Term]:
    """The numbers that may be sought, in canonical order."""
    for key, title, unit in _SINGLE:
        holder, _, last = key.rpartition("/")
        if last in _at(scheme, holder):
            yield Term(f"/scheme/{key}", title, unit)
    for party in _at(scheme, "baseline/amounts"):
        yield Term(child_pointer("/scheme/baseline/amounts", party), f"存量基数：{party}", AMOUNT)
    for key, member, title, unit in _LISTED:
        for place, item in enumerate(scheme.get(key, ())):
            if item.get(member) is not None:
                name = item.get("party", item.get("to", ""))
                yield Term(f"/scheme/{key}/{place}/{member}", f"{title}：{name}", unit)
    for key in ("split", "tiers"):
        for place, item in enumerate(scheme.get(key, ())):
            for party in item.get("weights", ()):
                at = child_pointer(f"/scheme/{key}/{place}/weights", party)
                yield Term(at, f"{_step(key, place, item)}：{party}", PERCENT)


def _step(key: str, place: int, item: Document) -> str:
    if key == "tiers":
        return f"第 {place + 1} 档比例"
    first, last = item.get("years") or (1, None)
    return f"第 {first} 年起比例" if last is None else f"第 {first} 至 {last} 年比例"


def _at(scheme: Document, way: str) -> Document:
    found: Any = scheme
    for key in way.split("/") if way else ():
        found = found.get(key, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def _chosen(case: Document, card: GoalCard, locked: frozenset[str]) -> Term:
    found = next((term for term in terms(case["scheme"]) if term.at == card.at), None)
    if found is None:
        raise Invalid.at("/goal/at", "missing", "请选择要求解的条款")
    if found.at in locked:
        raise Invalid.at("/goal/at", "locked", f"“{found.title}”已锁定，先在条款卡片中解锁")
    return found


def _read(
    card: GoalCard, term: Term, names: Mapping[str, str], basis: Basis | None
) -> seeking.Goal:
    """The goal as typed; a blank range is the usual one of its unit."""
    issues: list[Issue] = []

    def read(field: str, unit: str, usual: Fraction | None) -> Fraction:
        text = getattr(card, field)
        try:
            return usual if not text and usual is not None else number(text, unit)
        except ValueError as error:
            issues.append(Issue(f"/goal/{field}", "number", str(error)))
            return Fraction(0)

    target = read("target", AMOUNT, None)
    least, most, step = _USUAL[term.unit]
    lowest = read("lowest", term.unit, least)
    highest = read("highest", term.unit, most)
    width = read("step", term.unit, step or (highest - lowest) / 100)
    if card.party not in names:
        issues.append(Issue("/goal/party", "missing", "请选择为哪一方求解"))
    if issues:
        raise Invalid(f"有 {len(issues)} 处需要改正", *issues)
    fen = Decimal(int(target * 100))
    return seeking.Goal(names[card.party], fen, term.at, lowest, highest, width, basis)


def number(text: str, unit: str) -> Fraction:
    """What was typed in a unit of the bench, in that of the scheme; ValueError says why not."""
    if unit == AMOUNT:
        return Fraction(parse_amount(text, unit).fen, 100)
    try:
        return Fraction(Decimal(text.strip().rstrip("%年")))
    except ArithmeticError as error:
        raise ValueError("应为数字，如 10 或 38.5") from error


def _crossing(
    case: Document, each: seeking.Crossing, goal: seeking.Goal, term: Term
) -> SoughtCrossing:
    """Two neighbouring values with what they bring, and the one that reaches the target."""
    below = _side(case, each.value - goal.step, not each.reaches, goal, term)
    above = _side(case, each.value, each.reaches, goal, term)
    kept = above if each.reaches else below
    return SoughtCrossing(sides=[below, above], value=kept.value, apply=kept.apply)


def _side(
    case: Document, value: Fraction, reaches: bool, goal: seeking.Goal, term: Term
) -> SoughtSide:
    brought = seeking.brings(case, goal, value)
    return SoughtSide(
        value=_said(value, term.unit),
        reaches=reaches,
        amount=None if brought is None else appraisals.in_fen(brought),
        apply=f"{term.at}={value}",
    )


def _range(goal: seeking.Goal, term: Term) -> str:
    return f"{_said(goal.lowest, term.unit)} 至 {_said(goal.highest, term.unit)}"


def _said(value: Fraction | Decimal, unit: str) -> str:
    """A number of the scheme with its unit, as the bench counts."""
    exact = Fraction(value)
    if unit == AMOUNT:
        return f"{Decimal(Money(int(exact * 100)).fen) / 10**6:,f} 万元"
    return f"{plain(exact)}{unit}" if unit == PERCENT else f"{plain(exact)} {unit}"


def plain(value: Fraction) -> str:
    """A decimal where that is exact, else a fraction."""
    decimal = Decimal(value.numerator) / value.denominator
    return f"{decimal.normalize():f}" if Fraction(decimal) == value else str(value)


_USUAL: dict[str, tuple[Fraction, Fraction | None, Fraction | None]] = {
    PERCENT: (Fraction(0), Fraction(100), Fraction(1)),
    YEARS: (Fraction(1), Fraction(30), Fraction(1)),
    AMOUNT: (Fraction(0), None, None),
}
"""Lowest, highest and step of a blank range; an amount has no usual end."""
_SINGLE = (
    ("term/years", "分享年限", YEARS),
    ("term/extend/years", "封顶未满时最多延长", YEARS),
    ("baseline/amount", "存量基数", AMOUNT),
)
_LISTED = (
    ("recover", "amount", "投入优先覆盖", AMOUNT),
    ("reserve", "pct", "滚动发展比例", PERCENT),
    ("guarantee", "per_year", "每年保底", AMOUNT),
    ("cap", "cumulative", "累计封顶", AMOUNT),
    ("cap", "annual", "每年封顶", AMOUNT),
)
