"""Commands and views of the calculators (分成比例测算): inputs and papers in, a ratio out."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from app.agreements.cards import MOST_ROWS
from app.agreements.input_rules import Basis, Factor, Kind, Measure
from app.kit.schemas import Coded, Command, MoneyField, Page, RateField, TenThousandField, View
from app.money import Money

Document = dict[str, Any]
MOST_PLAYERS = 8


class Documented(Command):
    """An amount with what it is based on, the day, the paper and who approved it."""

    amount: TenThousandField = Field(title="金额")
    basis: Basis | None = Field(default=None, title="依据")
    on: date | None = Field(default=None, title="日期")
    document: str = Field(default="", title="文号或名称", max_length=120)
    approver: str = Field(default="", title="批准人", max_length=60)

    @field_validator("amount")
    @classmethod
    def _not_negative(cls, amount: Money) -> Money:
        if amount.fen < 0:
            raise ValueError("金额不能为负")
        return amount


class InputRow(Documented):
    """What one party put in; several rows of a party add up."""

    party: str = Field(title="参与方", min_length=1, max_length=40)
    factor: Factor = Field(title="投入种类")


class CoalitionRow(Documented):
    """What a coalition costs or gains by itself; its members by name, joined with `+`."""

    members: str = Field(title="联盟", min_length=1, max_length=400)


class FactorWeight(Command):
    """How much a kind of input weighs."""

    factor: Factor = Field(title="投入种类")
    weight: RateField = Field(title="权重")


class PartyWeight(Command):
    """How much a party weighs."""

    party: str = Field(title="参与方", min_length=1, max_length=40)
    weight: RateField = Field(title="比例")


class Correction(Command):
    """λ of one player; left blank for all the value is not corrected."""

    party: str = Field(title="参与方", min_length=1, max_length=40)
    weight: RateField | None = Field(default=None, title="修正系数")


class Calculation(Command):
    """What every calculator is given beside its inputs."""

    title: str = Field(default="", title="名称", max_length=120)
    reasons: str = Field(default="", title="理由", max_length=2000)
    scenario: str | None = Field(default=None, title="情景", max_length=40)
    agreement: str | None = Field(default=None, title="协议", max_length=40)


def _inputs() -> Any:
    return Field(title="投入", min_length=1, max_length=MOST_ROWS)


class Equity(Calculation):
    """按股: the ratio of what each paid in."""

    kind: Literal[Kind.EQUITY] = Kind.EQUITY
    inputs: list[InputRow] = _inputs()


class FactorWeights(Calculation):
    """要素折算: kinds of input, each with its weight."""

    kind: Literal[Kind.FACTOR_WEIGHTS] = Kind.FACTOR_WEIGHTS
    alpha: list[FactorWeight] = Field(title="要素权重", min_length=1, max_length=len(Factor))
    inputs: list[InputRow] = _inputs()

    @field_validator("alpha")
    @classmethod
    def _once(cls, alpha: list[FactorWeight]) -> list[FactorWeight]:
        if len({row.factor for row in alpha}) < len(alpha):
            raise ValueError("一种投入只写一个权重")
        return alpha


class RecoveryFirst(Calculation):
    """优先覆盖: the inputs are covered from an even yearly base, then it is divided by a ratio."""

    kind: Literal[Kind.RECOVERY_FIRST] = Kind.RECOVERY_FIRST
    inputs: list[InputRow] = _inputs()
    yearly_base: TenThousandField = Field(title="每年可分收入")
    then: list[PartyWeight] = Field(title="覆盖后的比例", min_length=2, max_length=MOST_PLAYERS)

    @field_validator("then")
    @classmethod
    def _once(cls, then: list[PartyWeight]) -> list[PartyWeight]:
        if len({row.party for row in then}) < len(then):
            raise ValueError("一个参与方只写一个比例")
        return then


class Shapley(Calculation):
    """夏普利值: what every coalition costs or gains."""

    kind: Literal[Kind.SHAPLEY] = Kind.SHAPLEY
    measure: Measure = Field(title="比较的是")
    players: list[Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^+]*$")]] = Field(
        title="参与方", min_length=2, max_length=MOST_PLAYERS
    )
    coalitions: list[CoalitionRow] = Field(title="各联盟", max_length=2**MOST_PLAYERS)
    corrections: list[Correction] = Field(
        default_factory=list, title="修正系数", max_length=MOST_PLAYERS
    )

    @field_validator("players")
    @classmethod
    def _apart(cls, players: list[str]) -> list[str]:
        if len(set(players)) < len(players):
            raise ValueError("参与方不能重名")
        return players

    @field_validator("corrections")
    @classmethod
    def _given(cls, corrections: list[Correction]) -> list[Correction]:
        return [row for row in corrections if row.weight is not None]


AnyCalculation = Equity | FactorWeights | RecoveryFirst | Shapley
COMMANDS: dict[Kind, type[AnyCalculation]] = {
    Kind.EQUITY: Equity,
    Kind.FACTOR_WEIGHTS: FactorWeights,
    Kind.RECOVERY_FIRST: RecoveryFirst,
    Kind.SHAPLEY: Shapley,
}


class CalculationFilter(Command):
    """What the list shows."""

    agreement: str | None = Field(default=None, title="协议", max_length=40)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)


class InputView(View):
    """An input as it was counted; `who` is a party or a coalition."""

    who: str
    factor: str
    amount: MoneyField
    basis: str
    on: date | None
    document: str
    approver: str


class ShareView(View):
    """What a party is proposed: an exact part of one, percent that add up to 100, and fen."""

    party: str
    exact: RateField
    percent: str
    amount: MoneyField | None = None


class CheckView(View):
    """A condition that a division should meet, and who would refuse where it does not."""

    title: str
    holds: bool
    text: str


class OnScenarioView(View):
    """Every party's total on a kept what-if, as it stands and with the proposed clauses."""

    name: str
    parties: list[str]
    now: list[MoneyField]
    proposed: list[MoneyField]


class ResultView(View):
    """A proposal: inputs, formula with the numbers put in, shares, checks, clauses and money."""

    inputs: list[InputView]
    formula: str
    working: list[str]
    shares: list[ShareView]
    checks: list[CheckView]
    clauses: Document
    on_scenario: OnScenarioView | None = None
    undocumented: int


class CalculationLine(View):
    """A kept calculation in the list."""

    id: str
    kind: Coded[Kind]
    title: str
    agreement_id: str | None
    proposed: str
    created_by_name: str
    created_at: datetime


class CalculationView(CalculationLine):
    """A kept calculation, exactly as it was."""

    reasons: str
    inputs: Document
    result: ResultView


class CalculationPage(Page[CalculationLine]):
    """A page of the list, with the way back."""

    previous_cursor: str | None = None
