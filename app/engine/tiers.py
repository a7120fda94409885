"""Marginal tiers (分档): the exact share of each party before the one rounding.

Source: scheme v1, A6 step 7.
"""

from collections.abc import Sequence
from math import lcm

from app.engine.terms import Tier


def exact_shares(
    tiers: Sequence[Tier], parties: Sequence[str], size: int
) -> tuple[dict[str, int], int]:
    """Each party's exact share of `size` fen as a numerator over the common denominator.

    Parties that no tier names are left out; the shares add up to `size`.
    """
    common = lcm(*(sum(tier.weights.whole) for tier in tiers))
    named = {name for tier in tiers for name in tier.weights.names}
    shares = {party: 0 for party in parties if party in named}
    reached = 0
    for tier in tiers:
        upto = size if tier.upto is None else min(size, tier.upto)
        part = upto - reached
        unit = common // sum(tier.weights.whole)
        for name, weight in zip(tier.weights.names, tier.weights.whole, strict=True):
            shares[name] += part * weight * unit
        reached = upto
    return shares, common
