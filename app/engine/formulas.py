"""Weights from a formula (B8): factor inputs (要素投入), equity (按股), Shapley value.

A formula proposes, the weights it gives settle: they are resolved once, when the scheme is read,
in exact fractions, and the inputs stay in the document as provenance.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial, floor

from app.engine import reading
from app.engine.reading import Keys, Node

FORMULAS = {"factor_weights": "要素折算", "equity": "按股", "shapley": "夏普利值"}


def factor_weights(
    alpha: Mapping[str, Fraction], inputs: Mapping[str, Mapping[str, int]]
) -> dict[str, Fraction]:
    """wᵢ = Σₖ αₖ·xᵢₖ / Σⱼ xⱼₖ; a factor missing for a party is 0.

    ValueError names a factor whose total is 0.
    """
    totals = {factor: sum(own.get(factor, 0) for own in inputs.values()) for factor in alpha}
    for factor, total in totals.items():
        if total == 0:
            raise ValueError(f"要素“{factor}”的投入合计为零")
    return {
        party: sum(
            (alpha[factor] * Fraction(own.get(factor, 0), totals[factor]) for factor in alpha),
            Fraction(0),
        )
        for party, own in inputs.items()
    }


def coalitions(players: Sequence[str]) -> list[tuple[str, ...]]:
    """Every non-empty coalition, small ones first, names in the order of `players`."""
    return [
        members for size in range(1, len(players) + 1) for members in combinations(players, size)
    ]


def marginal_gains(
    player: str, players: Sequence[str], value: Mapping[tuple[str, ...], int]
) -> list[tuple[Fraction, tuple[str, ...], int]]:
    """(|S|−1)!(n−|S|)!/n!, S and v(S without the player) for every S that holds the player."""
    size = len(players)
    return [
        (
            Fraction(factorial(len(members) - 1) * factorial(size - len(members)), factorial(size)),
            members,
            value.get(tuple(name for name in members if name != player), 0),
        )
        for members in coalitions(players)
        if player in members
    ]


def shapley(players: Sequence[str], value: Mapping[tuple[str, ...], int]) -> dict[str, Fraction]:
    """φᵢ = Σ_{S∋i} (|S|−1)!(n−|S|)!/n! · (v(S) − v(S without i)), with v(∅) = 0."""
    return {
        player: sum(
            (
                chance * (value[members] - without)
                for chance, members, without in marginal_gains(player, players, value)
            ),
            Fraction(0),
        )
        for player in players
    }


def to_fen(values: Sequence[Fraction]) -> list[int]:
    """Whole fen with the same sum: rounded down, what is left to the largest fractions.

    Unlike `allocate` it takes amounts, some of which may be negative; ties to the earlier.
    """
    parts = [floor(value) for value in values]
    left = int(sum(values, Fraction(0))) - sum(parts)
    order = sorted(range(len(values)), key=lambda place: parts[place] - values[place])
    for place in order[:left]:
        parts[place] += 1
    return parts


def read_formula(node: Node, parties: Iterable[str]) -> tuple[dict[str, Fraction], str] | None:
    """The exact weights of a `formula` object and its Chinese name; None after a finding."""
    kind = node.value.get("type") if isinstance(node.value, dict) else None
    reader = {"factor_weights": _factors, "equity": _equity, "shapley": _shapley}.get(str(kind))
    if reader is None:
        found = reading.closed(node, Keys(("type",), ("alpha", "inputs", "stakes", "value")))
        reading.word(found.get("type"), FORMULAS)
        return None
    before = len(node.findings.issues)
    weights = reader(node, tuple(parties))
    if len(node.findings.issues) > before:
        return None
    if not any(weights.values()):
        node.refuse("formula", "公式得出的权重全部为零")
        return None
    return weights, FORMULAS[str(kind)]


def _party_members(node: Node | None, parties: tuple[str, ...]) -> dict[str, Node]:
    found = reading.members(node)
    for name, member in found.items():
        if name not in parties:
            member.refuse("party", f'未知参与方"{name}"')
    return found


def _factors(node: Node, parties: tuple[str, ...]) -> dict[str, Fraction]:
    found = reading.closed(node, Keys(("type", "alpha", "inputs")))
    factors = reading.members(found.get("alpha"))
    alpha = {name: reading.ratio(member) for name, member in factors.items()}
    inputs: dict[str, dict[str, int]] = {}
    for party, own in _party_members(found.get("inputs"), parties).items():
        read = {}
        for factor, member in reading.members(own).items():
            if factor not in alpha:
                member.refuse("formula", f"要素“{factor}”没有写明权重 alpha")
            read[factor] = reading.amount(member)
        inputs[party] = {factor: fen for factor, fen in read.items() if fen is not None}
    exact = {name: ratio.exact for name, ratio in alpha.items() if ratio is not None}
    try:
        return factor_weights(exact, inputs)
    except ValueError as error:
        node.refuse("formula", str(error))
        return {}


def _equity(node: Node, parties: tuple[str, ...]) -> dict[str, Fraction]:
    found = reading.closed(node, Keys(("type", "stakes")))
    stakes = {
        party: reading.amount(member)
        for party, member in _party_members(found.get("stakes"), parties).items()
    }
    return {party: Fraction(fen) for party, fen in stakes.items() if fen is not None}


def _shapley(node: Node, parties: tuple[str, ...]) -> dict[str, Fraction]:
    found = reading.closed(node, Keys(("type", "value")))
    written = reading.members(found.get("value"))
    players = tuple(name for name in parties if name in written)
    if not 1 <= len(players) <= 8:
        node.refuse("formula", "夏普利值需要 1 至 8 个参与方，各自单独的值都要写出")
        return {}
    value: dict[tuple[str, ...], int] = {}
    for members in coalitions(players):
        member = written.pop("+".join(members), None)
        if member is None:
            found["value"].refuse("formula", f"缺少联盟“{'+'.join(members)}”的值")
        value[members] = reading.amount(member) or 0
    for key, member in written.items():
        member.refuse("formula", f"“{key}”不是按参与方次序写出的联盟")
    worth = shapley(players, value)
    for player, share in worth.items():
        if share < 0:
            found["value"].refuse("formula", f"“{player}”的夏普利值为负")
    return worth
