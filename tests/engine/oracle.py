"""Scheme v1 once more, in plain fractions of yuan, written from the document and not the engine.

`evaluate(scheme, facts)` takes valid JSON objects and gives {year key: {party: Fraction}}. It is
slow and says nothing of its working; it exists to disagree. It imports nothing of the application.
"""

from collections import Counter
from fractions import Fraction
from math import floor

from tests.engine import oracle_weights
from tests.engine.oracle_clock import counted, slices

ZERO = Fraction(0)
CENT = Fraction(1, 100)


def allocate(total, weights):
    """A2: largest remainder to the fen, ties to the earlier, negatives mirrored."""
    if total == 0:
        return {name: ZERO for name, _ in weights}
    whole = sum(weight for _, weight in weights)
    raw = [(name, abs(total) * weight / whole / CENT) for name, weight in weights]
    floors = {name: floor(share) for name, share in raw}
    left = int(abs(total) / CENT) - sum(floors.values())
    for name, _ in sorted(raw, key=lambda item: -(item[1] - floor(item[1])))[:left]:
        floors[name] += 1
    sign = 1 if total > 0 else -1
    return {name: sign * cents * CENT for name, cents in floors.items()}


LEFT_OUT = {"出口退税"}


def counts(entry, rule):
    """B1: whether an entry is part of the base."""
    out = LEFT_OUT | set(rule.get("kinds_out", []))
    if not rule.get("net_of_refunds", True):
        out |= {"退库", "留抵退税"}
    if rule.get("vat_credit_refund", "booked") == "booked":
        out.add("调库")
    return entry["tax"] in rule["taxes"] and entry.get("kind", "正常") not in out


def rate_row(rates, of, entry):
    """B1: the row in force on the 入库日期; `*` for a tax without rows of its own."""
    same = [
        row
        for row in rates
        if row["of"] == of and row.get("payer_class", "一般") == entry.get("payer_class", "一般")
    ]
    own = [row for row in same if row["tax"] == entry["tax"]]
    if not own and of == "below_province":
        own = [row for row in same if row["tax"] == "*"]
    return next(
        row
        for row in own
        if row["from"] <= entry["date"] and (row["to"] is None or entry["date"] <= row["to"])
    )


def base_entries(scheme, facts, rates):
    """B1: gross entries as [date, the part of the agreed level]."""
    rule = scheme["base"]
    entries = []
    for entry in facts["gross"]:
        if not counts(entry, rule):
            continue
        amount = Fraction(entry["amount"])
        if "actual" in entry:
            parts = {level: Fraction(each) for level, each in entry["actual"].items()}
        else:
            shares = rate_row(rates, "gross", entry)["shares"]
            upper = ["中央", "省", "市区"]
            parts = allocate(amount, [(name, Fraction(shares.get(name, 0))) for name in upper])
            lower = rate_row(rates, "below_province", entry)["shares"]
            parts |= allocate(
                parts["市区"], [(name, Fraction(lower.get(name, 0))) for name in ("市", "区")]
            )
        part = {
            "gross": amount,
            "local": amount - parts["中央"],
            "below_province": parts["市"] + parts["区"],
            "district": parts["区"],
        }[rule["level"]]
        entries.append([entry["date"], part])
    return entries


