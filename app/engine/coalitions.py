"""What working together gains or saves, divided by the Shapley value (夏普利值).

Two checks belong to every division: individual rationality (nobody is worse off than alone) and
the core (no coalition would do better by itself). The Shapley value may lie outside the core; then
the coalition that would leave is named, with the money it would be better off by. Checks are made
on the exact shares, so that rounding to the fen names nobody. Source: 李学文等, 中国土地科学,
2023(11).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.engine.contribution import Proposal
from app.engine.formulas import FORMULAS, coalitions, shapley, to_fen

Coalition = tuple[str, ...]
Values = Mapping[Coalition, int]


@dataclass(frozen=True, slots=True)
class Objection:
    """A coalition that would do better by itself, and by how many fen (exact)."""

    members: Coalition
    by: Fraction


@dataclass(frozen=True, slots=True)
class Division:
    """A gain, or a joint cost, divided: exact and whole fen, and who would refuse.

    `worth` is what each player has of the gain or saving, `gain` what every coalition makes.
    """

    gain: Values
    worth: Mapping[str, Fraction]
    exact: Mapping[str, Fraction]
    shares: Mapping[str, int]
    worse_alone: tuple[Objection, ...]
    would_leave: tuple[Objection, ...]

    def proposal(self) -> Proposal:
        """The shares as a ratio; ValueError when one is negative."""
        return Proposal(FORMULAS["shapley"], self.exact)


def share_gain(
    players: Sequence[str], value: Values, emphasis: Mapping[str, Fraction] | None = None
) -> Division:
    """What all gain together, divided; a coalition not given gains nothing.

    `emphasis` (λ, summing to 1) corrects the value: φᵢ + v(N)·(λᵢ − 1/n).
    """
    gain = {members: value.get(members, 0) for members in coalitions(players)}
    worth = _worth(players, gain, emphasis)
    shares = dict(zip(players, to_fen(list(worth.values())), strict=True))
    lost = {members: value[members] - _sum(worth, members) for members in gain if members in value}
    return Division(gain, worth, worth, shares, *_objections(lost))


def share_cost(
    players: Sequence[str], cost: Values, emphasis: Mapping[str, Fraction] | None = None
) -> Division:
    """A joint cost divided by the Shapley value of the savings.

    v(S) = Σ cost alone − cost(S), never below 0, and 0 where a coalition has no cost of its own:
    nobody has to work together. `emphasis` as for a gain. ValueError when a cost alone or of all is
    missing, or working together costs more than each alone.
    """
    everybody = tuple(players)
    if everybody not in cost or any((player,) not in cost for player in players):
        raise ValueError("各方单独的成本和全体合办的成本都要写出")
    alone = {player: cost[player,] for player in players}
    saved = {members: _saving(members, alone, cost) for members in coalitions(players)}
    if sum(alone.values()) < cost[everybody]:
        raise ValueError("全体合办比各自单独办还贵，没有节约可分")
    worth = _worth(players, saved, emphasis)
    savings = to_fen(list(worth.values()))
    shares = {
        player: alone[player] - saving for player, saving in zip(players, savings, strict=True)
    }
    exact = {player: alone[player] - worth[player] for player in players}
    over = {members: _sum(exact, members) - cost[members] for members in saved if members in cost}
    return Division(saved, worth, exact, shares, *_objections(over))


def cost_objections(shares: Mapping[str, int], cost: Values) -> tuple[Objection, ...]:
    """Who would refuse any division of a cost, by usage for instance; singles first."""
    exact = {player: Fraction(share) for player, share in shares.items()}
    alone, together = _objections({some: _sum(exact, some) - cost[some] for some in cost})
    return alone + together


def _saving(members: Coalition, alone: Mapping[str, int], cost: Values) -> int:
    apart = sum(alone[player] for player in members)
    return max(0, apart - cost.get(members, apart))


def _worth(
    players: Sequence[str], gain: Values, emphasis: Mapping[str, Fraction] | None
) -> dict[str, Fraction]:
    worth = shapley(players, gain)
    if emphasis is None:
        return worth
    if set(emphasis) != set(players) or sum(emphasis.values()) != 1:
        raise ValueError("修正系数 λ 每一方都要填，合计为 1")
    whole = gain[tuple(players)]
    even = Fraction(1, len(players))
    return {player: worth[player] + whole * (emphasis[player] - even) for player in players}


def _sum(shares: Mapping[str, Fraction], members: Coalition) -> Fraction:
    return sum((shares[player] for player in members), Fraction(0))


def _objections(
    lost: Mapping[Coalition, Fraction],
) -> tuple[tuple[Objection, ...], tuple[Objection, ...]]:
    """Those who lose something: single players, then coalitions."""
    found = [Objection(members, by) for members, by in lost.items() if by > 0]
    return (
        tuple(one for one in found if len(one.members) == 1),
        tuple(one for one in found if len(one.members) > 1),
    )
