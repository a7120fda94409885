"""The rest of scheme v1's output once more: closing balances, nets, cash, indicators, adjustments.

`outcome(case)` gives what the command prints, but for `steps`, `warnings`, `complete` and the
waterfall: amounts as fractions of yuan. Imports nothing of the application.
"""

from datetime import date
from fractions import Fraction

from tests.engine import oracle, oracle_clock
from tests.engine.oracle import ZERO, allocate


def outcome(case):
    """Every amount of a case; ledgers each alone (B4)."""
    scheme, facts = case["scheme"], case["facts"]
    if "ledgers" in scheme:
        return {
            "ledgers": {
                name: outcome({**case, "scheme": own, "facts": facts["ledgers"][name]})
                for name, own in scheme["ledgers"].items()
            }
        }
    rates = case.get("rates", ())
    state, shares, year_of = oracle.run(scheme, facts, rates)
    facts = oracle.with_base(scheme, facts, rates)
    years = oracle.by_key(shares)
    found = {**years, "closing": closing(state, shares, year_of)}
    if "collected" in facts:
        found["net"] = net(scheme, facts, shares)
        found["payments"] = [each for year, own in found["net"].items() for each in paid(year, own)]
    if "one_off" in scheme:
        found["one_off"] = [item | {"fy": int(item["due"][:4])} for item in scheme["one_off"]]
    if "cash" in scheme:
        found["cash"] = {key: cash(scheme, parts) for key, parts in years.items()}
    if year_of is None:
        found["not_started"] = True
    if "indicators" in scheme:
        found["indicators"] = {
            item["name"]: indicator(scheme, facts, item, year_of) for item in scheme["indicators"]
        }
    if "eligibility" in scheme:
        found["eligible"] = oracle.eligible(scheme, facts)
    if "settled" in facts:
        found |= adjusted(scheme, facts, years)
    return found


def closing(state, shares, year_of):
    """B18: what the next version would open with; nothing after the end."""
    scheme = state.scheme
    before = state.facts.get("opening", {"as_of": 0})["as_of"] - 1
    last = max((fiscal_year for fiscal_year, _ in shares), default=before)
    run_out = (
        year_of is not None
        and shares
        and oracle.eligible(scheme, state.facts)
        and "term" in scheme
        and year_of(date(last + 1, 1, 1)) >= 1
        and not state.live(year_of(date(last + 1, 1, 1)))
    )
    left = {
        "deduct": {
            item["name"]: state.unabsorbed[item["name"]]
            for item in scheme.get("deduct", [])
            if item.get("carry", False)
        },
        "recover": dict(state.balance),
        "cap": dict(state.room),
    }
    if run_out:
        left = {group: dict.fromkeys(own, ZERO) for group, own in left.items()}
    kept = {group: own for group, own in left.items() if own}
    return {"as_of": last + 1, "carried": ZERO if run_out else state.carried, **kept}


def net(scheme, facts, shares):
    """B2, B3: share − collected by fiscal year, one-off payments in the year they are due."""
    years = {}
    for (fiscal_year, _), parts in shares.items():
        own = years.setdefault(str(fiscal_year), dict.fromkeys(scheme["parties"], ZERO))
        for party, amount in parts.items():
            own[party] += amount
    for year, parts in facts["collected"].items():
        for party, amount in parts.items():
            years[year][party] -= Fraction(amount)
    for item in scheme.get("one_off", []):
        own = years.setdefault(item["due"][:4], dict.fromkeys(scheme["parties"], ZERO))
        own[item["from"]] -= Fraction(item["amount"])
        own[item["to"]] += Fraction(item["amount"])
    return dict(sorted(years.items()))


def paid(year, own):
    """B2: payers fill receivers in turn, both in the order of the parties."""
    due = {party: amount for party, amount in own.items() if amount > 0}
    payments = []
    for payer, amount in own.items():
        owed = max(ZERO, -amount)
        for payee, wanted in due.items():
            part = min(owed, wanted)
            if part > 0:
                owed -= part
                due[payee] -= part
                payments.append({"year": int(year), "from": payer, "to": payee, "amount": part})
    return payments


def cash(scheme, parts):
    """B5: cash starts equal to the shares; each rule moves a percent of them."""
    held = {**parts, **dict.fromkeys(scheme.get("funds", []), ZERO)}
    for rule in scheme["cash"]:
        percent = Fraction(rule["pct"])
        for party in scheme["parties"] if rule["of"] == "*" else [rule["of"]]:
            moved = allocate(parts[party], [("moved", percent), ("kept", 100 - percent)])["moved"]
            held[party] -= moved
            held[rule["to"]] += moved
    return held


def indicator(scheme, facts, item, year_of):
    """B9: year to party, on the indicator's own clock and term."""
    own = item.get("calendar")
    clock = oracle_clock.counted(own, facts) if own else year_of
    return {
        year: counted(scheme, item, clock, year, Fraction(value))
        for year, value in sorted(facts.get("indicators", {}).get(item["name"], {}).items())
    }


def counted(scheme, item, clock, year, value):
    parts = dict.fromkeys(scheme["parties"], ZERO)
    if "term" in item:
        n = clock(date(int(year), 1, 1)) if clock else 0
        if not 1 <= n <= item["term"]["years"]:
            after = item["term"]["after"]
            before = item.get("calendar", {}).get("before", after)
            return parts | {before if n < 1 else after: value}
    if "double_count" in item:
        return parts | dict.fromkeys(item["double_count"], value)
    scale = Fraction(10 ** item["decimals"])
    weights = [
        (party, Fraction(item["weights"][party]))
        for party in scheme["parties"]
        if party in item["weights"]
    ]
    # `allocate` divides to the hundredth: the last decimal counts as one.
    shared = allocate(value * scale / 100, weights)
    return parts | {party: part * 100 / scale for party, part in shared.items()}


def adjusted(scheme, facts, years):
    """B15: recomputed − settled for each settled key that differs, and the sum."""
    lines = {}
    for key, settled in facts["settled"].items():
        again = years.get(key, {})
        line = {
            party: again.get(party, ZERO) - Fraction(settled.get(party, 0))
            for party in scheme["parties"]
        }
        if any(line.values()):
            lines[f"re {key}"] = line
    total = {
        party: sum((line[party] for line in lines.values()), ZERO) for party in scheme["parties"]
    }
    return {"adjustments": lines, "net_adjustment": total}
