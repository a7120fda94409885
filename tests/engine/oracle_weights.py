"""B8 once more: weights from a formula, the Shapley value by every order of joining."""

from fractions import Fraction
from itertools import permutations


def exact(rule, parties):
    """{party: weight} of a ladder step or tier."""
    if "weights" in rule:
        return {party: Fraction(weight) for party, weight in rule["weights"].items()}
    formula = rule["formula"]
    if formula["type"] == "equity":
        return {party: Fraction(stake) for party, stake in formula["stakes"].items()}
    if formula["type"] == "shapley":
        return shapley(formula["value"], parties)
    weights = dict.fromkeys(formula["inputs"], Fraction(0))
    for factor, alpha in formula["alpha"].items():
        column = {party: Fraction(own.get(factor, 0)) for party, own in formula["inputs"].items()}
        for party, amount in column.items():
            weights[party] += Fraction(alpha) * amount / sum(column.values())
    return weights


def shapley(value, parties):
    """The average over all orders of what each player adds on joining."""
    players = [party for party in parties if party in value]
    orders = list(permutations(players))
    worth = dict.fromkeys(players, Fraction(0))
    for order in orders:
        before = Fraction(0)
        for place, player in enumerate(order):
            joined = "+".join(party for party in parties if party in order[: place + 1])
            after = Fraction(value[joined])
            worth[player] += (after - before) / len(orders)
            before = after
    return worth
