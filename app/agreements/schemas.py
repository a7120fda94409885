"""Commands and views of agreements, versions, consents and approvals."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from app.agreements.clause_cards import MOST_PARTIES
from app.agreements.cures import NEEDS, RecordKind
from app.agreements.states import State
from app.engine.legal_rules import Act, Level
from app.engine.taxes import RateStatus
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, MoneyField, Page, View

Document = dict[str, Any]


class NamedParty(Command):
    """A party in its order; without a district it is a fund and confirms nothing."""

    name: str = Field(title="参与方名称", min_length=1, max_length=40)
    district: str | None = Field(default=None, title="参与方所属区", max_length=40)


class DraftAgreement(Command):
    """An agreement with the draft of a version; after the first offer only scheme and note move."""

    title: str = Field(title="协议名称", min_length=1, max_length=120)
    kind: str = Field(title="协议类型", max_length=40)
    project: str | None = Field(default=None, title="项目", max_length=40)
    parties: list[NamedParty] = Field(title="参与方", min_length=2, max_length=MOST_PARTIES)
    scheme: Document = Field(title="分享方案")
    note: str = Field(default="", title="版本说明", max_length=400)

    @field_validator("parties")
    @classmethod
    def _apart(cls, parties: list[NamedParty]) -> list[NamedParty]:
        districts = [party.district for party in parties if party.district]
        if len(set(districts)) < len(districts):
            raise ValueError("同一个区只能作为一个参与方")
        if len(districts) < 2:
            raise ValueError("协议至少有两个区作为参与方")
        return parties


class NewAgreement(DraftAgreement):
    """A new agreement, on a first-talk transfer where it settles one."""

    transfer_id: str | None = Field(default=None, title="依据的流转", max_length=40)


class Amend(Command):
    """A new version, drafted from the newest one."""

    note: str = Field(default="", title="版本说明", max_length=400)


class Confirm(Command):
    """A party's yes, to the digest that was seen."""

    digest: str = Field(title="摘要", pattern=r"^[0-9a-f]{64}$")


class Terminate(Command):
    """The end of a version: an offer withdrawn or refused, a binding one ended."""

    reason: str = Field(title="理由", min_length=1, max_length=400)


class AddRecord(Command):
    """What cures a legal finding: its number or title, where it needs them its day and file."""

    kind: RecordKind = Field(title="记录种类")
    about: str = Field(default="", title="兑现项目", max_length=80)
    reference: str = Field(title="文号或依据", min_length=1, max_length=200)
    dated_on: date | None = Field(default=None, title="日期")
    file: Upload | str | None = Field(default=None, title="文件")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        missing = [title for field, title in NEEDS.get(self.kind, ()) if not getattr(self, field)]
        if missing:
            raise ValueError(f"{self.kind.label}还须填写{'、'.join(missing)}")
        return self


class EnterApproval(Command):
    """市政府's approval: number, date and file."""

    number: str = Field(title="批准文号", min_length=1, max_length=100)
    approved_on: date = Field(title="批准日期")
    file: Upload | str = Field(title="批准文件")


class ConfirmApproval(Command):
    """A second coordinator's word: the number typed again from the original."""

    number: str = Field(title="批准文号", min_length=1, max_length=100)


class AgreementFilter(Command):
    """What the list shows."""

    state: State | None = Field(default=None, title="状态")
    q: str = Field(default="", title="名称或编号", max_length=60)
    limit: int = Field(default=50, title="每页条数", ge=1, le=200)
    cursor: str | None = Field(default=None, title="翻页位置", max_length=400)


class CompareVersions(Command):
    """The numbers of two versions, and the kept what-if on whose receipts they are compared."""

    a: int = Field(title="旧版本", ge=1, le=9999)
    b: int = Field(title="新版本", ge=1, le=9999)
    scenario: str = Field(default="", title="情景", max_length=40)


class PartyView(View):
    """One who shares."""

    name: str
    district: CodeLabel | None


class ProjectRef(View):
    """The project an agreement is for, to those who may see it."""

    id: str
    name: str


class TransferRef(View):
    """The transfer (流转) that an agreement settles, to those who may see it.

    `right_id` and `number` are of the right that the reader sees it by.
    """

    id: str
    giver: CodeLabel
    receiver: CodeLabel
    right_id: str | None
    number: str | None
    has_scheme: bool


