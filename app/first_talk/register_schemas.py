"""The register (首谈台账): what is asked of it, its rows, and the page of one right."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from app.first_talk.models import QueryKind
from app.first_talk.policies import Currency, Level
from app.first_talk.progress import Colour
from app.first_talk.receipt_schemas import ReceiptLine
from app.first_talk.rights import State
from app.first_talk.schemas import Maybe, RightEvidenceView, RightView, Several, Window
from app.kit.schemas import Coded, CodeLabel, Command, InvestmentField, Page, View


class RightFilter(Command):
    """Which rows of the register are asked for."""

    state: Several[State] = Field(default=(), title="状态")
    district: Several[str] = Field(default=(), title="持有单位")
    ends_within: Maybe[int] = Field(default=None, ge=0, le=3660, title="剩余天数")
    lead: Maybe[str] = Field(default=None, max_length=40, title="线索")
    enterprise: Maybe[str] = Field(default=None, max_length=40, title="企业")
    colour: Several[Colour] = Field(default=(), title="预警")
    asked_by: Maybe[str] = Field(default=None, max_length=40, title="查询单位")
    granted_from: Maybe[date] = Field(default=None, title="取得起")
    granted_to: Maybe[date] = Field(default=None, title="取得止")
    ended_from: Maybe[date] = Field(default=None, title="结束起")
    ended_to: Maybe[date] = Field(default=None, title="结束止")
    held_on: Maybe[date] = Field(default=None, title="当日保护中")
    without_talks: bool = Field(default=False, title="未谈")
    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")
    count: Literal["exact"] | None = Field(default=None, title="计数")


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
    dropped_on: date | None
    level: Coded[Level] | None
    escalated: bool
    enterprise_name: str | None
    line: str | None
    amount: InvestmentField | None
    currency: Coded[Currency]
    first_reported_at: datetime | None
    questions: int
    full: bool
    own: bool


class LedgerMark(View):
    """How far the ledger was checked, the first bad entry if there is one, the last whole walk."""

    at: datetime
    through: int
    bad_seq: int | None = None
    why: str = ""
    whole_at: datetime | None = None
    whole_through: int | None = None


class AskedView(View):
    """A question of another district that met one's own right, or one's own talks."""

    right_id: str | None
    about_id: str | None
    enterprise_name: str
    kind: Coded[QueryKind]
    at: datetime
    district: CodeLabel
    user_name: str


class RegisterPage(Page[RowView]):
    """A page of the register, and the page before it."""

    previous_cursor: str | None = None


class MoveView(View):
    """One move of the history; `timed` has no other reason than the time.

    What time has done counts before it is written: until then `written_at` is None. `ends_on` is
    the effective end that it gave the right, where that is another than before.
    """

    move: CodeLabel
    state: Coded[State]
    at: datetime
    written_at: datetime | None
    actor_name: str
    reason: str
    policy_version: str
    timed: bool
    ends_on: date | None


class QueryView(View):
    """Who asked about the subject, and when."""

    kind: Coded[QueryKind]
    at: datetime
    district: CodeLabel
    user_name: str


class TwinView(View):
    """Another claim or right that may be the same project; told to the registrar alone."""

    id: str
    number: str | None
    district: CodeLabel
    enterprise_name: str
    points: int
    reasons: list[str]


class ActsView(View):
    """What the reader may do now; `no_extension` says why not, where the holder might ask."""

    release: bool
    complete: bool
    extend: bool
    no_extension: str | None
    take_up: bool
    decide: bool
    decide_extension: bool
    suspend: bool
    resume: bool
    leave: bool
    revoke: bool
    transfer: bool


class LinkView(View):
    """Another claim or right that the registrar has compared with this one, and what he found."""

    number: str | None
    district: CodeLabel
    division: CodeLabel
    same: bool
    reason: str
    decided_at: datetime


class RightPageView(View):
    """The page of one right: what happened, what proves it, who asked, what the reader may do."""

    right: RightView
    moves: list[MoveView]
    evidence: list[RightEvidenceView]
    receipts: list[ReceiptLine]
    queries: list[QueryView]
    twins: list[TwinView]
    links: list[LinkView]
    cooldown_days: int
    bar_days: int
    acts: ActsView
