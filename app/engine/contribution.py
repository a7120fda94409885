"""Calculators that propose a ratio or a division of costs; the confirmed scheme settles.

Equity (按股), factor inputs (要素投入), recovery first (优先覆盖) and the Shapley value, with two
checks that must always be shown: individual rationality (nobody pays more than alone) and the core
(no coalition would do better by itself). The Shapley value may lie outside the core. Source:
利益分享 calculators, and scheme v1, B8.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.engine.formulas import FORMULAS, coalitions, factor_weights, shapley
from app.money import Money, allocate

Coalition = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Relative weights that a calculator proposes, and the formula that gave them."""

    formula: str
    weights: Mapping[str, Fraction]

    @property
    def shares(self) -> dict[str, Fraction]:
        """Each party's part of one."""
        total = sum(self.weights.values(), Fraction(0))
        return {party: weight / total for party, weight in self.weights.items()}

    def as_weights(self) -> dict[str, str]:
        """The `weights` object of a scheme, as reduced fractions."""
        return {party: str(weight) for party, weight in self.weights.items()}


@dataclass(frozen=True, slots=True)
class CostShares:
    """A division of a joint cost, and who would refuse it."""

    shares: Mapping[str, int]
    savings: Mapping[str, int]
    worse_alone: tuple[str, ...]
    would_leave: tuple[Coalition, ...]


def equity(stakes: Mapping[str, int]) -> Proposal:
    """wᵢ = stakeᵢ, in fen; ValueError when nobody holds a stake."""
    return _proposal("equity", {party: Fraction(stake) for party, stake in stakes.items()})


def factor_inputs(
    alpha: Mapping[str, Fraction], inputs: Mapping[str, Mapping[str, int]]
) -> Proposal:
    """wᵢ = Σₖ αₖ·xᵢₖ / Σⱼ xⱼₖ; ValueError names a factor whose total is 0."""
    return _proposal("factor_weights", factor_weights(alpha, inputs))


def gains(players: Sequence[str], value: Mapping[Coalition, int]) -> Proposal:
    """The Shapley value of what each coalition gains; a coalition not given gains nothing.

    ValueError when a player's value is negative: such a gain cannot be a weight.
    """
    worth = shapley(players, _complete(players, value))
    if any(share < 0 for share in worth.values()):
        raise ValueError("夏普利值为负，不能作为分享权重")
    return _proposal("shapley", worth)


def recovery_first(party: str, amount: int, then: Proposal) -> dict[str, object]:
    """The clauses of a scheme that covers an input first, then divides by a ratio."""
    return {
        "recover": [{"party": party, "amount": Money(amount).yuan}],
        "split": [{"years": [1, None], "weights": then.as_weights()}],
    }


def _proposal(formula: str, weights: Mapping[str, Fraction]) -> Proposal:
    if not any(weights.values()):
        raise ValueError("权重全部为零")
    return Proposal(FORMULAS[formula], weights)


def _complete(players: Sequence[str], value: Mapping[Coalition, int]) -> dict[Coalition, int]:
    return {members: value.get(members, 0) for members in coalitions(players)}


def joint_cost(
    players: Sequence[str],
    cost: Mapping[Coalition, int],
    emphasis: Mapping[str, Fraction] | None = None,
) -> CostShares:
    """A joint cost divided by the Shapley value of the savings, in the unit of `cost`.

    A coalition without a cost of its own saves nothing. `emphasis` (λ, summing to 1) moves the
    saving: φᵢ + v(N)·(λᵢ − 1/n). ValueError when a single cost is missing or a saving is negative.
    """
    alone = {player: cost[player,] for player in players}
    saved = {
        members: max(0, sum(alone[player] for player in members) - cost[members])
        for members in coalitions(players)
        if members in cost
    }
    whole = tuple(players)
    worth = shapley(players, _complete(players, saved))
    for player, weight in (emphasis or {}).items():
        worth[player] += saved[whole] * (weight - Fraction(1, len(players)))
    if any(share < 0 for share in worth.values()):
        raise ValueError("有一方分得的节约额为负")
    parts = allocate(saved[whole], list(worth.values()))
    savings = dict(zip(worth, parts, strict=True))
    shares = {player: alone[player] - savings[player] for player in players}
    return CostShares(shares, savings, worse_alone(shares, cost), would_leave(shares, cost))


def worse_alone(shares: Mapping[str, int], cost: Mapping[Coalition, int]) -> tuple[str, ...]:
    """Those who would pay more than alone (individual rationality)."""
    return tuple(player for player, share in shares.items() if share > cost[player,])


def would_leave(shares: Mapping[str, int], cost: Mapping[Coalition, int]) -> tuple[Coalition, ...]:
    """The coalitions that would pay less by themselves (core check of a cost)."""
    return tuple(
        members for members in cost if sum(shares[player] for player in members) > cost[members]
    )


def would_leave_gains(
    shares: Mapping[str, int], value: Mapping[Coalition, int]
) -> tuple[Coalition, ...]:
    """The coalitions that would gain more by themselves (core check of a gain)."""
    return tuple(
        members for members in value if sum(shares[player] for player in members) < value[members]
    )