class Run:
    """One run: balances between slices, as the document names them."""

    def __init__(self, scheme, facts):
        self.scheme, self.facts = scheme, facts
        opening = facts.get("opening", {})
        self.carried = Fraction(opening.get("carried", 0))
        self.unabsorbed = {
            item["name"]: Fraction(opening.get("deduct", {}).get(item["name"], 0))
            for item in scheme.get("deduct", [])
        }
        self.balance = {
            item["party"]: Fraction(opening.get("recover", {}).get(item["party"], item["amount"]))
            for item in scheme.get("recover", [])
        }
        self.room = {
            item["party"]: Fraction(opening.get("cap", {}).get(item["party"], item["cumulative"]))
            for item in scheme.get("cap", [])
            if "cumulative" in item
        }
        self.annual_room = {}
        self.last_live_year = None
        self.recovered_phase = False

    def live(self, year):
        """A5."""
        term = self.scheme.get("term")
        if self.recovered_phase and year < 1:
            return True
        if term is None:
            return year >= 1
        last = term["years"]
        if "extend" in term and year > last and any(room > 0 for room in self.room.values()):
            last += term["extend"]["years"]
        return 1 <= year <= last

    def slice(self, fiscal_year, year, base):
        """A6, or the whole to somebody when not live."""
        share = dict.fromkeys(self.scheme["parties"], ZERO)
        if not self.live(year):
            term = self.scheme.get("term", {})
            before = self.scheme.get("calendar", {}).get("before", term.get("after"))
            share[before if year < 1 else term["after"]] += base
            if year >= 1:
                self.carried = ZERO
                self.unabsorbed = dict.fromkeys(self.unabsorbed, ZERO)
                self.balance = dict.fromkeys(self.balance, ZERO)
            return share
        new_year = fiscal_year != self.last_live_year
        self.last_live_year = fiscal_year
        phase = self.recovered_phase and year < 1
        x = self.negative(base + self.carried, phase)
        x = self.baseline(x, share, fiscal_year)
        x = self.deduct(x, share, fiscal_year, new_year)
        for item in self.scheme.get("recover", []):
            used = min(self.balance[item["party"]], max(x, ZERO))
            self.balance[item["party"]] -= used
            share[item["party"]] += used
            x -= used
        split = {}
        if not phase:
            for item in self.scheme.get("reserve", []):
                first, last = item["years"]
                if first <= year and (last is None or year <= last):
                    percent = Fraction(item["pct"])
                    parts = allocate(x, [("to", percent), ("rest", 100 - percent)])
                    share[item["to"]] += parts["to"]
                    x = parts["rest"]
            split = self.split(x, year)
            for party, part in split.items():
                share[party] += part
        self.guarantee(share, year, new_year)
        self.cap(share, split, new_year)
        return share

    def negative(self, x, phase):
        self.carried = ZERO
        if x < 0 and (phase or self.scheme.get("negative", "carry") == "carry"):
            self.carried = x
            return ZERO
        return x

    def baseline(self, x, share, fiscal_year):
        rule = self.scheme.get("baseline")
        if rule is None:
            return x
        if "amounts" not in rule:
            increment = max(ZERO, x - Fraction(rule["amount"]))
            share[rule["owner"]] += x - increment
            return increment
        collected = self.facts["collected"][str(fiscal_year)]
        if rule["scope"] == "pooled":
            for party, amount in rule["amounts"].items():
                share[party] += Fraction(amount)
            return x - sum(map(Fraction, rule["amounts"].values()), ZERO)
        rest = x - sum(map(Fraction, collected.values()), ZERO)  # what an opening carried in
        for party in self.scheme["parties"]:
            own = Fraction(collected.get(party, 0))
            amount = Fraction(rule["amounts"].get(party, 0))
            share[party] += min(amount, own)
            rest += max(ZERO, own - amount)
        return rest

    def deduct(self, x, share, fiscal_year, new_year):
        for item in self.scheme.get("deduct", []):
            name = item["name"]
            if new_year:
                kept = self.unabsorbed[name] if item.get("carry", False) else ZERO
                self.unabsorbed[name] = kept + Fraction(item["series"].get(str(fiscal_year), 0))
            used = min(self.unabsorbed[name], max(x, ZERO))
            self.unabsorbed[name] -= used
            share[item["to"]] += used
            x -= used
        return x

    def exact(self, rule):
        """The weights in the order of the parties."""
        weights = oracle_weights.exact(rule, self.scheme["parties"])
        return [(party, weights[party]) for party in self.scheme["parties"] if party in weights]

    def split(self, x, year):
        for step in self.scheme.get("split", []):
            first, last = step["years"]
            if first <= year and (last is None or year <= last):
                return allocate(x, self.exact(step))
        sums = dict.fromkeys(self.scheme["parties"], ZERO)
        reached = ZERO
        for tier in self.scheme["tiers"]:
            top = abs(x) if tier["upto"] is None else min(abs(x), Fraction(tier["upto"]))
            part = max(ZERO, top - reached)
            weights = self.exact(tier)
            for party, weight in weights:
                sums[party] += part * weight / sum(each for _, each in weights)
            reached = max(reached, top)
        return allocate(x, list(sums.items())) if x else sums

    def room_of(self, item, new_year):
        """B6: the smaller of the rooms present."""
        party = item["party"]
        rooms = []
        if "annual" in item:
            if new_year:
                self.annual_room.pop(party, None)
            rooms.append(self.annual_room.setdefault(party, Fraction(item["annual"])))
        if "cumulative" in item:
            rooms.append(self.room[party])
        return min(rooms)

    def guarantee(self, share, year, new_year):
        caps = {item["party"]: item for item in self.scheme.get("cap", [])}
        for item in self.scheme.get("guarantee", []):
            if year < item.get("from_year", 1):
                continue
            target = Fraction(item["per_year"])
            own = caps.get(item["party"])
            if own is not None and own.get("scope", "total") == "total":
                target = min(target, self.room_of(own, new_year))
            gap = target - share[item["party"]]
            if gap <= 0:
                continue
            if item["source"] == "share":
                gap = min(gap, max(ZERO, share[item["payer"]]))
            share[item["party"]] += gap
            share[item["payer"]] -= gap

    def cap(self, share, split, new_year):
        for item in self.scheme.get("cap", []):
            party = item["party"]
            total = item.get("scope", "total") == "total"
            counted = share[party] if total else split.get(party, ZERO)
            over = max(ZERO, counted - self.room_of(item, new_year))
            share[party] -= over
            share[item["overflow"]] += over
            if "annual" in item:
                self.annual_room[party] -= counted - over
            if "cumulative" in item:
                self.room[party] -= counted - over


