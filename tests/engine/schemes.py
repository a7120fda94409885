"""Random valid cases for Hypothesis: schemes of part A with the extensions that touch shares."""

from datetime import date

from hypothesis import strategies as st

PARTIES = ["引资区", "落地区", "园区", "滚动基金"]
FIRST = 2024


def yuan(fen: int) -> str:
    """Fen as a yuan string."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


SMALL = st.integers(0, 500)
LARGE = st.integers(0, 30_000_000)
AMOUNT = st.one_of(SMALL, LARGE).map(yuan)
SIGNED = st.one_of(st.integers(-500, 500), st.integers(-20_000_000, 60_000_000)).map(yuan)
RATIO = st.one_of(st.integers(0, 9).map(str), st.sampled_from(["0.35", "1/3", "4.65", "2/7"]))
PERCENT = st.sampled_from(["0", "10", "12.5", "100/3", "100"])


@st.composite
def weights(draw, parties):
    """Weights of some of the parties, keys in any order, one positive."""
    named = draw(st.lists(st.sampled_from(parties), min_size=1, unique=True))
    written = {name: draw(RATIO) for name in named}
    written[draw(st.sampled_from(named))] = draw(st.sampled_from(["1", "5", "1/3", "60"]))
    return written


@st.composite
def share_rule(draw, parties):
    """`weights`, or the equity formula."""
    if draw(st.integers(0, 5)):
        return {"weights": draw(weights(parties))}
    stakes = {name: draw(AMOUNT) for name in parties} | {parties[0]: "100.00"}
    return {"formula": {"type": "equity", "stakes": stakes}}


@st.composite
def ladder(draw, parties, last):
    """Steps from year 1 without a gap; open, or to the last possible year."""
    steps, first = [], 1
    for _ in range(draw(st.integers(0, 2))):
        end = first + draw(st.integers(0, 2))
        steps.append({"years": [first, end], **draw(share_rule(parties))})
        first = end + 1
    end = None if last is None or draw(st.booleans()) else max(first, last)
    return [*steps, {"years": [first, end], **draw(share_rule(parties))}]


@st.composite
def tiers(draw, parties):
    """Marginal tiers with rising limits."""
    limits = sorted(draw(st.sets(st.integers(1, 20_000_000), max_size=3)))
    return [
        {"upto": None if limit is None else yuan(limit), **draw(share_rule(parties))}
        for limit in [*limits, None]
    ]


@st.composite
def caps(draw, parties):
    """Caps whose overflow goes to nobody capped before."""
    listed = []
    for party in draw(st.lists(st.sampled_from(parties), max_size=2, unique=True)):
        taken = {item["party"] for item in listed}
        free = [name for name in parties if name != party and name not in taken]
        if not free:
            break
        item = {"party": party, "overflow": draw(st.sampled_from(free))}
        kind = draw(st.sampled_from(["cumulative", "cumulative", "annual", "both"]))
        if kind != "annual":
            item["cumulative"] = draw(AMOUNT)
        if kind != "cumulative":
            item["annual"] = draw(AMOUNT)
        if draw(st.booleans()):
            item["scope"] = draw(st.sampled_from(["total", "split_only"]))
        listed.append(item)
    return listed


@st.composite
def yearly_terms(draw, parties):
    """Terms stated per year: only under fiscal years."""
    terms = {}
    if draw(st.booleans()):
        terms["baseline"] = {"amount": draw(AMOUNT), "owner": draw(st.sampled_from(parties))}
    if draw(st.booleans()):
        party, payer = draw(st.lists(st.sampled_from(parties), min_size=2, max_size=2, unique=True))
        item = {"party": party, "per_year": draw(AMOUNT), "payer": payer}
        item["source"] = draw(st.sampled_from(["share", "own_funds"]))
        if draw(st.booleans()):
            item["from_year"] = draw(st.integers(1, 3))
        terms["guarantee"] = [item]
    return terms


@st.composite
def common_terms(draw, parties):
    """Terms of either calendar."""
    party = st.sampled_from(parties)
    terms = {"negative": draw(st.sampled_from(["carry", "share"]))}
    names = draw(st.lists(st.sampled_from(["兑现", "奖补"]), max_size=2, unique=True))
    terms["deduct"] = [
        {
            "name": name,
            "to": draw(party),
            "series": {
                str(year): draw(AMOUNT)
                for year in draw(st.lists(st.integers(FIRST, FIRST + 5), max_size=3, unique=True))
            },
            "carry": draw(st.booleans()),
        }
        for name in names
    ]
    terms["recover"] = [
        {"party": name, "amount": draw(AMOUNT)}
        for name in draw(st.lists(party, max_size=2, unique=True))
    ]
    terms["reserve"] = [
        {
            "to": draw(party),
            "pct": draw(PERCENT),
            "years": draw(st.sampled_from([[1, 2], [2, None]])),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]
    return terms


@st.composite
def term_for(draw, parties, capped):
    """A term, with an extension where there is a cap."""
    term = {"years": draw(st.integers(1, 4)), "after": draw(st.sampled_from(parties))}
    if capped and draw(st.booleans()):
        term["extend"] = {"if": "cap_not_reached", "years": draw(st.integers(1, 2))}
    return term


@st.composite
def schemes(draw, dated=None):
    """A scheme; `dated` True for entry_date, False for fiscal years, None for either."""
    parties = PARTIES[: draw(st.integers(2, 4))]
    dated = draw(st.booleans()) if dated is None else dated
    scheme = {"parties": parties, **draw(common_terms(parties)), "cap": draw(caps(parties))}
    last = None
    if dated or draw(st.booleans()):
        term = draw(term_for(parties, scheme["cap"]))
        last = term["years"] + term.get("extend", {"years": 0})["years"]
        scheme["term"] = term
    if dated:
        start = draw(st.sampled_from(["2024-02-29", "2024-07-01", "2025-01-01"]))
        scheme["calendar"] = {"rule": "entry_date", "start": start}
    else:
        scheme |= draw(yearly_terms(parties))
        recovering = scheme["recover"] and draw(st.integers(0, 3)) == 0
        scheme["calendar"] = (
            {"start_trigger": "recovered"} if recovering else {"fiscal_year_one": FIRST}
        )
    if not dated and draw(st.integers(0, 2)) == 0:
        scheme["tiers"] = draw(tiers(parties))
    else:
        scheme["split"] = draw(ladder(parties, last))
    return scheme


@st.composite
def stock_schemes(draw):
    """A scheme with 分地存量 and what each territory collected."""
    parties = PARTIES[: draw(st.integers(2, 3))]
    scheme = {
        "parties": parties,
        "calendar": {"fiscal_year_one": FIRST},
        "negative": "share",
        "baseline": {
            "amounts": {name: draw(AMOUNT) for name in reversed(parties)},
            "owner": "each",
            "scope": draw(st.sampled_from(["pooled", "per_territory"])),
        },
        "split": draw(ladder(parties, None)),
        "cap": draw(caps(parties)),
    }
    years = draw(st.lists(st.integers(FIRST, FIRST + 4), min_size=1, max_size=3, unique=True))
    collected = {
        str(year): {name: draw(SIGNED) for name in parties if draw(st.integers(0, 3))}
        for year in years
    }
    return {"scheme": scheme, "facts": {"collected": collected}}


RATES = [
    {
        "tax": tax,
        "of": "gross",
        "from": first,
        "to": last,
        "shares": {"中央": centre, "省": province, "市区": below},
        "status": "unverified",
    }
    for tax, first, last, centre, province, below in [
        ("增值税", "2016-05-01", "2025-12-31", "50", "17.5", "32.5"),
        ("增值税", "2026-01-01", None, "45", "100/3", "65/3"),
        ("房产税", "2003-01-01", None, "0", "35", "65"),
        ("消费税", "1994-01-01", None, "100", "0", "0"),
    ]
] + [
    {
        "tax": tax,
        "of": "below_province",
        "from": "1994-01-01",
        "to": None,
        "shares": shares,
        "status": "demo",
    }
    for tax, shares in [("*", {"市": "30", "区": "70"}), ("房产税", {"市": "100/3", "区": "200/3"})]
]
KINDS = ["正常", "查补", "滞纳金", "退库", "留抵退税", "调库", "免抵调", "出口退税"]


@st.composite
def gross_entries(draw):
    """One receipt of gross tax; some with the treasury's own amounts."""
    entry = {
        "date": str(draw(st.dates(min_value=date(FIRST, 1, 1), max_value=date(2029, 12, 31)))),
        "tax": draw(st.sampled_from(["增值税", "房产税", "消费税"])),
        "kind": draw(st.sampled_from(KINDS)),
    }
    if draw(st.integers(0, 4)):
        return entry | {"amount": draw(SIGNED)}
    parts = draw(st.lists(st.integers(-1000, 9000), min_size=4, max_size=4))
    levels = dict(zip(["中央", "省", "市", "区"], map(yuan, parts), strict=True))
    return entry | {"amount": yuan(sum(parts)), "actual": levels}


