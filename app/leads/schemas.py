"""What is asked of leads and what is shown of them.

Forms and JSON fill the same commands. `EditLead` changes only the fields that were sent.
"""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.enterprises.models import InteractionKind, SubstantiveKind
from app.enterprises.schemas import PHONE, Candidate, FileView, NameField, UsccField
from app.first_talk.policies import Currency, Evidence, Exclusion
from app.first_talk.receipt_schemas import ReceiptView
from app.first_talk.schemas import EvidenceItem, RightView
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, InvestmentField, MoneyField, Page, View
from app.labels import LabelledEnum
from app.leads.models import CapitalOrigin, Conclusion
from app.leads.stages import LeadState, Stage
from app.money import ZERO, Money

__all__ = [
    "CapitalOrigin",
    "Conclusion",
    "Currency",
    "Evidence",
    "InteractionKind",
    "LeadState",
    "Stage",
    "SubstantiveKind",
]


WITHHELD = "企业暂未提供"
"""What a company says that does not tell its amount; typed as the amount it means the same."""


Option = tuple[str, str]
"""A code and its label, as the inputs of a form take them."""


class Named(LabelledEnum):
    """What the name of a lead names."""

    ENTERPRISE = "enterprise", "企业"
    PROJECT = "project", "项目"


def _split(value: object) -> object:
    """`a,b` and repeated parameters alike; what was left empty in the form is no condition."""
    if not isinstance(value, list | tuple):
        return value
    return tuple(part for text in value for part in str(text).split(",") if part)


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], BeforeValidator(_split)]
Maybe = Annotated[Item | None, BeforeValidator(_blank_is_none)]


class Scope(Command):
    """What a claim is for: the 大类 and, described, the line."""

    division: str | None = Field(default=None, title="行业大类", pattern=r"^[0-9]{2}$")
    line: str = Field(default="", title="产品或产线", max_length=200)


def _more_than_nothing(amount: Money) -> Money:
    if amount <= ZERO:
        raise ValueError("计划投资总额须大于 0")
    return amount


class Investment(Command):
    """An amount in its currency, or 企业暂未提供."""

    planned_investment: Annotated[InvestmentField, AfterValidator(_more_than_nothing)] | None = (
        Field(default=None, title="计划投资总额")
    )
    planned_investment_currency: Currency = Field(default=Currency.CNY, title="币种")
    planned_investment_withheld: bool = Field(default=False, title="企业暂未提供")

    @field_validator("planned_investment_withheld")
    @classmethod
    def _one_of_them(cls, withheld: bool, info: ValidationInfo) -> bool:
        if withheld and info.data.get("planned_investment") is not None:
            raise ValueError("填了计划投资总额，就不能再选“企业暂未提供”")
        return withheld


class ClaimFacts(Investment):
    """What a claim needs beside the enterprise; each may still be missing."""

    scope: Scope = Field(default_factory=Scope, title="首谈范围")
    fixed_asset_investment: InvestmentField | None = Field(default=None, title="固定资产投资")
    exclusions: list[Exclusion] = Field(default_factory=list, title="不适用情形")
    co_holder: str | None = Field(default=None, title="共同招引单位", max_length=40)

    first_talked_on: date | None = Field(default=None, title="首谈时间")
    evidence: list[EvidenceItem] = Field(default_factory=list, title="接触佐证", max_length=20)
    if_taken: Literal["refuse", "queue"] = Field(default="refuse", title="他区已持有时")


class LogLead(ClaimFacts):
    """A lead: a name and a source; all else may come later."""

    name: NameField = Field(title="企业或项目名称")
    named: Named = Field(default=Named.ENTERPRISE, title="名称是")
    source: str = Field(title="来源", max_length=40)
    project_name: NameField | None = Field(default=None, title="项目名称")
    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或未注册")
    contact_name: str | None = Field(default=None, title="联系人", max_length=60)
    contact_phone: str | None = Field(default=None, title="联系电话", pattern=PHONE, max_length=40)
    note: str | None = Field(default=None, title="备注", max_length=4000)
    owner_id: str | None = Field(default=None, title="责任人", max_length=40)


