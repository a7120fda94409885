"""The numbers that any run of the bench has, each as what it is made of; see `workings.py`."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from app.agreements import appraisals
from app.agreements.runs import Run, Shown, own
from app.agreements.trials import LineView, PartView, WorkingView, YearView
from app.engine import appraisal, sentences
from app.engine.facts import Entry, Facts
from app.engine.pipeline import resolved_clock
from app.engine.taxes import WaterfallRow
from app.engine.terms import Level
from app.money import Money


def _share(shown: Shown, run: Run, row: int, place: int) -> WorkingView:
    year, party = run.years()[row], shown.trial.parties[place]
    mine = _seat(run, party)
    return WorkingView(
        title=_title(run, _of_year(year), party),
        amount=year.shares[mine],
        parts=[PartView(title=each.title, amount=each.amount) for each in year.origins[mine]],
        lines=year.lines,
    )


def _seat(run: Run, party: str) -> int:
    """Where a party of the page stands among those of a run."""
    return {name: place for place, name in enumerate(run.part.scheme.parties)}[party]


def _title(run: Run, *words: str) -> str:
    return "　".join(word for word in (run.title, *words) if word)


def _of_year(year: YearView) -> str:
    return f"{year.key}（合同第 {year.contract_year} 年）"


def base(_: Shown, run: Run) -> WorkingView:
    return summed(
        _title(run, "可分", "各年合计"),
        (
            PartView(title=year.key, amount=year.base, opens=run.opens(f"base.{row}"))
            for row, year in enumerate(run.years())
        ),
    )


def _base_of(_: Shown, run: Run, number: int) -> WorkingView:
    """The receipts of a slice; of gross tax, what each level has of them."""
    year, facts = run.years()[number], run.part.facts
    clock = resolved_clock(run.part.scheme, facts)
    entries = [
        (place, entry)
        for place, entry in enumerate(facts.entries)
        if (entry.fiscal_year, clock.of(entry)) == (year.fiscal_year, year.contract_year)
    ]
    level = run.part.scheme.base.level if run.part.scheme.base else Level.DISTRICT
    taxed = [
        each
        for place, entry in entries
        for each in (facts.waterfall or ())[place : place + 1]
        if each.part(level) == entry.fen
    ]
    return WorkingView(
        title=_title(run, _of_year(year), "可分"),
        amount=year.base,
        parts=[part for _, entry in entries for part in _receipt(facts, entry)],
        lines=[
            *(LineView(title=str(each.entry.on), text=_levels(each, level)) for each in taxed),
            *year.lines[:1],
        ],
    )


def _receipt(facts: Facts, entry: Entry) -> list[PartView]:
    """One receipt; where territories collect, one of each."""
    when = str(entry.on or f"{entry.fiscal_year} 年")
    parts = {when: entry.fen}
    if facts.collected is not None and entry.on is None:
        collected = facts.collected[entry.fiscal_year]
        parts = {f"{when} {party}入库": fen for party, fen in collected.items()}
    return [PartView(title=title, amount=Money(fen)) for title, fen in parts.items()]


def _levels(row: WaterfallRow, level: Level) -> str:
    return f"{sentences.waterfall(row)}；计入{level.label} {Money(row.part(level))}"


def _total(shown: Shown, run: Run, place: int) -> WorkingView:
    return _so_far(shown, run, place, len(run.years()) - 1, "各年合计")


def _up_to(shown: Shown, run: Run, place: int, row: int) -> WorkingView:
    return _so_far(shown, run, place, row, f"至 {run.years()[row].key} 合计")


def _so_far(shown: Shown, run: Run, place: int, last: int, words: str) -> WorkingView:
    party = shown.trial.parties[place]
    mine = _seat(run, party)
    return summed(
        _title(run, party, words),
        (
            PartView(title=year.key, amount=year.shares[mine], opens=run.opens(f"{row}.{place}"))
            for row, year in enumerate(run.years()[: last + 1])
        ),
    )


def summed(title: str, parts: Iterable[PartView]) -> WorkingView:
    """A number that is the sum of its parts."""
    listed = list(parts)
    amount = Money(sum(part.amount.fen for part in listed))
    return WorkingView(title=title, amount=amount, parts=listed, lines=[])


def _present_value(shown: Shown, run: Run, place: int) -> WorkingView:
    """Every year's money times its factor, the outlay among them."""
    basis, party = shown.basis, shown.trial.parties[place]
    mine, paid = _seat(run, party), basis.outlays.get(party, {})
    moves = [
        (year.key, year.fiscal_year, year.shares[mine].fen, run.opens(f"{row}.{place}"))
        for row, year in enumerate(run.years())
    ]
    moves += [(f"{year} 投入", year, -fen, "") for year, fen in paid.items() if fen]
    percent = (basis.rate_of(party) * 100).normalize()
    worth = sum((fen * basis.factor(party, year) for _, year, fen, _ in moves), Decimal(0))
    return WorkingView(
        title=_title(run, party, f"净现值（折现率 {percent:f}%，{basis.year_zero} 年价）"),
        amount=appraisals.in_fen(worth),
        parts=[
            PartView(
                title=title,
                detail=f"{_written(Money(fen))} × {basis.factor(party, year):.6f}",
                amount=appraisals.in_fen(fen * basis.factor(party, year)),
                opens=opens,
            )
            for title, year, fen, opens in sorted(moves, key=lambda move: (move[1], move[0]))
        ],
        lines=[],
        note="折现系数 = 1 ÷ (1 + 折现率) 的年数次方，年数自基准年计；各项分别取整到分",
        cell=run.cell,
    )


