"""What is said in a dispute over the figures of a moved firm, and what each reader is shown."""

from datetime import date, datetime

from pydantic import Field, field_validator

from app.first_talk.challenges import CaseState
from app.first_talk.schemas import Maybe
from app.kit.files import Upload
from app.kit.schemas import Coded, CodeLabel, Command, RateField, View
from app.money import Rate
from app.projects.relocation_models import RelocationEffect, RelocationFigure

__all__ = ["RelocationEffect", "RelocationFigure"]


def _a_part(share: Rate | None) -> Rate | None:
    if share is not None and not 0 <= share <= 1:
        raise ValueError("比例应在 0 与 1 之间")
    return share


class Terms(Command):
    """How much of each figure counts for the district that the firm left, from when, how long."""

    fixed_assets: RateField | None = Field(default=None, title="固投归迁出方比例")
    output: RateField | None = Field(default=None, title="产值归迁出方比例")
    since: date = Field(title="起算日")
    years: int = Field(ge=1, le=50, title="年限")

    _parts = field_validator("fixed_assets", "output")(_a_part)


class OpenRelocation(Command):
    """A dispute over one figure or both, with the first proof of it."""

    figures: tuple[RelocationFigure, ...] = Field(min_length=1, max_length=2, title="争议指标")
    statement: str = Field(min_length=1, max_length=4000, title="事实与理由")
    file: Upload | str = Field(title="佐证材料")

    @field_validator("figures")
    @classmethod
    def _once(cls, figures: tuple[RelocationFigure, ...]) -> tuple[RelocationFigure, ...]:
        return tuple(dict.fromkeys(figures))


class AnswerRelocation(Command):
    """What the other side says to it, with proof if it has any."""

    answer: str = Field(min_length=1, max_length=4000, title="答复")
    file: Upload | str | None = Field(default=None, title="佐证材料")


class ProposeTerms(Terms):
    """Terms that one side offers; they hold once the other accepts."""


class AcceptTerms(Command):
    """The terms that lie on the table, as their reader saw them."""


class WithdrawRelocation(Command):
    """Whoever opened the case takes it back."""


class RuleRelocation(Command):
    """The ruling, first or on appeal: a division with its terms, none, or that the first stands."""

    effect: RelocationEffect = Field(title="裁定结果")
    reasons: str = Field(min_length=1, max_length=4000, title="裁定理由")
    fixed_assets: RateField | None = Field(default=None, title="固投归迁出方比例")
    output: RateField | None = Field(default=None, title="产值归迁出方比例")
    since: date | None = Field(default=None, title="起算日")
    years: int | None = Field(default=None, ge=1, le=50, title="年限")

    _parts = field_validator("fixed_assets", "output")(_a_part)


class ListRelocations(Command):
    """A page of the cases."""

    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")


class AppealRelocation(Command):
    """One appeal against the ruling."""

    statement: str = Field(min_length=1, max_length=4000, title="上诉理由")


class TermsView(View):
    """Terms with their last day."""

    fixed_assets: RateField | None
    output: RateField | None
    since: date
    years: int
    first_day: date
    last_day: date


class ProofView(View):
    """A file in the case, and whose it is."""

    id: str
    side: CodeLabel
    name: str
    digest: str
    added_at: datetime


class RelocationActs(View):
    """What the reader may do with the case now; `effects` are the rulings that are possible."""

    answer: bool
    propose: bool
    accept: bool
    withdraw: bool
    effects: list[Coded[RelocationEffect]]
    appeal: bool


class RelocationCaseView(View):
    """A case: all of it to both sides and the city, to others the published ruling alone."""

    id: str
    version: int
    project_id: str | None
    enterprise_name: str | None
    opener: CodeLabel
    origin: CodeLabel
    landing: CodeLabel
    figures: list[Coded[RelocationFigure]]
    state: Coded[CaseState]
    opened_at: datetime
    last_day: date | None
    statement: str | None
    answer: str | None
    answered_at: datetime | None
    proposal: TermsView | None
    proposed_by: CodeLabel | None
    effect: Coded[RelocationEffect] | None
    terms: TermsView | None
    reasons: str
    decided_at: datetime | None
    appeal: str | None
    appeal_effect: Coded[RelocationEffect] | None
    former: TermsView | None
    appeal_reasons: str
    proofs: list[ProofView]
    acts: RelocationActs


class RelocationView(View):
    """A signed project whose investor moved inside the city: from where, to where, and its cases.

    `disputable` are the figures that the reader may open a case about.
    """

    project_id: str
    enterprise_name: str
    origin: CodeLabel
    landing: CodeLabel
    cases: list[RelocationCaseView]
    disputable: list[Coded[RelocationFigure]]
