"""What is said about holding a right jointly (联合持有), and what both sides are shown of it."""

from datetime import date, datetime

from pydantic import Field

from app.first_talk.consents import JoinState
from app.first_talk.policies import Evidence
from app.first_talk.schemas import EvidenceItem, Maybe
from app.kit.schemas import Coded, CodeLabel, Command, View


class AskToJoin(Command):
    """A unit asks to hold jointly what another holds, on the evidence of its own claim."""

    statement: str = Field(min_length=1, max_length=2000, title="共同招引的经过")


class AnswerJoin(Command):
    """The other side's word; an invited unit brings its own lead and evidence."""

    agree: bool = Field(title="答复")
    answer: str = Field(default="", max_length=2000, title="说明")
    lead_id: str | None = Field(default=None, max_length=40, title="本单位的线索")
    evidence: list[EvidenceItem] = Field(default_factory=list, max_length=20, title="佐证")


class Withdraw(Command):
    """The unit that asked takes it back: no more is said than that."""


class ListJoins(Command):
    """Which requests are asked for."""

    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")


class JoinProofView(View):
    """What kind of evidence the joiner brings; the files stay its own."""

    kind: Coded[Evidence]
    dated_on: date | None


class JoinActs(View):
    """What the reader may do; `leads` are those under which an invited unit can join."""

    answer: bool
    withdraw: bool
    leads: list[CodeLabel]


class JoinView(View):
    """A request to hold a right jointly, for the two units and the registrar.

    Unanswered it is void once the right ends: at the end of `last_day` while that runs, else None.
    """

    id: str
    version: int
    number: str | None
    division: CodeLabel
    enterprise_name: str
    holder: CodeLabel
    joiner: CodeLabel
    invited: bool
    officer_name: str
    statement: str
    asked_at: datetime
    last_day: date | None
    talked_on: date | None
    evidence: list[JoinProofView]
    state: Coded[JoinState]
    answer: str
    answered_by_name: str
    answered_at: datetime | None
    acts: JoinActs
