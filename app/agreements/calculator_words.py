"""Sentences of a calculation, with the numbers put in: the working, and the two checks."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from app.agreements.calculator_schemas import CheckView
from app.agreements.input_rules import Measure
from app.engine.coalitions import Division, Objection, Values
from app.engine.contribution import Covering, Proposal
from app.engine.formulas import marginal_gains
from app.engine.sentences import ratio_text
from app.money import Money


def yuan(fen: int | Fraction) -> str:
    """`1,234.50`; with a part of a fen the exact fraction of a yuan: `590000/3 ≈ 196,666.67`."""
    rounded = str(Money(round(fen)))
    exact = "" if Fraction(fen).denominator == 1 else f"{Fraction(fen, 100)} ≈ "
    return (exact + rounded).replace("-", "−")


def percent(hundredths: int) -> str:
    """Hundredths of a percent as `55.00`."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def part(proposal: Proposal, party: str) -> str:
    """A party's part, exact and in percent: `11/20 = 55.00%`."""
    return f"{proposal.shares[party]} = {percent(proposal.percents[party])}%"


def covered(parties: Sequence[str], covering: Covering, yearly: int) -> str:
    """Which years give everything to those who put in."""
    said = []
    if covering.years:
        said.append(f"前 {covering.years} 年全部归{'、'.join(parties)}")
    if covering.rest:
        said.append(
            f"第 {covering.years + 1} 年先覆盖余下的 {yuan(covering.rest)}，"
            f"其余 {yuan(yearly - covering.rest)} 按比例"
        )
    else:
        said.append(f"第 {covering.years + 1} 年起按比例")
    return "；".join(said)


def savings(cost: Values, gain: Values) -> Iterable[str]:
    """What each coalition saves against its members alone."""
    for members, saved in gain.items():
        if len(members) > 1:
            apart = " + ".join(yuan(cost[player,]) for player in members)
            dearer = sum(cost[player,] for player in members) < cost[members]
            yield (
                f"v({'+'.join(members)}) = {apart} − {yuan(cost[members])} = {yuan(saved)}"
                + ("（合办更贵，不会合办，按 0 计）" if dearer else "")
            )


def values(
    players: Sequence[str], division: Division, emphasis: Mapping[str, Fraction] | None
) -> Iterable[str]:
    """Each player's value, term by term."""
    for player in players:
        terms = " + ".join(
            f"{chance} × ({yuan(division.gain[members])} − {yuan(without)})"
            for chance, members, without in marginal_gains(player, players, division.gain)
            if division.gain[members] != without
        )
        if emphasis is not None:
            whole = yuan(division.gain[tuple(players)])
            terms = (
                terms or "0"
            ) + f" + {whole} × ({ratio_text(emphasis[player])} − 1/{len(players)})"
        yield f"φ({player}) = {terms or '0'} = {yuan(division.worth[player])}"


def checks(measure: Measure, division: Division) -> list[CheckView]:
    """个体理性 and 核, each with who would refuse."""
    verb = "多承担" if measure is Measure.COST else "少得"
    alone = [f"{_named(one)}比单独办{verb} {_by(one)}" for one in division.worse_alone]
    better = "少承担" if measure is Measure.COST else "多得"
    leaving = [
        f"联盟 {_named(one)} 会退出，自己办合计可{better} {_by(one)}"
        for one in division.would_leave
    ]
    outside = ["夏普利值不在核内", *leaving] if leaving else []
    return [
        CheckView(
            title="个体理性",
            holds=not alone,
            text="；".join(alone) or f"没有一方比单独办{verb}",
        ),
        CheckView(
            title="核",
            holds=not leaving,
            text="；".join(outside) or "没有联盟自己办会更好",
        ),
    ]


def _named(one: Objection) -> str:
    return "+".join(one.members)


def _by(one: Objection) -> str:
    """The money, rounded up: never nothing."""
    return f"{yuan(ceil(one.by))} 元"
