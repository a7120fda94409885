"""Random valid cases with every clause that the engine knows: part A, B1 to B9, B14 to B16, B18."""

from datetime import date
from itertools import combinations

from hypothesis import strategies as st

from tests.engine.schemes import (
    AMOUNT,
    FIRST,
    RATIO,
    SIGNED,
    cases,
    gross_cases,
    stock_schemes,
    weights,
    yuan,
)

FEW = st.integers(0, 3)
DAYS = st.dates(min_value=date(FIRST - 1, 1, 1), max_value=date(FIRST + 2, 12, 31)).map(str)
TRIGGERS = ["first_tax", "投产", "开工", "达产+登记"]
EVENTS = ["投产", "开工", "达产", "登记"]
PART = st.sampled_from(["0", "10", "12.5", "100/3", "50"])


@st.composite
def formulas(draw, parties):
    """B8: factor inputs or the Shapley value of a game in which nobody costs."""
    if draw(st.booleans()):
        factors = draw(st.lists(st.sampled_from("土资运"), min_size=1, unique=True))
        inputs = {party: {name: draw(AMOUNT) for name in factors} for party in parties}
        inputs[parties[-1]] |= dict.fromkeys(factors, "100.00")
        alpha = {name: draw(RATIO) for name in factors} | {factors[0]: "0.35"}
        return {"type": "factor_weights", "alpha": alpha, "inputs": inputs}
    players = parties[: draw(st.integers(1, len(parties)))]
    value: dict[tuple, int] = {(): 0}
    for size in range(1, len(players) + 1):
        for members in combinations(players, size):
            least = max(value[some] for some in combinations(members, size - 1))
            value[members] = least + draw(st.integers(0, 5000))
    value[tuple(players)] += 1
    written = {"+".join(members): yuan(fen) for members, fen in value.items() if members}
    return {"type": "shapley", "value": written}


@st.composite
def with_formula(draw, scheme):
    """One step of the ladder, or one tier, by formula."""
    key = "split" if "split" in scheme else "tiers"
    steps = list(scheme[key])
    place = draw(st.integers(0, len(steps) - 1))
    kept = {name: steps[place][name] for name in ("years", "upto") if name in steps[place]}
    steps[place] = kept | {"formula": draw(formulas(scheme["parties"]))}
    return scheme | {key: steps}


@st.composite
def with_trigger(draw, case):
    """B7: the start waits for an event, which may not have happened yet."""
    scheme, facts = case["scheme"], dict(case["facts"])
    calendar = scheme["calendar"]
    if "opening" in facts or calendar.get("start_trigger"):
        return case
    found = TRIGGERS if "entries" in facts or "gross" in facts else TRIGGERS[1:]
    trigger = draw(st.sampled_from(found))
    started = {"rule": calendar.get("rule", "fiscal_year"), "start_trigger": trigger}
    if "term" not in scheme or not draw(FEW):
        started["before"] = draw(st.sampled_from(scheme["parties"]))
    named = draw(st.lists(st.sampled_from(EVENTS), unique=True, min_size=2))
    facts["events"] = {event: draw(DAYS) for event in named}
    return case | {"scheme": scheme | {"calendar": started}, "facts": facts}


@st.composite
def with_opening(draw, case):
    """B18: balances that an earlier version left."""
    scheme, facts = case["scheme"], case["facts"]
    if scheme["calendar"].get("start_trigger"):
        return case
    dates = [*facts.get("annual", {}), *facts.get("collected", {})]
    dates += [entry[0] for entry in facts.get("entries", [])]
    dates += [entry["date"] for entry in facts.get("gross", [])]
    opening = {"as_of": min(int(day[:4]) for day in dates) - draw(st.integers(0, 1))}
    if draw(st.booleans()):
        opening["carried"] = yuan(-draw(st.integers(0, 9_000_000)))
    left = {
        "deduct": [item["name"] for item in scheme.get("deduct", []) if item["carry"]],
        "recover": [item["party"] for item in scheme.get("recover", [])],
        "cap": [item["party"] for item in scheme.get("cap", []) if "cumulative" in item],
    }
    for group, names in left.items():
        if names and draw(st.booleans()):
            opening[group] = {name: draw(AMOUNT) for name in names if draw(FEW)}
    return case | {"facts": facts | {"opening": opening}}


@st.composite
def with_eligibility(draw, case):
    """B14: thresholds that the years before the move just meet, miss or pass."""
    scheme = case["scheme"]
    if "term" not in scheme:
        return case
    pre_move = {str(year): draw(AMOUNT) for year in range(FIRST - 3, FIRST)}
    rule = {"led_by": "政府主导"} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        years = draw(st.integers(1, 3))
        amount = draw(st.sampled_from([*pre_move.values(), "0.01", "50000"]))
        rule["avg_base"] = {"years_before": years, "gte": amount}
    if draw(st.booleans()):
        amount = draw(st.sampled_from([pre_move[str(FIRST - 1)], "0.01", "50000"]))
        rule["base_last_year"] = {"gte": amount}
    facts = case["facts"] | {"pre_move": pre_move}
    return case | {"scheme": scheme | {"eligibility": rule}, "facts": facts}


