"""Calculators that propose a ratio from what each side put in; the confirmed scheme settles.

Equity (按股), factor inputs (要素折算), recovery first (优先覆盖). What coalitions gain or save is
divided in `coalitions`. Source: 利益分享 calculators, and scheme v1, B8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.engine.formulas import FORMULAS, factor_weights
from app.money import Money, allocate

WHOLE = 10_000
"""A whole in hundredths of a percent."""
LONGEST = 18
"""Digits that scheme v1 (A1) gives each side of a fraction."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Relative weights that a calculator proposes, and the formula that gave them."""

    formula: str
    weights: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        """ValueError when nobody has a weight, or somebody a negative one."""
        if not any(self.weights.values()):
            raise ValueError("权重全部为零，得不出比例")
        for party, weight in self.weights.items():
            if weight < 0:
                raise ValueError(f"{party}的权重为负，不能作为比例")

    @property
    def shares(self) -> dict[str, Fraction]:
        """Each party's part of one."""
        total = sum(self.weights.values(), Fraction(0))
        return {party: weight / total for party, weight in self.weights.items()}

    @property
    def percents(self) -> dict[str, int]:
        """Each party's part in hundredths of a percent, by largest remainder: they add to 100%."""
        parts = allocate(WHOLE, list(self.weights.values()))
        return dict(zip(self.weights, parts, strict=True))

    def as_split(self) -> list[dict[str, object]]:
        """The `split` of a scheme, in exact reduced fractions of one.

        ValueError when such a fraction is longer than a scheme can hold.
        """
        weights = {party: str(share) for party, share in self.shares.items()}
        if any(len(part) > LONGEST for weight in weights.values() for part in weight.split("/")):
            raise ValueError("精确比例的分子或分母超过 18 位，请把金额取到整数元")
        return [{"years": [1, None], "weights": weights}]


@dataclass(frozen=True, slots=True)
class Covering:
    """How long an input takes to be covered: whole years of 100%, then `rest` fen of the next."""

    years: int
    rest: int


def equity(stakes: Mapping[str, int]) -> Proposal:
    """wᵢ = stakeᵢ, in fen; ValueError when nobody holds a stake."""
    weights = {party: Fraction(stake) for party, stake in stakes.items()}
    return Proposal(FORMULAS["equity"], weights)


def factor_inputs(
    alpha: Mapping[str, Fraction], inputs: Mapping[str, Mapping[str, int]]
) -> Proposal:
    """wᵢ = Σₖ αₖ·xᵢₖ / Σⱼ xⱼₖ; ValueError names a factor whose total is 0."""
    return Proposal(FORMULAS["factor_weights"], factor_weights(alpha, inputs))


def factor_split(
    alpha: Mapping[str, Fraction], inputs: Mapping[str, Mapping[str, int]]
) -> list[dict[str, object]]:
    """The `split` of a scheme by the formula itself (B8), which keeps inputs as provenance."""
    formula = {
        "type": "factor_weights",
        "alpha": {factor: str(weight) for factor, weight in alpha.items()},
        "inputs": {
            party: {factor: Money(fen).yuan for factor, fen in own.items()}
            for party, own in inputs.items()
        },
    }
    return [{"years": [1, None], "formula": formula}]


def recovery_first(inputs: Mapping[str, int], then: Proposal) -> dict[str, object]:
    """The clauses of a scheme that covers the inputs (fen) in their order, then divides."""
    recover = [{"party": party, "amount": Money(fen).yuan} for party, fen in inputs.items()]
    return {"recover": recover, "split": then.as_split()}


def covering(amount: int, yearly: int) -> Covering:
    """The years that an even yearly base takes to cover an amount; ValueError when it is not."""
    if yearly <= 0:
        raise ValueError("每年可分收入应大于零")
    return Covering(*divmod(amount, yearly))
