"""Eligibility (准入条件): what the years before a move must have yielded.

Source: scheme v1, B14. The average is exact: the sum is at least n times the amount.
"""

from app.engine.facts import Facts
from app.engine.terms import Scheme


def is_eligible(scheme: Scheme, facts: Facts) -> bool:
    """Whether the scheme applies at all; `gte` is inclusive."""
    rule = scheme.eligibility
    if rule is None or not facts.pre_move:
        return True
    last = max(facts.pre_move)
    if rule.last_year_gte is not None and facts.pre_move[last] < rule.last_year_gte:
        return False
    if rule.years_before is None or rule.average_gte is None:
        return True
    total = sum(facts.pre_move[last - back] for back in range(rule.years_before))
    return total >= rule.years_before * rule.average_gte