class ClaimLead(ClaimFacts):
    """A claim for a lead that is there already."""

    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或未注册")


class EditLead(Investment):
    """Fields of a lead to change; those not sent stay as they are, an empty one is cleared.

    Amount and 企业暂未提供 go together: sending the amount alone takes the other back.
    """

    enterprise_name: NameField | None = Field(default=None, title="企业名称")
    uscc: UsccField | None = Field(default=None, title="统一社会信用代码")
    unregistered: bool = Field(default=False, title="境外或未注册")
    project_name: NameField | None = Field(default=None, title="项目名称")
    source: str | None = Field(default=None, title="来源", max_length=40)
    division: str | None = Field(default=None, title="行业大类", pattern=r"^[0-9]{2}$")
    line: str | None = Field(default=None, title="产品或产线", max_length=200)
    capital_origin: CapitalOrigin | None = Field(default=None, title="内外资")
    first_talked_on: date | None = Field(default=None, title="首谈时间")
    note: str | None = Field(default=None, title="备注", max_length=4000)

    @model_validator(mode="before")
    @classmethod
    def _typed_as_amount(cls, data: object) -> object:
        if isinstance(data, dict) and data.get("planned_investment") == WITHHELD:
            return {**data, "planned_investment": None, "planned_investment_withheld": True}
        return data


class AssessLead(Command):
    """What the assessment (研判) comes to, and why."""

    conclusion: Conclusion = Field(title="研判结论")
    reason: str = Field(title="研判理由", min_length=2, max_length=4000)
    capital_origin: CapitalOrigin | None = Field(default=None, title="内外资")


class MoveLead(Command):
    """To another stage of a lead; back needs a reason."""

    to: Stage = Field(title="阶段")
    reason: str = Field(default="", title="理由", max_length=400)


class AssignLead(Command):
    """Who looks after it from now on."""

    owner_id: str = Field(title="责任人", max_length=40)


class PoolLead(Command):
    """Why nobody looks after it any more."""

    reason: str = Field(title="理由", min_length=2, max_length=400)


class DropLead(Command):
    """Why it ends."""

    reason_code: str = Field(title="终止原因", max_length=40)
    reason: str = Field(default="", title="说明", max_length=400)


class DeleteLead(Command):
    """Why it goes into the recycle bin."""

    reason: str = Field(title="理由", min_length=2, max_length=400)


class Distinguish(Command):
    """Another lead on the same enterprise that is not the same project."""

    other_id: str = Field(title="疑似重复的线索", max_length=40)


class HandOver(Command):
    """A leaver's leads, as they stood on the list shown, to somebody else in one act."""

    from_owner_id: str = Field(title="原责任人", max_length=40)
    to_owner_id: str = Field(title="新责任人", max_length=40)
    lead_ids: list[str] = Field(title="线索", min_length=1, max_length=2000)


class LogProgress(Command):
    """One line of progress: a report, never a substantive event."""

    line: str = Field(title="进展", min_length=2, max_length=400)


class LogTalk(Command):
    """A talk or visit: when, who, what was said; substantive when it is of such a kind."""

    kind: InteractionKind = Field(default=InteractionKind.TALK, title="方式")
    happened_on: date = Field(title="日期")
    participants: str | None = Field(default=None, title="我方参加人员", max_length=400)
    counterparts: str | None = Field(default=None, title="对方人员", max_length=400)
    content: str = Field(title="洽谈内容", min_length=2, max_length=4000)
    next_step: str | None = Field(default=None, title="下一步", max_length=400)
    next_step_on: date | None = Field(default=None, title="提醒日期")
    substantive_kind: SubstantiveKind | None = Field(default=None, title="实质进展种类")
    files: list[Upload | str] = Field(default_factory=list, title="附件", max_length=10)