def completed(scheme, facts):
    """B7: the fiscal year in which all balances reach nil, found by running the phase."""
    run = Run(scheme, facts)
    run.recovered_phase = True
    years = list(slices(facts, None).items())
    for (fiscal_year, _), base in years:
        run.slice(fiscal_year, 0, base)
        if not any(run.balance.values()):
            return fiscal_year
    return years[-1][0][0] + 1


def with_base(scheme, facts, rates):
    """B1, B2: facts on gross tax as entries, or as what each territory collected."""
    if "gross" not in facts:
        return facts
    entries = base_entries(scheme, facts, rates)
    if any("territory" not in entry for entry in facts["gross"]):
        return facts | {"entries": entries}
    collected = {}
    counted_in = [entry for entry in facts["gross"] if counts(entry, scheme["base"])]
    for entry, (day, part) in zip(counted_in, entries, strict=True):
        own = collected.setdefault(day[:4], {})
        own[entry["territory"]] = own.get(entry["territory"], ZERO) + part
    return facts | {"entries": entries, "collected": dict(sorted(collected.items()))}


def eligible(scheme, facts):
    """B14: averages are exact, `gte` is inclusive."""
    rule = scheme.get("eligibility", {})
    years = sorted(facts.get("pre_move", {}), reverse=True)
    amounts = [Fraction(facts["pre_move"][year]) for year in years]
    good = True
    if "base_last_year" in rule:
        good = amounts[0] >= Fraction(rule["base_last_year"]["gte"])
    if "avg_base" in rule:
        wanted = rule["avg_base"]
        count = wanted["years_before"]
        good = good and sum(amounts[:count]) >= count * Fraction(wanted["gte"])
    return good


def run(scheme, facts, rates=()):
    """The balances as they end, the shares by (fiscal year, contract year), the clock."""
    facts = with_base(scheme, facts, rates)
    calendar = scheme.get("calendar", {})
    state = Run(scheme, facts)
    state.recovered_phase = calendar.get("start_trigger") == "recovered"
    found = completed(scheme, facts) if state.recovered_phase else None
    year_of = counted(calendar, facts, found)
    shares = {}
    for (fiscal_year, year), base in slices(facts, year_of).items():
        if year_of is not None and eligible(scheme, facts):
            shares[fiscal_year, year] = state.slice(fiscal_year, year, base)
            continue
        term = scheme.get("term", {})
        early = eligible(scheme, facts)
        to = calendar.get("before", term.get("after")) if early else term["after"]
        shares[fiscal_year, year] = dict.fromkeys(scheme["parties"], ZERO) | {to: base}
    return state, shares, year_of


def by_key(shares):
    """A7: the year keys."""
    slices_of_year = Counter(fiscal_year for fiscal_year, _ in shares)
    return {
        f"{fiscal_year}/y{year}" if slices_of_year[fiscal_year] > 1 else str(fiscal_year): parts
        for (fiscal_year, year), parts in shares.items()
    }


def evaluate(scheme, facts, rates=()):
    """The shares by year key."""
    return by_key(run(scheme, facts, rates)[1])
