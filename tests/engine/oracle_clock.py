"""A4 and B7 once more: which contract year a day belongs to, and the slices."""

from datetime import date
from fractions import Fraction


def contract_year_by_day(day, start):
    """A4: anniversaries."""
    years = day.year - start.year
    if (day.month, day.day) < (start.month, start.day):
        years -= 1
    return years + 1


EVENTS = {"投产": ["投产"], "开工": ["开工"], "达产+登记": ["达产", "登记"]}


def start_of(calendar, facts):
    """B7: the day of the event, None while it has not happened."""
    if calendar["start_trigger"] == "first_tax":
        entries = [(entry["date"], entry["amount"]) for entry in facts.get("gross", [])]
        days = [day for day, amount in entries or facts["entries"] if Fraction(amount) > 0]
        return date.fromisoformat(min(days)) if days else None
    days = [facts.get("events", {}).get(event) for event in EVENTS[calendar["start_trigger"]]]
    return None if None in days else date.fromisoformat(max(days))


def counted(calendar, facts, recovered=None):
    """A4, B7: a function from a day, or a year as its first of January, to the contract year.

    None when the start is not known. `recovered` is the fiscal year found by running the phase.
    """
    trigger = calendar.get("start_trigger", "date")
    dated = calendar.get("rule") == "entry_date"
    if trigger == "recovered":
        first = recovered
    elif trigger == "date":
        start = date.fromisoformat(calendar["start"]) if dated else None
        years = facts.get("annual") or facts.get("collected") or {}
        first = calendar.get("fiscal_year_one") or min(map(int, years), default=None)
    else:
        start = start_of(calendar, facts)
        if start is None:
            return None
        first = start.year
    if dated:
        return lambda day: contract_year_by_day(day, start)
    return lambda day: day.year - first + 1


def dated_amounts(facts):
    """Every amount with its day; a yearly one stands on the first of January."""
    if "entries" in facts:
        return [(date.fromisoformat(day), Fraction(amount)) for day, amount in facts["entries"]]
    if "collected" in facts:
        return [
            (date(int(year), 1, 1), sum(map(Fraction, parts.values()), Fraction(0)))
            for year, parts in facts["collected"].items()
        ]
    return [(date(int(year), 1, 1), Fraction(each)) for year, each in facts["annual"].items()]


def slices(facts, year_of):
    """A4: {(fiscal year, contract year): base} in ascending order; year 0 without a clock."""
    sums = {}
    for day, amount in dated_amounts(facts):
        key = day.year, year_of(day) if year_of else 0
        sums[key] = sums.get(key, Fraction(0)) + amount
    return dict(sorted(sums.items()))