class ConsentView(View):
    """Who said yes for a party, when, and to which digest."""

    party: str
    name: str
    at: datetime
    digest: str
    rules: str


class ApprovalView(View):
    """市政府's approval as entered; in effect once a second coordinator has confirmed it."""

    version: int
    number: str
    approved_on: date
    file_name: str
    entered_by: str
    entered_by_name: str
    entered_at: datetime
    confirmed_by_name: str | None
    confirmed_at: datetime | None
    rules: str


class RecordView(View):
    """What was put on record, by whom and when."""

    id: str
    kind: Coded[RecordKind]
    about: str
    reference: str
    dated_on: date | None
    file_name: str | None
    recorded_by_name: str
    recorded_at: datetime


class FindingView(View):
    """A legal rule that applies: what it forbids, why, what cures it, and the set it stands in."""

    id: str
    level: Coded[Level]
    act: Coded[Act] | None
    text: str
    basis: str
    cure: str
    reasons: list[str]
    version: str
    status: Coded[RateStatus]


class ChoiceView(View):
    """One of the ten readings, and the answer that the scheme gives."""

    number: int
    title: str
    question: str
    answer: str
    settled: bool


class SentenceView(View):
    """One clause in words, and where it stands in the scheme."""

    at: str
    title: str
    text: str


class ChangeView(View):
    """One clause that another version adds (`before` null), drops (`after` null) or changes."""

    title: str
    before: str | None
    after: str | None


class VersionLine(View):
    """A version among others."""

    n: int
    state: Coded[State]
    note: str
    digest: str | None
    confirmed_on: date | None
    in_force_on: date | None
    ended_on: date | None


class VersionView(VersionLine):
    """A version with its terms, consents and approval; `text` is what was sealed, once it is.

    `rates` is the worst status of the 收入分享表 for its taxes today, null without such rows.
    `departures` are the clauses that differ from the scheme of the agreement's transfer.
    """

    agreement_id: str
    version: int
    reason: str
    parties: list[PartyView]
    scheme: Document
    term: str
    sentences: list[SentenceView]
    departures: list[ChangeView]
    text: str
    rates: Coded[RateStatus] | None
    choices: list[ChoiceView]
    findings: list[FindingView]
    records: list[RecordView]
    consents: list[ConsentView]
    awaited: list[str]
    approval_required: bool
    approval: ApprovalView | None
    offered_by_name: str | None
    offered_at: datetime | None


class AgreementLine(View):
    """An agreement in the list."""

    id: str
    number: str
    title: str
    kind: CodeLabel
    state: Coded[State]
    n: int
    term: str
    parties: list[PartyView]
    project: ProjectRef | None
    approval_number: str | None
    updated_at: datetime


class AgreementPage(Page[AgreementLine]):
    """A page of the list, with the way back."""

    previous_cursor: str | None = None


class AgreementView(AgreementLine):
    """An agreement with its versions; `own` says whether the reader's district drafts it."""

    version: int
    district: CodeLabel
    own: bool
    transfer: TransferRef | None
    versions: list[VersionLine]


class EffectView(View):
    """What one change, or changes that need each other, moves for each party: three readings."""

    titles: list[str]
    alone: list[MoneyField]
    last: list[MoneyField]
    fair: list[MoneyField]


class EffectsView(View):
    """The money of every change on the same receipts; the `fair` columns add up to `whole`.

    `fair` is the average over all orders of the changes, or the written order where `averaged` is
    false.
    """

    parties: list[str]
    rows: list[EffectView]
    whole: list[MoneyField]
    averaged: bool


class ChangesView(View):
    """The clauses that differ between two schemes, in words, and with receipts in money."""

    changes: list[ChangeView]
    effects: EffectsView | None = None


class EstimateView(View):
    """A kept what-if to choose the receipts of."""

    id: str
    name: str


class TotalsView(View):
    """What every party has in all by the older and by the newer version, on one forecast."""

    forecast: str
    parties: list[str]
    before: list[MoneyField]
    after: list[MoneyField]
    deltas: list[MoneyField]


class DiffView(ChangesView):
    """The same, between two versions of an agreement, on a forecast of the reader's district."""

    a: int
    b: int
    scenarios: list[EstimateView]
    totals: TotalsView | None