def _written(amount: Money) -> str:
    """An amount with a true minus, as everywhere on the page."""
    return str(amount).replace("-", "−")


def _moved(shown: Shown, run: Run, place: int) -> WorkingView:
    """What a run differs by from the page's own; for a clause, the own one from that without it."""
    mine, other = _total(shown, own(shown), place), _total(shown, run, place)
    pair = [
        PartView(title="本方案合计", amount=mine.amount, opens=f"total.{place}"),
        PartView(title=f"{run.title}合计", amount=other.amount, opens=run.opens(f"total.{place}")),
    ]
    added, taken = pair if run.place.startswith("without.") else reversed(pair)
    minus = taken.model_copy(update={"title": f"减 {taken.title}", "amount": -taken.amount})
    return summed(_title(run, shown.trial.parties[place], "之差"), [added, minus])


def _back(shown: Shown, run: Run) -> WorkingView:
    """What has come back by the end of each year, plain and discounted, against the outlay."""
    worth, basis = shown.worth, shown.basis
    party = worth.party
    flows = appraisal.flows(run.part.scheme, run.part.facts)[party]
    plain = appraisal.returned(flows, appraisal.undiscounted)
    later = dict(appraisal.returned(flows, lambda year: basis.factor(party, year)))
    rows = {year.fiscal_year: row for row, year in enumerate(run.years())}
    place = shown.trial.parties.index(party)
    back = appraisals.recovered(run.part, party, basis)
    return WorkingView(
        title=_title(run, party, "先期投入何时收回"),
        amount=worth.outlay,
        parts=[
            PartView(
                title=f"{year} 年末累计",
                detail=f"折现 {_written(appraisals.in_fen(later[year]))}",
                amount=appraisals.in_fen(so_far),
                opens=run.opens(f"total.{place}.{rows[year]}"),
            )
            for year, so_far in plain
        ],
        lines=[],
        note=f"累计数第一次不低于投入的年份：不折现 {back[0] or '未收回'}，"
        f"折现 {back[1] or '未收回'}",
        cell=run.cell,
    )


OF_A_RUN: dict[tuple[str, int], Callable[..., WorkingView]] = {
    ("", 2): _share,
    ("base", 0): base,
    ("base", 1): _base_of,
    ("total", 1): _total,
    ("total", 2): _up_to,
    ("npv", 1): _present_value,
    ("moved", 1): _moved,
    ("back", 0): _back,
}
"""What may be asked of any run, with how many numbers behind it."""
