"""What is said when a project goes on to another district, and what each reader is shown of it."""

from datetime import date, datetime
from typing import Any

from pydantic import Field, field_validator

from app.first_talk.chain import DECLARABLE, Obstacle
from app.first_talk.rights import State
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, View
from app.kit.work import Role


class Declare(Command):
    """The holder declares that the project cannot land with it; the enterprise consents."""

    obstacle: Obstacle = Field(title="不能落地的原因")
    reason: str = Field(min_length=1, max_length=2000, title="情况说明")
    truthful: bool = Field(title="真实性声明")
    consent: Upload | str = Field(title="企业同意书")

    @field_validator("obstacle")
    @classmethod
    def _may_be_declared(cls, value: Obstacle) -> Obstacle:
        if value not in DECLARABLE:
            raise ValueError("该原因由登记机构认定，不能申明")
        return value

    @field_validator("truthful")
    @classmethod
    def _is_stated(cls, value: bool) -> bool:
        if not value:
            raise ValueError("请声明所述情况属实")
        return value


class Offer(Command):
    """The registrar offers the project to the other districts."""

    reason: str = Field(default="", max_length=2000, title="推介说明")


class ClosePool(Command):
    """Nobody takes the project: the pool closes."""

    reason: str = Field(min_length=1, max_length=2000, title="关闭理由")


class Accept(Command):
    """A district takes the project over, on the 引荐确认表 that all parties have signed."""

    lead_id: str = Field(max_length=40, title="本区线索")
    confirmation: Upload | str = Field(title="引荐确认表")
    first_talker: str = Field(default="", max_length=40, title="首谈方签字人")
    receiver: str = Field(default="", max_length=40, title="承接方签字人")
    enterprise: str = Field(default="", max_length=40, title="企业签字人")
    council_number: str = Field(default="", max_length=80, title="会商文号")
    fits_zone: bool = Field(title="产业分区声明")
    scheme: Upload | dict[str, Any] | None = Field(default=None, title="分享方案")

    @field_validator("fits_zone")
    @classmethod
    def _fits(cls, value: bool) -> bool:
        if not value:
            raise ValueError("承接的项目须符合本区的产业分区，请核对后声明")
        return value


class StepView(View):
    """One transfer of the chain, and what its giver keeps; `id` for whoever has a part in it."""

    id: str | None
    giver: CodeLabel
    receiver: CodeLabel
    obstacle: Coded[Obstacle]
    accepted_at: datetime
    signed_by: list[str]
    council_number: str
    has_scheme: bool
    keeps_interest: bool
    void: bool
    credit_since: date | None
    tax_since: date | None


class TransferActs(View):
    """What the reader may do now; `offer` says what an offer would be, `why_not` why none is."""

    declare: bool
    offer: str | None
    why_not: str | None
    close: bool
    accept: bool


class TransferView(View):
    """A right that goes on: what the pool tells everybody of it, and the chain so far.

    `due_on` is the last day of what it waits for now, `signers` who must sign the 引荐确认表.
    """

    id: str
    version: int
    number: str | None
    enterprise_name: str
    division: CodeLabel
    holder: CodeLabel
    state: Coded[State]
    full: bool
    obstacle: Coded[Obstacle] | None
    reason: str
    declared_at: datetime | None
    pool_by: date | None
    accept_by: date | None
    closes_on: date | None
    progress_by: date | None
    due_on: date | None
    made: int
    limit: int | None
    steps: list[StepView]
    signers: list[CodeLabel]
    leads: list[CodeLabel]
    acts: TransferActs


GIVERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
"""Who declares for its district, and accepts for it."""
