"""A calculator's command in, its proposal out: inputs, formula with the numbers put in, shares.

Pure arithmetic is the engine's; here it is put into words. Invalid names the field at fault.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import singledispatch
from typing import TypeVar

from app.agreements import calculator_words as words
from app.agreements.calculator_papers import documented, undocumented
from app.agreements.calculator_schemas import (
    AnyCalculation,
    CheckView,
    CoalitionRow,
    Document,
    Equity,
    FactorWeights,
    InputRow,
    InputView,
    RecoveryFirst,
    ResultView,
    Shapley,
    ShareView,
)
from app.agreements.calculator_words import part, yuan
from app.agreements.input_rules import Measure
from app.engine import contribution
from app.engine.coalitions import Coalition, Division, Values, share_cost, share_gain
from app.engine.contribution import Proposal
from app.engine.formulas import coalitions
from app.engine.sentences import ratio_text
from app.errors import Invalid
from app.money import Money, Rate

T = TypeVar("T")


@dataclass(frozen=True)
class Proposed:
    """What a calculator found: the ratio and its clauses, how, and who gets which fen of what."""

    proposal: Proposal
    clauses: Document
    formula: str
    working: list[str]
    amounts: Mapping[str, int] = field(default_factory=dict)
    checks: list[CheckView] = field(default_factory=list)


def propose(command: AnyCalculation) -> ResultView:
    """What the calculator proposes; Invalid where the inputs give no ratio."""
    found = _calculated(command)
    return ResultView(
        inputs=[_input(row) for row in documented(command)[1]],
        formula=found.formula,
        working=found.working,
        shares=[
            ShareView(
                party=party,
                exact=Rate(exact),
                percent=words.percent(found.proposal.percents[party]),
                amount=Money(found.amounts[party]) if party in found.amounts else None,
            )
            for party, exact in found.proposal.shares.items()
        ],
        checks=found.checks,
        clauses=found.clauses,
        undocumented=len(undocumented(command)),
    )


@singledispatch
def _calculated(command: AnyCalculation) -> Proposed:
    raise TypeError(type(command).__name__)


@_calculated.register
def _(command: Equity) -> Proposed:
    stakes = _by_party(command.inputs)
    proposal = _proposed("/inputs", lambda: contribution.equity(stakes))
    total = sum(stakes.values())
    working = [
        f"{party} = {yuan(stake)} ÷ {yuan(total)} = {part(proposal, party)}"
        for party, stake in stakes.items()
    ]
    clauses: Document = {"split": proposal.as_split()}
    return Proposed(proposal, clauses, "wᵢ = 出资ᵢ ÷ 出资合计", working, stakes)


@_calculated.register
def _(command: FactorWeights) -> Proposed:
    alpha = {row.factor.label: Fraction(row.weight) for row in command.alpha}
    inputs = _by_factor(command)
    proposal = _proposed("/inputs", lambda: contribution.factor_inputs(alpha, inputs))
    totals = {factor: sum(own.get(factor, 0) for own in inputs.values()) for factor in alpha}
    working = [
        f"{party} = "
        + " + ".join(
            f"{ratio_text(weight)} × {yuan(own.get(factor, 0))}"
            f" ÷ {yuan(totals[factor])}（{factor}）"
            for factor, weight in alpha.items()
        )
        + f" = {ratio_text(proposal.weights[party])}，占 {part(proposal, party)}"
        for party, own in inputs.items()
    ]
    clauses: Document = {"split": contribution.factor_split(alpha, inputs)}
    return Proposed(proposal, clauses, "wᵢ = Σₖ αₖ × xᵢₖ ÷ Σⱼ xⱼₖ", working)


@_calculated.register
def _(command: RecoveryFirst) -> Proposed:
    inputs = _by_party(command.inputs)
    weights = {row.party: Fraction(row.weight) for row in command.then}
    stranger = next(
        (place for place, row in enumerate(command.inputs) if row.party not in weights), -1
    )
    if stranger >= 0:
        raise Invalid.at(f"/inputs/{stranger}/party", "party", "这一方没有写在覆盖后的比例里")
    proposal = _proposed("/then", lambda: Proposal("按约定比例", weights))
    amount, yearly = sum(inputs.values()), command.yearly_base.fen
    covering = _proposed("/yearly_base", lambda: contribution.covering(amount, yearly))
    working = [
        f"应覆盖 {'、'.join(f'{party} {yuan(fen)}' for party, fen in inputs.items())}，"
        f"合计 {yuan(amount)}",
        f"{yuan(amount)} ÷ 每年 {yuan(yearly)} = {covering.years} 年，余 {yuan(covering.rest)}",
        words.covered(list(inputs), covering, yearly),
    ]
    working += [f"覆盖后 {party} = {part(proposal, party)}" for party in weights]
    clauses = _proposed("/then", lambda: contribution.recovery_first(inputs, proposal))
    formula = "先以可分收入的 100% 覆盖投入，覆盖后按约定比例"
    return Proposed(proposal, clauses, formula, working)


@_calculated.register
def _(command: Shapley) -> Proposed:
    players, value = command.players, _values(command)
    emphasis = _emphasis(command)
    divide = share_cost if command.measure is Measure.COST else share_gain
    division = _proposed("/coalitions", lambda: divide(players, value, emphasis))
    proposal = _proposed("/coalitions", division.proposal)
    working = list(words.values(players, division, emphasis))
    if command.measure is Measure.COST:
        working = [*words.savings(value, division.gain), *working, *_costs(value, division)]
    formula = "φᵢ = Σ (s−1)!(n−s)!/n! × [v(S) − v(S 去掉 i)]，S 为含 i 的每个联盟"
    if emphasis is not None:
        formula += "；再加 v(N) × (λᵢ − 1/n)"
    checks = words.checks(command.measure, division)
    clauses: Document = {"split": _proposed("/coalitions", proposal.as_split)}
    return Proposed(proposal, clauses, formula, working, division.shares, checks)


def _input(row: InputRow | CoalitionRow) -> InputView:
    return InputView(
        who=row.party if isinstance(row, InputRow) else row.members,
        factor=row.factor.label if isinstance(row, InputRow) else "",
        amount=row.amount,
        basis=row.basis.label if row.basis else "",
        on=row.on,
        document=row.document,
        approver=row.approver,
    )


def _proposed(pointer: str, make: Callable[[], T]) -> T:
    """What the engine makes; its refusal stands at the field."""
    try:
        return make()
    except ValueError as error:
        raise Invalid.at(pointer, "calculator", str(error)) from error


def _costs(cost: Values, division: Division) -> Iterable[str]:
    """What each player is left to pay."""
    for player, share in division.shares.items():
        saved = cost[player,] - share
        yield f"{player}分担 = {yuan(cost[player,])} − {yuan(saved)} = {yuan(share)}"


def _by_party(inputs: list[InputRow]) -> dict[str, int]:
    """What each party put in, parties in the order in which they are first named."""
    sums: dict[str, int] = {}
    for row in inputs:
        sums[row.party] = sums.get(row.party, 0) + row.amount.fen
    return sums


def _by_factor(command: FactorWeights) -> dict[str, dict[str, int]]:
    weighed = {row.factor for row in command.alpha}
    inputs: dict[str, dict[str, int]] = {}
    for place, row in enumerate(command.inputs):
        if row.factor not in weighed:
            raise Invalid.at(f"/inputs/{place}/factor", "factor", f"{row.factor.label}没有写明权重")
        own = inputs.setdefault(row.party, {})
        own[row.factor.label] = own.get(row.factor.label, 0) + row.amount.fen
    return inputs


def _values(command: Shapley) -> dict[Coalition, int]:
    """Every coalition's amount; Invalid where one is missing, unknown or written twice."""
    known = {"+".join(members): members for members in coalitions(command.players)}
    value: dict[Coalition, int] = {}
    for place, row in enumerate(command.coalitions):
        members = known.get(row.members)
        if members is None or members in value:
            said = "写了两次" if members else "不是这些参与方的联盟，请重新列出联盟"
            raise Invalid.at(f"/coalitions/{place}/members", "members", f"“{row.members}”{said}")
        value[members] = row.amount.fen
    missing = [name for name, members in known.items() if members not in value]
    if missing:
        message = f"每个联盟的{command.measure.label}都要填，还缺 {'、'.join(missing)}"
        raise Invalid.at("/coalitions", "missing", message)
    return value


def _emphasis(command: Shapley) -> dict[str, Fraction] | None:
    given = {row.party: row.weight for row in command.corrections if row.weight is not None}
    if not given:
        return None
    if set(given) != set(command.players) or sum(given.values()) != 1:
        raise Invalid.at("/corrections", "sum", "修正系数 λ 每一方都要填，合计为 1")
    return {player: Fraction(given[player]) for player in command.players}
