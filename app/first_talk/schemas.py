"""What is filed and decided, and what is shown of a claim or right."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from app.first_talk.policies import Currency, Evidence, Exclusion, Level
from app.first_talk.progress import Colour
from app.first_talk.receipt_schemas import ReceiptView
from app.first_talk.rights import Reason, State
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, InvestmentField, View

Asked = TypeVar("Asked")


def _parts(value: object) -> object:
    """`a,b` in an address is one of a or b, and an empty field of a form is no condition."""
    given = value if isinstance(value, list | tuple) else [value]
    return [part for item in given for part in str(item).split(",") if part]


def _blank(value: object) -> object:
    return None if value == "" else value


Several = Annotated[tuple[Asked, ...], BeforeValidator(_parts)]
Maybe = Annotated[Asked | None, BeforeValidator(_blank)]


class EvidenceItem(Command):
    """One file of evidence: what kind it is, its day, who took part on both sides."""

    kind: Evidence = Field(title="证据种类")
    file: Upload | str = Field(title="证据文件")
    dated_on: date | None = Field(default=None, title="证据日期")
    participants: str = Field(default="", max_length=200, title="双方参加人")


class FileClaim(Command):
    """A claim for the right, made under a lead; what is not given yet is to be completed."""

    lead_id: str = Field(max_length=40, title="线索")
    lead_name: str = Field(default="", max_length=200, title="项目名称")
    enterprise_id: str = Field(max_length=40, title="企业")
    unregistered: bool = Field(default=False, title="境外或未注册")
    division: str | None = Field(default=None, pattern=r"^[0-9]{2}$", title="行业大类")
    line: str = Field(default="", max_length=200, title="产品线")
    amount: InvestmentField | None = Field(default=None, title="计划投资总额")
    currency: Currency = Field(default=Currency.CNY, title="币种")
    fixed_amount: InvestmentField | None = Field(default=None, title="固定资产投资")
    first_talked_on: date | None = Field(default=None, title="首谈时间")
    contract_on: date | None = Field(default=None, title="正式合同日期")
    origin: str | None = Field(default=None, pattern=r"^[0-9]{6}$", title="来源地")
    exclusions: list[Exclusion] = Field(default_factory=list, title="不适用情形")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=20, title="首谈证据")
    co_holder: str | None = Field(default=None, max_length=40, title="联合持有单位")
    if_taken: Literal["refuse", "queue"] = Field(default="refuse", title="已被占有时")


class AddEvidence(Command):
    """What completes a claim (补正): further evidence, and whatever else was missing."""

    unregistered: bool = Field(default=False, title="境外或未注册")
    division: str | None = Field(default=None, pattern=r"^[0-9]{2}$", title="行业大类")
    amount: InvestmentField | None = Field(default=None, title="计划投资总额")
    fixed_amount: InvestmentField | None = Field(default=None, title="固定资产投资")
    exclusions: list[Exclusion] = Field(default_factory=list, title="不适用情形")
    first_talked_on: date | None = Field(default=None, title="首谈时间")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=20, title="首谈证据")


class Complete(AddEvidence):
    """The same from the form of a claim: sent empty, it says what to do."""

    evidence: list[EvidenceItem] = Field(
        default_factory=list, max_length=20, title="首谈证据", validate_default=True
    )

    @field_validator("evidence")
    @classmethod
    def _adds_something(
        cls, evidence: list[EvidenceItem], info: ValidationInfo
    ) -> list[EvidenceItem]:
        if not evidence and not any(info.data.values()):
            raise ValueError("请选择证据种类和文件，或填写所缺的项")
        return evidence


class TakeUp(Command):
    """The registrar reviews the claim (受理): by being sent, and nothing else."""


class Decide(Command):
    """The registrar's word on a claim or an extension; a refusal says why, of a claim by code."""

    agree: bool = Field(title="审核结论")
    reason_code: Reason | None = Field(default=None, title="不予登记事由")
    reason: str = Field(default="", max_length=2000, title="理由", validate_default=True)

    @field_validator("reason")
    @classmethod
    def _says_why(cls, reason: str, info: ValidationInfo) -> str:
        if not reason and info.data.get("agree") is False:
            raise ValueError("不同意须写明理由")
        return reason


class Release(Command):
    """The holder gives the claim or right up."""

    reason: str = Field(min_length=1, max_length=2000, title="释放理由")


class Extend(Command):
    """The holder asks for more time (续期)."""

    reason: str = Field(min_length=1, max_length=2000, title="续期理由")


class Suspend(Command):
    """The registrar stops the clock for a cause outside the holder, with its proof."""

    reason: str = Field(min_length=1, max_length=2000, title="中止事由")
    file: Upload | str = Field(title="证明材料")


class Resume(Command):
    """The cause is gone: the clock runs again."""

    reason: str = Field(min_length=1, max_length=2000, title="恢复理由")


class Revoke(Command):
    """The registrar has heard the unit and found the filing false."""

    reason: str = Field(min_length=1, max_length=2000, title="撤销事由")
    file: Upload | str = Field(title="证明材料")


class Window(View):
    """A protection period as the bar shows it; `ask_by` is None when no extension is possible."""

    start: date
    nominal_end: date
    effective_end: date
    ask_by: date | None
    provisional: bool


class RightEvidenceView(View):
    """One file of evidence."""

    id: str
    kind: Coded[Evidence]
    name: str
    digest: str
    dated_on: date | None
    participants: str
    added_at: datetime


class JointView(View):
    """A unit that holds the right too."""

    district: CodeLabel
    number: str
    joined_at: datetime


class HolderView(View):
    """Who holds a subject, and until when at least: what a stranger is told, and no more."""

    district: CodeLabel
    held_until: datetime | None
    last_day: date | None
    granted: bool


class RightView(View):
    """A claim or right as its own district, a joint holder or the registrar sees it.

    Days are last days, instants the first moment after; `ahead` is who blocks a queued claim.
    """

    id: str
    version: int
    number: str | None
    district: CodeLabel
    division: CodeLabel
    state: Coded[State]
    own: bool
    lead_id: str
    lead_name: str
    unit_name: str
    officer_name: str
    enterprise_id: str
    enterprise_name: str
    uscc: str | None
    line: str
    amount: InvestmentField | None
    currency: Coded[Currency]
    first_talked_on: date | None
    arrived_at: datetime
    first_reported_at: datetime | None
    policy_version: str
    missing: list[CodeLabel]
    reason: Coded[Reason] | None
    reason_text: str
    ended_at: datetime | None
    fix_by: date | None
    answer_by: date | None
    reviewer: str | None
    taken_up_at: datetime | None
    review_by: date | None
    hold_until: datetime | None
    last_day: date | None
    notice_through: date | None
    window: Window | None
    ends_at: datetime | None
    extensions: int
    extension_by: date | None
    suspended_through: date | None
    last_event_on: date | None
    next_report_by: date | None
    lapse_by: date | None
    pool_by: date | None
    accept_by: date | None
    pool_closes_on: date | None
    colour: Coded[Colour] | None
    dropped_on: date | None
    level: Coded[Level] | None
    escalated: bool
    signed_on: date | None
    ahead: HolderView | None
    joint_holders: list[JointView]


class Filed(View):
    """What became of a filing: the claim, if one was made, and the receipt in every case."""

    right: RightView | None
    receipt: ReceiptView
