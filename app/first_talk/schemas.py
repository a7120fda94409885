"""What is filed and decided, and what each reader is shown of a claim, a right, a receipt."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BeforeValidator,
    Field,
    JsonValue,
    ValidationInfo,
    field_validator,
)

from app.first_talk.models import QueryKind, ReceiptKind
from app.first_talk.policies import Currency, Evidence, Exclusion
from app.first_talk.progress import Colour
from app.first_talk.rights import Move, Reason, State
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, InvestmentField, Page, View
from app.labels import LabelledEnum

Asked = TypeVar("Asked")


def _parts(value: object) -> object:
    """`a,b` in an address is one of a or b, and an empty field of a form is no condition."""
    given = value if isinstance(value, list | tuple) else [value]
    return [part for item in given for part in str(item).split(",") if part]


def _blank(value: object) -> object:
    return None if value == "" else value


Several = Annotated[tuple[Asked, ...], BeforeValidator(_parts)]
Maybe = Annotated[Asked | None, BeforeValidator(_blank)]


class Answer(LabelledEnum):
    """What a blind check tells."""

    FREE = "free", "未被占有"
    HELD = "held", "已被占有"
    SIMILAR = "similar", "有相近登记，需人工核查"


class Verdict(LabelledEnum):
    """What the check of a printed receipt tells."""

    VALID = "valid", "有效"
    SUPERSEDED = "superseded", "已被后续记录更新"
    FAILED = "failed", "校验失败"


class EvidenceItem(Command):
    """One file of evidence: what kind it is, its day, who took part on both sides."""

    kind: Evidence = Field(title="证据种类")
    file: Upload | str = Field(title="证据文件")
    dated_on: date | None = Field(default=None, title="证据日期")
    participants: str = Field(default="", max_length=200, title="双方参加人")


class LeadFacts(Command):
    """What the 登记回执 of a lead certifies."""

    lead_id: str = Field(max_length=40)
    lead_name: str = Field(max_length=200)
    enterprise_id: str | None = Field(default=None, max_length=40)


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
    if_taken: Literal["refuse", "queue"] = Field(default="refuse", title="已被占有时")


class AddEvidence(Command):
    """What completes a claim (补正): further evidence, and whatever else was missing."""

    unregistered: bool = Field(default=False, title="境外或未注册")
    division: str | None = Field(default=None, pattern=r"^[0-9]{2}$", title="行业大类")
    amount: InvestmentField | None = Field(default=None, title="计划投资总额")
    first_talked_on: date | None = Field(default=None, title="首谈时间")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=20, title="首谈证据")


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


class FileLetter(Command):
    """The letter in which the enterprise chooses another place (企业另选)."""

    file: Upload | str = Field(title="企业来函")
    written_on: date = Field(title="来函日期")


class RightFilter(Command):
    """Which rows of the register are asked for."""

    state: Several[State] = Field(default=(), title="状态")
    district: Several[str] = Field(default=(), title="持有单位")
    ends_within: Maybe[int] = Field(default=None, ge=0, le=3660, title="剩余天数")
    lead: Maybe[str] = Field(default=None, max_length=40, title="线索")
    enterprise: Maybe[str] = Field(default=None, max_length=40, title="企业")
    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")
    count: Literal["exact"] | None = Field(default=None, title="计数")


class Check(Command):
    """A blind check (盲查): USCC or full name, and the division."""

    identity: str = Field(min_length=2, max_length=100, title="统一社会信用代码或企业全称")
    division: str = Field(pattern=r"^[0-9]{2}$", title="行业大类")


class ListEntries(Command):
    """Which entries of the ledger are asked for."""

    after: int = Field(default=0, ge=0, title="台账序号")
    limit: int = Field(default=100, ge=1, le=200, title="条数")


class Window(View):
    """A protection period as the bar shows it; `ask_by` is None when no extension is possible."""

    start: date
    nominal_end: date
    effective_end: date
    ask_by: date | None
    provisional: bool


class MoveView(View):
    """One move of the history; `timed` has no other reason than the time.

    What time has done counts before it is written: until then `written_at` is None.
    """

    move: Coded[Move]
    state: Coded[State]
    at: datetime
    written_at: datetime | None
    actor_name: str
    reason: str
    policy_version: str
    timed: bool


class EvidenceView(View):
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


class QueryView(View):
    """Who asked about the subject, and when."""

    kind: Coded[QueryKind]
    at: datetime
    district: CodeLabel
    user_name: str


class HolderView(View):
    """Who holds a subject, and until when at least: what a stranger is told, and no more."""

    district: CodeLabel
    held_until: datetime | None
    last_day: date | None
    granted: bool


class RowView(View):
    """One row of the register; `full` rows tell all, others what a stranger may know."""

    id: str
    version: int
    number: str | None
    district: CodeLabel
    division: CodeLabel
    state: Coded[State]
    window: Window | None
    last_day: date | None
    fix_by: date | None
    review_by: date | None
    pool_by: date | None
    colour: Coded[Colour] | None
    enterprise_name: str | None
    line: str | None
    amount: InvestmentField | None
    currency: Coded[Currency]
    first_reported_at: datetime | None
    full: bool
    own: bool


class RegisterPage(Page[RowView]):
    """A page of the register, and the page before it."""

    previous_cursor: str | None = None


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
    ahead: HolderView | None
    joint_holders: list[JointView]


class LetterView(View):
    """A letter of 企业另选, and whether a second person has verified it."""

    id: str
    right_id: str
    number: str | None
    division: CodeLabel
    holder: CodeLabel
    name: str
    digest: str
    written_on: date
    filed_by_name: str
    filed_at: datetime
    verified_by_name: str
    verified_at: datetime | None


class LeavingView(View):
    """What whoever brings the letter is shown of the right, and the letters so far."""

    id: str
    number: str | None
    division: CodeLabel
    holder: CodeLabel
    state: Coded[State]
    letters: list[LetterView]
    may_verify: bool


class TwinView(View):
    """Another claim or right that may be the same project; told to the registrar alone."""

    id: str
    number: str | None
    district: CodeLabel
    enterprise_name: str
    points: int
    reasons: list[str]


class RightPageView(View):
    """The page of one right: what happened, what proves it, who asked, what the reader may do."""

    right: RightView
    moves: list[MoveView]
    evidence: list[EvidenceView]
    receipts: list["ReceiptLine"]
    queries: list[QueryView]
    twins: list[TwinView]
    cooldown_days: int
    bar_days: int
    acts: "ActsView"


class ActsView(View):
    """What the reader may do now; `no_extension` says why not, where the holder might ask."""

    release: bool
    complete: bool
    extend: bool
    no_extension: str | None
    decide: bool
    decide_extension: bool
    suspend: bool
    resume: bool
    leave: bool
    revoke: bool
    transfer: bool


class AuditHeadView(View):
    """The checkpoint of the trail that a receipt carries."""

    number: int
    digest: str


class EntryView(View):
    """The public fields of a ledger entry; digests and signature carry their method."""

    seq: int
    at: datetime
    previous: str
    content_digest: str
    audit_head: AuditHeadView
    key_id: str
    digest: str
    signature: str


class ReceiptView(EntryView):
    """A receipt for those who may read it: its content, and the salt that opens the digest."""

    number: str
    kind: Coded[ReceiptKind]
    content: dict[str, JsonValue]
    salt: str


class ReceiptLine(View):
    """A receipt in a list."""

    seq: int
    number: str
    kind: Coded[ReceiptKind]
    at: datetime


class Filed(View):
    """What became of a filing: the claim, if one was made, and the receipt in every case."""

    right: RightView | None
    receipt: ReceiptView


class CheckView(View):
    """The answer of a blind check: the same fields for every answer."""

    answer: Coded[Answer]
    holder: CodeLabel | None
    last_day: date | None
    someone_filing: bool


class MeterView(View):
    """How many checks the district has left today."""

    used: int
    limit: int


class LedgerHeadView(View):
    """The newest entry; number 0 while there is none."""

    seq: int
    at: datetime | None
    digest: str


class LedgerCheckView(View):
    """Whether the whole ledger checks; else its first bad entry and why."""

    entries: int
    good: bool
    bad_seq: int | None
    why: str | None


class KeyView(View):
    """A public key of the ledger."""

    id: str
    algorithm: Literal["Ed25519"]
    public_key: str
    since: datetime


class ReceiptCheck(View):
    """The public check of a printed receipt: 有效, 已被后续记录更新 or 校验失败, nothing else."""

    number: str
    verdict: Coded[Verdict]
