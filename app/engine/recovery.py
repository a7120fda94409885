"""The term that counts from the recovery of the input (投入收回起算).

Until all balances are nil nothing is split; the year that completes the recovery is year 1, so it
is found by computing. Source: scheme v1, B7, `recovered`.
"""

from app.engine.contract_years import Clock, slices_of
from app.engine.facts import Facts
from app.engine.sheet import Memory, Sheet
from app.engine.stages import carry_negative, deduct, keep_baseline, recover
from app.engine.terms import Scheme
from app.engine.trace import leave_out


def clock_from_recovery(scheme: Scheme, facts: Facts) -> Clock:
    """Year 1 is the fiscal year in which all balances reach nil, else that after the last fact."""
    memory = Memory.opening(scheme, facts.opening)
    slices = slices_of(facts.entries, Clock())
    record = leave_out(scheme, facts.at)
    for each in slices:
        shares = dict.fromkeys(scheme.parties, 0)
        collected = (facts.collected or {}).get(each.fiscal_year)
        sheet = Sheet(each, shares, record, collected, recovering=True)
        memory.open_fiscal_year(scheme, each.fiscal_year)
        for stage in (carry_negative, keep_baseline, deduct, recover):
            stage(scheme, sheet, memory)
        if not any(memory.balances):
            return Clock(each.fiscal_year)
    return Clock(slices[-1].fiscal_year + 1) if slices else Clock()
