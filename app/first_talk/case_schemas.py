"""What is said in a dispute, and what each reader is shown of a case."""

from datetime import date, datetime

from pydantic import Field

from app.enterprises.models import InteractionKind
from app.first_talk.challenges import CaseState, Effect, Ground
from app.first_talk.schemas import Maybe, RightEvidenceView, Several
from app.kit.schemas import Coded, CodeLabel, Command, RateField, View
from app.parameters.policy import Sanction


class Challenge(Command):
    """An objection against who holds the subject, on the evidence of one's own claim."""

    ground: Ground = Field(title="异议事由")
    statement: str = Field(min_length=1, max_length=4000, title="事实与理由")


class AnswerCase(Command):
    """What the holder says to it."""

    answer: str = Field(min_length=1, max_length=4000, title="答复")


class Agree(Command):
    """The units agree: no more is said than that."""


class Rule(Command):
    """The ruling: what it says, why, and from when it ends or how the benefit is shared.

    Where a right is taken over the ruling states what its holder keeps of the credit; else credit
    is changed by a decision of the council alone, and its number goes with it.
    """

    effect: Effect = Field(title="裁定结果")
    reasons: str = Field(min_length=1, max_length=4000, title="裁定理由")
    ends_on: date | None = Field(default=None, title="缩短后的名义截止")
    benefit: str = Field(default="", max_length=2000, title="利益分享意见")
    council_number: str | None = Field(default=None, max_length=80, title="会商编号")
    credit: RateField | None = Field(default=None, title="首谈方考核计分比例")


class Appeal(Command):
    """One appeal against the ruling."""

    statement: str = Field(min_length=1, max_length=4000, title="上诉理由")


class RuleOnAppeal(Command):
    """The last word: the ruling stands or is reversed."""

    reverse: bool = Field(title="上诉裁定")
    reasons: str = Field(min_length=1, max_length=4000, title="裁定理由")


class CaseFilter(Command):
    """Which cases are asked for."""

    state: Several[CaseState] = Field(default=(), title="状态")
    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")


class CaseActs(View):
    """What the reader may do with the case now; `effects` are the rulings that are possible."""

    answer: bool
    withdraw: bool
    concede: bool
    effects: list[Coded[Effect]]
    appeal: bool
    rule_on_appeal: bool


class SideEvidence(RightEvidenceView):
    """A file of evidence in a case, and whose it is."""

    side: CodeLabel


class ContactView(View):
    """A talk or visit that a case of poaching is about."""

    on: date
    kind: Coded[InteractionKind]


class CaseView(View):
    """A case: all of it to both sides and the registrar, to others ground and published ruling."""

    id: str
    version: int
    right_id: str | None
    claim_id: str | None
    enterprise_name: str | None
    number: str | None
    division: CodeLabel
    ground: Coded[Ground]
    objector: CodeLabel
    holder: CodeLabel
    state: Coded[CaseState]
    opened_at: datetime
    last_day: date | None
    statement: str | None
    objector_talked_on: date | None
    holder_talked_on: date | None
    answer: str | None
    answered_at: datetime | None
    effect: Coded[Effect] | None
    reasons: str
    benefit: str
    ruled_at: datetime | None
    appeal: str | None
    reversed: bool | None
    appeal_reasons: str
    contacts: list[ContactView]
    sanction: Coded[Sanction] | None
    council_number: str | None
    credit: RateField | None
    evidence: list[SideEvidence]
    full: bool
    acts: CaseActs


class CaseLine(View):
    """A case in a list."""

    id: str
    ground: Coded[Ground]
    state: Coded[CaseState]
    objector: CodeLabel
    opened_at: datetime


class DisputeView(View):
    """The cases about a right, and the grounds on which the reader can object to its holder."""

    cases: list[CaseLine]
    grounds: list[Coded[Ground]]
