"""The what-if grid: 41 ratios × 20 terms × 20 years × 3 parties, against full runs and the oracle.

Term by term in turn: the grid as the bench calls it, the same cells with their working kept, and
the plain-fraction oracle on the same schemes. Every cell must have the present values of its full
run, and every share of the full run that of the oracle.
"""

from decimal import Decimal
from fractions import Fraction

from app.engine.appraisal import Basis, WhatIf, net_present_values, with_ratio
from app.engine.cases import read_case
from app.engine.pipeline import evaluate
from tests.benchmarks.table import Timed, compare, say, show
from tests.engine import oracle

FIRST, YEARS = 2026, 20
OUT, HOST, FUND = PARTIES = ["引资区", "落地区", "滚动基金"]
RATIOS = [Fraction(percent, 100) for percent in range(20, 61)]
TERMS = range(1, YEARS + 1)
SCHEME = {
    "parties": PARTIES,
    "calendar": {"fiscal_year_one": FIRST},
    "term": {"years": YEARS, "after": HOST},
    "deduct": [
        {"name": "兑现", "to": HOST, "series": {str(FIRST + 1): "600000.05"}, "carry": True}
    ],
    "reserve": [{"to": FUND, "pct": "10", "years": [1, 8]}],
    "split": [{"years": [1, None], "weights": {OUT: "5", HOST: "4", FUND: "1"}}],
    "cap": [{"party": OUT, "cumulative": "52000000", "overflow": HOST}],
}
FACTS = {"annual": {str(FIRST + n): f"{2_000_000 + 310_007 * n}.{n:02d}" for n in range(YEARS)}}
BASIS = Basis(Decimal("0.035"), FIRST - 1, {OUT: {FIRST - 1: 30_000_000_00}})


def written(ratio, years):
    """The scheme of one cell as JSON: the others keep their 4 : 1."""
    rest = 1 - ratio
    weights = {OUT: ratio, HOST: rest * 4 / 5, FUND: rest / 5}
    step = {"years": [1, None], "weights": {name: str(each) for name, each in weights.items()}}
    return SCHEME | {"term": {"years": years, "after": HOST}, "split": [step]}


def received(evaluation):
    """Party to fiscal year to fen."""
    return {
        party: {sheet.slice.fiscal_year: sheet.shares[party] for sheet in evaluation.sheets}
        for party in PARTIES
    }


def main():
    """Fill the grid term by term and print the table."""
    part = read_case({"scheme": SCHEME, "facts": FACTS}).parts[0]
    tried = WhatIf(part.scheme, part.facts, OUT, BASIS)
    plain, full, grid = Timed("oracle, fractions"), Timed("full runs"), Timed("grid")
    for years in TERMS:
        cells = grid.run(lambda years=years: tried.grid(RATIOS, [years]))
        for cell in cells:
            scheme = with_ratio(part.scheme, OUT, cell.ratio, years)
            run = full.run(lambda scheme=scheme: evaluate(scheme, part.facts))
            same = written(cell.ratio, years)
            expected = plain.run(lambda same=same: oracle.evaluate(same, FACTS))
            for key, shares in run.years.items():
                compare(shares.values(), expected[key].values())
            if net_present_values(received(run), BASIS) != cell.values:
                raise SystemExit(f"{cell.ratio} × {years}: the grid differs from a full run")
    say(f"{len(RATIOS)} × {len(TERMS)} cells, {YEARS} years, {len(PARTIES)} parties: all equal")
    show(plain, full, grid)


if __name__ == "__main__":
    main()