@st.composite
def gross_cases(draw):
    """A scheme on gross tax, by fiscal year or by date."""
    scheme = draw(schemes(dated=False))
    base = {
        "taxes": draw(st.sampled_from([["增值税"], ["增值税", "房产税", "消费税"]])),
        "level": draw(st.sampled_from(["gross", "local", "below_province", "district"])),
        "net_of_refunds": draw(st.booleans()),
        "kinds_out": draw(st.sampled_from([[], ["查补", "滞纳金"]])),
        "vat_credit_refund": draw(st.sampled_from(["booked", "after_equalisation"])),
    }
    gross = draw(st.lists(gross_entries(), min_size=1, max_size=12))
    if scheme["calendar"].get("start_trigger") == "recovered":
        scheme["calendar"] = {"fiscal_year_one": FIRST}
    return {"scheme": scheme | {"base": base}, "facts": {"gross": gross}, "rates": RATES}


@st.composite
def cases(draw, dated=None):
    """A scheme and facts that fit it."""
    if dated is None and draw(st.integers(0, 5)) == 0:
        return draw(stock_schemes())
    scheme = draw(schemes(dated))
    if scheme["calendar"].get("rule") == "entry_date":
        days = st.dates(min_value=date(2023, 1, 1), max_value=date(2030, 1, 1)).map(str)
        entries = draw(st.lists(st.tuples(days, SIGNED).map(list), min_size=1, max_size=8))
        return {"scheme": scheme, "facts": {"entries": entries}}
    earliest = FIRST - 1 if "term" in scheme else FIRST
    years = draw(st.lists(st.integers(earliest, FIRST + 6), min_size=1, max_size=6, unique=True))
    return {"scheme": scheme, "facts": {"annual": {str(year): draw(SIGNED) for year in years}}}
