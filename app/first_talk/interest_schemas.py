"""What is asked and shown of interests (首谈利益)."""

from datetime import date
from fractions import Fraction
from typing import Self

from pydantic import Field, field_validator, model_validator

from app.first_talk.credits import Side
from app.first_talk.schemas import Maybe
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, RateField, View
from app.labels import LabelledEnum
from app.money import Rate
from app.parameters.models import Status


class ClockState(LabelledEnum):
    """Where one of the two clocks of an interest stands."""

    NONE = "none", "不享有"
    PENDING = "pending", "待起算"
    RUNNING = "running", "分享中"
    ENDED = "ended", "已期满"


class ClockView(View):
    """One clock, and from when to when once it has begun; without a last day it has no end."""

    state: Coded[ClockState]
    first_day: date | None
    last_day: date | None


class FamilyPart(View):
    """The part of one holder of the right in the interest."""

    district: CodeLabel
    share: RateField


class InterestView(View):
    """What a giver keeps: its shares and clocks, and by which rules they were decided.

    `in_full` names the figures that count in full on both sides, or for the giver alone; `number`
    is the receipt of the right, `reference` and `status` those of the policy version; `may_follow`
    tells whether the reader may open the right itself.
    """

    id: str
    version: int
    right_id: str
    number: str | None
    enterprise_name: str
    holder: CodeLabel
    side: Coded[Side]
    credit_share: RateField | None
    credit_years: int | None
    credit: ClockView
    in_full: list[str]
    tax_share: RateField | None
    tax_years: int | None
    tax: ClockView
    family: list[FamilyPart]
    split_reference: str
    policy_version: str
    reference: str
    status: Coded[Status]
    void: bool
    void_reason: str
    has_proof: bool
    may_follow: bool
    may_split: bool
    may_void: bool


class PartGiven(Command):
    """The part that one holder of the right is to have."""

    district: str = Field(max_length=40, title="单位")
    share: RateField = Field(title="比例")

    @field_validator("share")
    @classmethod
    def _is_a_part(cls, share: Rate) -> Rate:
        if not 0 <= share <= 1:
            raise ValueError("比例应在 0 到 1 之间")
        return share


class InterestFilter(Command):
    """Which page of the interests."""

    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")


class AgreeSplit(Command):
    """How the holders of one right divide its interest, and where they agreed on it."""

    parts: list[PartGiven] = Field(min_length=2, max_length=10, title="各方比例")
    reference: str = Field(min_length=2, max_length=200, title="依据")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if sum((one.share for one in self.parts), Fraction(0)) != 1:
            raise ValueError("各方比例合计应为 100%")
        return self


class VoidInterest(Command):
    """The statement of truth was false: the interest ends as if it had never been."""

    reason: str = Field(min_length=2, max_length=2000, title="事由与听取陈述情况")
    file: Upload | str = Field(title="证明材料")
