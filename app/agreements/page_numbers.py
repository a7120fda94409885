"""Numbers that only the bench's own run has: cash, payments, break points, equal worth.

See `workings.py` for their addresses.
"""

from collections.abc import Callable
from fractions import Fraction

from app.agreements import appraisals
from app.agreements.run_numbers import base, summed
from app.agreements.runs import Run, Shown, fall, own
from app.agreements.trials import LineView, PartView, WorkingView
from app.engine import appraisal, attribution
from app.engine.notices import notices
from app.engine.pipeline import evaluate
from app.engine.sentences import ratio_text
from app.engine.settle import net, payments
from app.money import Money


def _held(shown: Shown, run: Run, row: int, place: int) -> WorkingView:
    """What is attributed to a holder, and what cash goes to others or comes from them."""
    holder, evaluation = shown.trial.holders[place], evaluate(run.part.scheme, run.part.facts)
    key, shares = list(evaluation.years.items())[row]
    parts = []
    if holder in shares:
        seat = shown.trial.parties.index(holder)
        fen = Money(shares[holder])
        parts.append(PartView(title="归属", amount=fen, opens=run.opens(f"{row}.{seat}")))
    for move in attribution.cash_moves(run.part.scheme, shares):
        said = f"{move.party}所得的 {ratio_text(move.percent)}% 归集到{move.to}"
        if move.party == holder:
            parts.append(PartView(title=said, amount=Money(-move.fen)))
        if move.to == holder:
            parts.append(PartView(title=said, amount=Money(move.fen)))
    return summed(f"{key}　{holder}持有的现金", parts)


def _paid(shown: Shown, run: Run, number: int) -> WorkingView:
    """A payment: what the payer collected above its share, less what it pays to others."""
    evaluation = evaluate(run.part.scheme, run.part.facts)
    netted = net(evaluation)
    paid = payments(netted)
    this = paid[number]
    rest = [
        PartView(title=f"减 上解，补助{each.payee}", amount=Money(-each.amount))
        for each in paid
        if (each.year, each.payer) == (this.year, this.payer) and each is not this
    ]
    parts = [*_owed(shown, run, this.year, this.payer), *rest]
    due = Money(netted[this.year][this.payee])
    found = summed(f"{this.year}　{this.payer}上解，补助{this.payee}", parts)
    note = f"{this.payee}当年应收净额 {due}；各付款方依次补足各收款方，经市财政体制结算"
    return found.model_copy(update={"note": note})


def _owed(shown: Shown, run: Run, year: int, party: str) -> list[PartView]:
    """What a party collected, less its share, one-off payments in."""
    scheme, facts = run.part.scheme, run.part.facts
    collected = (facts.collected or {}).get(year, {}).get(party, 0)
    place = shown.trial.parties.index(party)
    parts = [PartView(title=f"{party}入库", amount=Money(collected))]
    parts += [
        PartView(title="减 应得", amount=-each.shares[place], opens=run.opens(f"{row}.{place}"))
        for row, each in enumerate(run.years())
        if each.fiscal_year == year
    ]
    for item in scheme.one_off or ():
        if item.due.year == year and party in (item.payer, item.payee):
            sign = 1 if item.payer == party else -1
            said = "加 应付" if sign > 0 else "减 应收"
            parts.append(PartView(title=f"{said}一次性补偿", amount=Money(sign * item.amount)))
    return parts


def _broken(shown: Shown, _: Run, number: int) -> WorkingView:
    """The least fall at which a warning is given, and the one before, at which it is not."""
    point = shown.worth.breaks[number]
    steps = [fall(shown, point.percent), fall(shown, point.percent - 1)]
    return WorkingView(
        title=f"收入低到多少才出现：{point.message}",
        figure=f"{point.percent}%",
        parts=[
            PartView(title=f"{run.title}　可分合计", amount=each.amount, opens=run.opens("base"))
            for run in steps
            for each in (base(shown, run),)
        ],
        lines=[
            LineView(title=run.title, text=_notice(run, point.code) or "没有这条提示")
            for run in steps
        ],
        note="自低 1% 起逐个百分点整算，取第一次出现的",
    )


def _notice(run: Run, code: str) -> str:
    """What a run says under the code of a warning, nothing where it is silent."""
    found = notices(evaluate(run.part.scheme, run.part.facts))
    return next((each.message for each in found if each.code == code), "")


def _equal(shown: Shown, _: Run, number: int) -> WorkingView:
    """The least ratio over a term that is worth as much: its value, and that of a step less."""
    worth, point = shown.worth, shown.worth.equals[number]
    place = shown.trial.parties.index(worth.party)
    ratio, years = point.cell.split("*")
    less = Fraction(ratio) - Fraction(1, appraisal.FINEST)
    part = own(shown).part
    what_if = appraisal.WhatIf(part.scheme, part.facts, worth.party, shown.basis)
    parts = [
        PartView(title="本方案净现值", amount=worth.values[place], opens=f"npv.{place}"),
        PartView(
            title=f"{point.title}净现值",
            amount=appraisals.in_fen(what_if.values(Fraction(ratio), int(years))[worth.party]),
            opens=f"equal.{number}.npv.{place}",
        ),
    ]
    if less >= 0:
        before = appraisals.in_fen(what_if.values(less, int(years))[worth.party])
        parts.append(PartView(title="比例再低 0.01 个百分点", amount=before))
    return WorkingView(
        title=f"{worth.party}　与本方案等值",
        figure=point.title,
        parts=parts,
        lines=[],
        note="这个年限上净现值第一次不低于本方案的比例，精确到 0.01 个百分点",
        cell=point.cell,
    )


OF_THE_PAGE: dict[tuple[str, int], Callable[..., WorkingView]] = {
    ("cash", 2): _held,
    ("paid", 1): _paid,
    ("break", 1): _broken,
    ("match", 1): _equal,
}
"""What only the page's own run is asked."""
