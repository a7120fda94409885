"""What is drawn and recorded in 抽查回访, and what the registrar and the holder are shown."""

from datetime import date, datetime

from pydantic import Field

from app.first_talk.calling_back import Outcome
from app.first_talk.schemas import Maybe, RightEvidenceView
from app.kit.schemas import Coded, CodeLabel, Command, View


class DrawCallBacks(Command):
    """Draw so many of the complete claims whose 首报时间 lies in these days."""

    first: date = Field(title="首报时间起")
    last: date = Field(title="首报时间止")
    number: int = Field(ge=1, le=50, title="抽取件数")


class RecordCallBack(Command):
    """One call to the enterprise: with whom, and what it says of the claim."""

    outcome: Outcome = Field(title="结果")
    called_on: date = Field(title="回访日期")
    spoke_with: str = Field(default="", max_length=100, title="受访人及职务")
    said: str = Field(default="", max_length=2000, title="核实情况")


class ListCallBacks(Command):
    """Which call-backs are asked for."""

    done: Maybe[bool] = Field(default=None, title="已有结论")
    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=50, ge=1, le=200, title="每页条数")


class ListDraws(Command):
    """Which draws are asked for."""

    cursor: Maybe[str] = Field(default=None, max_length=400, title="翻页位置")
    limit: int = Field(default=20, ge=1, le=200, title="每页条数")


class DrawView(View):
    """A draw: `asked` of `among` claims; `recomputed` says whether those picked follow from it."""

    id: str
    receipt_number: str
    first: date
    last: date
    asked: int
    among: int
    drawn_by_name: str
    drawn_at: datetime
    recomputed: bool


class CallBackLine(View):
    """A call-back in a list, for the registrar."""

    id: str
    right_id: str
    number: str | None
    enterprise_name: str
    division: CodeLabel
    holder: CodeLabel
    unit_name: str
    drawn_at: datetime
    outcome: Coded[Outcome] | None
    called_on: date | None


class CallBackRecordView(View):
    """One call."""

    outcome: Coded[Outcome]
    called_on: date
    spoke_with: str | None
    said: str
    recorded_by_name: str
    recorded_at: datetime


class CallBackView(CallBackLine):
    """A call-back for the registrar: what was claimed, every call, and whether one may record."""

    version: int
    receipt_number: str
    rank: int
    uscc: str | None
    officer_name: str
    first_talked_on: date | None
    evidence: list[RightEvidenceView]
    records: list[CallBackRecordView]
    may_record: bool


class ToldView(View):
    """What stands of a call-back on the right; holders see it once there is an outcome."""

    id: str
    drawn_at: datetime
    outcome: Coded[Outcome] | None
    called_on: date | None