class LeadFilter(Command):
    """The filters of the list, as they stand in its address; an unknown one is refused."""

    q: str = Field(default="", title="搜索", max_length=60)
    stage: Several[Stage] = Field(default=(), title="阶段")
    state: Several[LeadState] = Field(default=(), title="状态")
    owner: Several[str] = Field(default=(), title="责任人")
    source: Several[str] = Field(default=(), title="来源")
    division: Several[str] = Field(default=(), title="行业大类")
    responded: Maybe[bool] = Field(default=None, title="已首次响应")
    amount_from: Maybe[MoneyField] = Field(default=None, alias="amount.gte", title="投资额不少于")
    amount_to: Maybe[MoneyField] = Field(default=None, alias="amount.lte", title="投资额不超过")
    logged_from: Maybe[date] = Field(default=None, alias="logged_on.gte", title="登记日期起")
    logged_to: Maybe[date] = Field(default=None, alias="logged_on.lte", title="登记日期止")
    due_to: Maybe[date] = Field(default=None, alias="due_on.lte", title="期限不晚于")
    updated_after: Maybe[AwareDatetime] = Field(
        default=None, alias="updated_at.gt", title="更新晚于"
    )
    sort: str = Field(default="due_on", title="排序", max_length=40)
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)
    count: Literal["exact"] | None = Field(default=None, title="计数")


class EnterpriseRef(View):
    """The enterprise a lead is about."""

    id: str
    name: str
    uscc: str | None
    unregistered: bool


class WithheldView(View):
    """企业暂未提供 as a value: since when, and who was told so."""

    on: date
    by: str


class EvidenceView(View):
    """A filed proof."""

    file_id: str
    name: str
    kind: Coded[Evidence]
    added_at: datetime


class LeadLine(View):
    """A lead as the list shows it."""

    id: str
    version: int
    name: str
    project_name: str
    enterprise: EnterpriseRef | None
    district: CodeLabel
    source: CodeLabel
    stage: Coded[Stage]
    state: Coded[LeadState]
    owner: CodeLabel | None
    division: CodeLabel | None
    planned_investment: InvestmentField | None
    planned_investment_currency: Currency
    planned_investment_withheld: WithheldView | None
    due_on: date | None
    due_for: str
    logged_at: datetime
    updated_at: datetime
    progressed_on: date | None
    right: RightView | None


class LeadView(LeadLine):
    """A lead with all that is known of it."""

    unit: CodeLabel | None
    unregistered: bool
    line: str
    fixed_asset_investment: InvestmentField | None
    exclusions: list[Coded[Exclusion]]
    capital_origin: Coded[CapitalOrigin] | None
    first_talked_on: date | None
    note: str
    conclusion: Coded[Conclusion] | None
    conclusion_reason: str
    responded_at: datetime | None
    logged_by: str
    reason: str
    pooled_on: date | None
    former_owner: CodeLabel | None
    drop_reason: CodeLabel | None
    project_id: str | None
    deleted_at: datetime | None
    evidence: list[EvidenceView]


class LoggedLead(LeadView):
    """A lead just logged or claimed: the proof of its order, and what it resembles."""

    receipt: ReceiptView
    similar: list[Candidate]


class LeadPage(Page[LeadLine]):
    """A page of the list, with the way back."""

    previous_cursor: str | None = None


class TabCounts(View):
    """The numbers on the tabs of the list."""

    mine: int
    open: int
    waiting: int
    pooled: int


class Totals(View):
    """What the present filter holds: yuan added, dollars apart, and what is not counted in."""

    count: int
    investment: InvestmentField
    without: int
    dollars: InvestmentField
    in_dollars: int


class ChangeView(View):
    """One field of one change, in words."""

    title: str
    before: str
    after: str


class EventView(View):
    """One entry of the timeline: a talk, a note, a change or a first-talk event."""

    at: datetime
    title: str
    who: str
    kind: Literal["real", "plain", "system"]
    day: date | None = None
    text: str = ""
    people: str = ""
    next_step: str = ""
    interaction_id: str = ""
    is_line: bool = False
    files: list[FileView] = Field(default_factory=list)
    changes: list[ChangeView] = Field(default_factory=list)