@st.composite
def with_indicators(draw, case):
    """B9: counted by weights or twice, on the money's clock or their own."""
    scheme, facts = case["scheme"], case["facts"]
    parties = scheme["parties"]
    items, values = [], {}
    for name in draw(st.lists(st.sampled_from(["产值", "固投"]), min_size=1, unique=True)):
        item = {"name": name, "decimals": draw(FEW)}
        if draw(st.booleans()):
            item["weights"] = draw(weights(parties))
        else:
            item["double_count"] = draw(st.lists(st.sampled_from(parties), min_size=1, unique=True))
        if draw(st.booleans()) or scheme["calendar"].get("rule") == "entry_date":
            item["calendar"] = draw(
                st.sampled_from([{"fiscal_year_one": FIRST + 1}, {"start_trigger": "投产"}])
            )
            item["term"] = {"years": draw(st.integers(1, 3)), "after": parties[0]}
            if draw(st.booleans()):
                item["calendar"] = item["calendar"] | {"before": parties[-1]}
        items.append(item)
        step = 10 ** item["decimals"]
        values[name] = {
            str(year): _decimal(draw(st.integers(0, 10**6)), step, item["decimals"])
            for year in draw(st.sets(st.integers(FIRST - 1, FIRST + 4), max_size=3))
        }
    return case | {
        "scheme": scheme | {"indicators": items},
        "facts": facts | {"indicators": values},
    }


def _decimal(units, step, decimals):
    whole, rest = divmod(units, step)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)


@st.composite
def with_cash(draw, case):
    """B5: what is attributed is held by somebody else."""
    scheme = case["scheme"]
    holders = [*scheme["parties"], "专户"]
    rules = [
        {
            "of": draw(st.sampled_from(["*", *scheme["parties"]])),
            "to": draw(st.sampled_from(holders)),
            "pct": draw(PART),
        }
        for _ in range(draw(st.integers(1, 2)))
    ]
    return case | {"scheme": scheme | {"funds": ["专户"], "cash": rules}}


@st.composite
def with_one_off(draw, case):
    """B3: payments beside the shares."""
    parties = case["scheme"]["parties"]
    payments = []
    for _ in range(draw(st.integers(1, 2))):
        payer, payee = draw(st.permutations(parties))[:2]
        payments.append(
            {
                "from": payer,
                "to": payee,
                "amount": draw(AMOUNT),
                "due": draw(DAYS),
                "reason": "首谈补偿",
            }
        )
    return case | {"scheme": case["scheme"] | {"one_off": payments}}


@st.composite
def with_settled(draw, case):
    """B15: what earlier settlements fixed, years that no longer exist among them."""
    keys = st.sampled_from([*map(str, range(FIRST - 1, FIRST + 5)), f"{FIRST + 1}/y1"])
    settled = {
        key: {party: draw(SIGNED) for party in case["scheme"]["parties"] if draw(FEW)}
        for key in draw(st.lists(keys, max_size=3, unique=True))
    }
    return case | {"facts": case["facts"] | {"settled": settled}}


@st.composite
def with_words(draw, case):
    """B6, B16: what is stored and not computed."""
    said = {
        "id": "R1",
        "title": "利益分享",
        "notes": ["按年清算"],
        "settle": {"when": "年终", "holder": "市财政局", "form": "体制结算"},
    }
    named = draw(st.lists(st.sampled_from(sorted(said)), min_size=1, unique=True))
    scheme = case["scheme"] | {name: said[name] for name in named}
    if scheme.get("cap"):
        first, *rest = scheme["cap"]
        scheme["cap"] = [first | {"basis": {"2021": "100.00"}}, *rest]
    return case | {"scheme": scheme}


@st.composite
def territory_cases(draw):
    """B1 with B2: gross tax whose entries all say where they were collected."""
    case = draw(gross_cases())
    parties = case["scheme"]["parties"]
    gross = [
        entry | {"territory": draw(st.sampled_from(parties))} for entry in case["facts"]["gross"]
    ]
    scheme = case["scheme"]
    if draw(st.booleans()):
        amounts = {party: draw(AMOUNT) for party in parties}
        scope = draw(st.sampled_from(["pooled", "per_territory"]))
        scheme = scheme | {
            "negative": "share",
            "baseline": {"amounts": amounts, "owner": "each", "scope": scope},
        }
    return case | {"scheme": scheme, "facts": {"gross": gross}}


DECORATIONS = [
    with_trigger,
    with_opening,
    with_eligibility,
    with_indicators,
    with_cash,
    with_one_off,
    with_settled,
    with_words,
]


@st.composite
def single_cases(draw):
    """One ledger with any of the extensions."""
    case = draw(st.one_of(cases(), cases(), gross_cases(), territory_cases(), stock_schemes()))
    if draw(FEW) == 3:
        case = case | {"scheme": draw(with_formula(case["scheme"]))}
    for decorate in draw(st.lists(st.sampled_from(DECORATIONS), max_size=4, unique=True)):
        case = draw(decorate(case))
    return case


@st.composite
def whole_cases(draw):
    """Any case; one in ten with two ledgers (B4)."""
    if draw(st.integers(0, 9)):
        return draw(single_cases())
    tax, land = draw(single_cases()), draw(single_cases())
    ledgers = {"tax": tax, "land": land}
    rates = next((each["rates"] for each in ledgers.values() if "rates" in each), None)
    case = {
        key: {"ledgers": {name: each[key] for name, each in ledgers.items()}}
        for key in ("scheme", "facts")
    }
    return case if rates is None else case | {"rates": rates}
