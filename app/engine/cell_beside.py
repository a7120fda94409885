"""What stands beside the shares as inputs: pre-move years, indicators, what was settled before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.engine.cell_division import Division, division
from app.engine.cells import Cell, Input, amount
from app.engine.facts import Facts
from app.engine.terms import Scheme


@dataclass(frozen=True)
class Beside:
    """Inputs by year, by indicator and year, by year key and party; thresholds and weights."""

    pre_move: Mapping[int, Input]
    average: Input | None
    last_year: Input | None
    counted: Mapping[str, Mapping[int, Input]]
    weights: Mapping[str, Division]
    settled: Mapping[str, Mapping[str, Input]]

    @property
    def facts(self) -> Iterator[Input]:
        """Every number of the facts."""
        yield from self.pre_move.values()
        for counted in self.counted.values():
            yield from counted.values()
        for settled in self.settled.values():
            yield from settled.values()

    @property
    def terms(self) -> Iterator[Input | Cell]:
        """Every number of the scheme."""
        yield from (each for each in (self.average, self.last_year) if each is not None)
        for by in self.weights.values():
            yield from by.weights.values()
            yield by.whole


def beside(scheme: Scheme, facts: Facts) -> Beside:
    """The inputs of eligibility, indicators and restatement."""
    rule, indicators = scheme.eligibility, scheme.indicators or ()
    pre_move = facts.pre_move if rule else {}
    average, last = (rule.average_gte, rule.last_year_gte) if rule and pre_move else (None, None)
    return Beside(
        {
            year: amount(f"迁移前 {year} 年", fen, f"{facts.at}/pre_move/{year}")
            for year, fen in pre_move.items()
        },
        None if average is None else amount("准入：年均收入不低于", average),
        None if last is None else amount("准入：迁移前一年收入不低于", last),
        {
            item.name: {
                year: _indicator(facts, item.name, item.decimals, year, value)
                for year, value in sorted(facts.indicators.get(item.name, {}).items())
            }
            for item in indicators
        },
        {
            item.name: division(f"指标“{item.name}”比例", item.weights)
            for item in indicators
            if item.weights is not None
        },
        {
            key: {
                party: amount(f"{key} 已结算，{party}", fen, f"{facts.at}/settled/{key}/{party}")
                for party, fen in parts.items()
            }
            for key, parts in (facts.settled or {}).items()
        },
    )


def _indicator(facts: Facts, name: str, decimals: int, year: int, value: int) -> Input:
    scale = 10**decimals
    key = f"{facts.at}/indicators/{name}/{year}/{decimals}"
    return Input(f"指标“{name}”{year} 年", Decimal(value) / scale, scale, "", key)
