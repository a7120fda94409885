"""A city year settled by the engine and by the plain-fraction oracle, agreement by agreement.

1,000 agreements with 96 receipts of gross tax each, refunds among them; ladder, cap and carry on.
Engine and oracle both start from values (whole fen here, fractions of yuan there), go through the
waterfall and take turns; every receipt and every share is compared to the fen. The last line is
the engine from JSON, with all the checks of a case file, against the same oracle.
"""

import random
from dataclasses import replace
from fractions import Fraction

from app.engine.base import gross_facts, waterfall
from app.engine.cases import read_case
from app.engine.gross import read_rates
from app.engine.pipeline import evaluate
from app.engine.reading import Findings, Node
from app.engine.trace import leave_out
from tests.benchmarks.table import Timed, compare, say, show
from tests.engine import oracle
from tests.engine.schemes import yuan

AGREEMENTS, MONTHS = 1_000, 12
YEAR = 2028
OUT, HOST = PARTIES = ["引资区", "落地区"]
SHARED = {
    "增值税": {"中央": "50", "省": "17.5", "市区": "32.5"},
    "企业所得税": {"中央": "60", "省": "14", "市区": "26"},
    "个人所得税": {"中央": "60", "省": "14", "市区": "26"},
}
OWN = ["城市维护建设税", "房产税", "印花税", "契税", "城镇土地使用税"]
TAXES = [*SHARED, *OWN]


def rate(tax, of, shares):
    """A rate row in force throughout."""
    row = {"tax": tax, "of": of, "from": "2016-05-01", "to": None}
    return row | {"shares": shares, "status": "demo"}


RATES = [
    *(rate(tax, "gross", shares) for tax, shares in SHARED.items()),
    *(rate(tax, "gross", {"省": "35", "市区": "65"}) for tax in OWN),
    rate("*", "below_province", {"市": "30", "区": "70"}),
]


def scheme(chance):
    """Ladder, cap (in all and by year), 兑现 and negatives carried on."""
    first, second = chance.randint(30, 60), chance.randint(20, 40)
    return {
        "parties": PARTIES,
        "base": {"taxes": TAXES, "level": "district"},
        "calendar": {"fiscal_year_one": YEAR - 1},
        "term": {"years": 10, "after": HOST, "extend": {"if": "cap_not_reached", "years": 2}},
        "negative": "carry",
        "deduct": [{"name": "兑现", "to": HOST, "series": {str(YEAR): "90000"}, "carry": True}],
        "split": [
            {"years": [1, 1], "weights": {OUT: str(first), HOST: str(100 - first)}},
            {"years": [2, 12], "weights": {OUT: str(second), HOST: str(100 - second)}},
        ],
        "cap": [{"party": OUT, "cumulative": "3000000", "annual": "300000", "overflow": HOST}],
    }


def receipt(chance, month, tax):
    """One receipt; three in a hundred are refunds."""
    refund = chance.random() < 0.03
    fen = chance.randint(-90_000_000, -1) if refund else chance.randint(1, 9_999_999)
    return {
        "date": f"{YEAR}-{month:02d}-{chance.randint(1, 28):02d}",
        "tax": tax,
        "kind": "退库" if refund else "正常",
        "amount": yuan(fen),
    }


def case(chance):
    """An agreement's second year, with what the first has left."""
    gross = [receipt(chance, month, tax) for month in range(1, MONTHS + 1) for tax in TAXES]
    opening = {
        "as_of": YEAR,
        "carried": yuan(-chance.randint(0, 100_000_000)),
        "deduct": {"兑现": yuan(chance.randint(0, 5_000_000))},
        "cap": {OUT: yuan(chance.randint(0, 300_000_000))},
    }
    return {"scheme": scheme(chance), "facts": {"gross": gross, "opening": opening}, "rates": RATES}


def in_fractions(facts):
    """The same receipts with the oracle's own values."""
    return facts | {"gross": [row | {"amount": Fraction(row["amount"])} for row in facts["gross"]]}


def settle(part, receipts, rates):
    """Waterfall rows and evaluation, from receipts as values."""
    rule = part.scheme.base
    rows, _ = waterfall(receipts, rule, rates)
    facts = replace(gross_facts(receipts, rows, rule, part.facts.at), opening=part.facts.opening)
    return rows, evaluate(part.scheme, facts, leave_out)


def main():
    """Settle the year in turn and print the table."""
    chance = random.Random(YEAR)  # noqa: S311 - the same cases in every run
    rates = read_rates(Node(RATES, "/rates", Findings()))
    plain, typed, read = (
        Timed("oracle, fractions"),
        Timed("engine, values"),
        Timed("engine, JSON"),
    )
    rows_seen = carried = capped = 0
    for _ in range(AGREEMENTS):
        given = case(chance)
        part = read.run(lambda given=given: read_case(given).parts[0])
        read.run(lambda part=part: evaluate(part.scheme, part.facts, leave_out))
        receipts = [row.entry for row in part.facts.waterfall]
        rows, evaluation = typed.run(lambda p=part, r=receipts: settle(p, r, rates))
        facts = in_fractions(given["facts"])
        years = plain.run(lambda s=given["scheme"], f=facts: oracle.evaluate(s, f, RATES))
        level = part.scheme.base.level
        entries = oracle.base_entries(given["scheme"], facts, RATES)
        compare([row.part(level) for row in rows], [amount for _, amount in entries])
        for key, shares in evaluation.years.items():
            compare(shares.values(), years[key].values())
        rows_seen += len(rows)
        carried += evaluation.sheets[0].carried_out < 0
        capped += any(evaluation.sheets[0].overflowed)
    say(f"{AGREEMENTS} agreements, {rows_seen} receipts, identical to the fen;")
    say(f"{carried} carry a negative on, {capped} are capped")
    show(plain, typed, read)


if __name__ == "__main__":
    main()
