"""到位资金 and 首笔税收 as they are entered, checked and shown."""

from datetime import date, datetime
from typing import Self

from pydantic import Field, field_validator, model_validator

from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, MoneyField, TenThousandField, View
from app.labels import LabelledEnum
from app.money import ZERO, Money
from app.projects.models import FundKind, FundSource, VoucherKind

__all__ = ["FundKind", "FundSource", "VoucherKind"]


class CheckState(LabelledEnum):
    """Where an entry stands with its second person (核验)."""

    PENDING = "pending", "待核验"
    CHECKED = "checked", "已核验"
    REFUSED = "refused", "已退回"


def _more_than_nothing(amount: Money) -> Money:
    if amount <= ZERO:
        raise ValueError("金额须大于 0；多记的用冲减更正")
    return amount


class EnterPaidIn(Command):
    """Money that came in, with its voucher."""

    paid_on: date = Field(title="到位日期")
    amount: TenThousandField = Field(title="金额")
    kind: FundKind = Field(title="资金性质")
    source: FundSource = Field(title="来源口径")
    is_increase: bool = Field(default=False, title="属于增资")
    voucher_kind: VoucherKind = Field(title="凭证种类")
    voucher: Upload | str = Field(title="凭证")
    division_proof: Upload | str | None = Field(default=None, title="分割证明")
    note: str = Field(default="", max_length=400, title="说明")

    _positive = field_validator("amount")(_more_than_nothing)


class CorrectPaidIn(Command):
    """What was entered too high is taken back (冲减), by a row of its own."""

    paid_on: date = Field(title="冲减日期")
    amount: TenThousandField = Field(title="冲减金额")
    voucher: Upload | str = Field(title="凭证")
    note: str = Field(min_length=2, max_length=400, title="冲减理由")

    _positive = field_validator("amount")(_more_than_nothing)


class EnterFirstTax(Command):
    """When the first tax of the project came into the treasury."""

    collected_on: date = Field(title="首笔税收入库日期")
    voucher: Upload | str = Field(title="入库凭证")


class CheckEntry(Command):
    """The second person has seen the voucher: it holds, or goes back with a reason."""

    agree: bool = Field(title="结论")
    reason: str = Field(default="", max_length=400, title="退回理由")

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if not self.agree and len(self.reason) < 2:
            raise ValueError("退回须写明理由")
        return self


class EntryView(View):
    """What every entry with a voucher shows: who entered it, who checked it, its files."""

    id: str
    version: int
    state: Coded[CheckState]
    voucher: CodeLabel
    entered_by: str
    entered_at: datetime
    checked_by: str
    checked_at: datetime | None
    refusal: str
    may_check: bool


class PaidInView(EntryView):
    """Money that came in; `corrects` is the row that it takes back from."""

    paid_on: date
    amount: MoneyField
    kind: Coded[FundKind]
    source: Coded[FundSource]
    is_increase: bool
    voucher_kind: Coded[VoucherKind]
    division_proof: CodeLabel | None
    corrects: str | None
    note: str
    may_correct: bool


class FirstTaxView(EntryView):
    """The first tax of the project."""

    collected_on: date


class ActualsView(View):
    """到位资金 and 首笔税收 of a project; `total` counts what is checked, `pending` what is not."""

    project_id: str
    project_name: str
    rows: list[PaidInView]
    total: MoneyField
    pending: MoneyField
    by_kind: list[tuple[str, MoneyField]]
    first_tax: list[FirstTaxView]
    may_enter: bool
    may_enter_tax: bool


class UncheckedView(View):
    """An entry that waits for the reader as its second person."""

    project_id: str
    project_name: str
    what: str
    entered_by: str
    entered_at: datetime
