"""The blind check (盲查): what is asked, and the little that is told."""

from datetime import date

from pydantic import Field

from app.kit.schemas import Coded, CodeLabel, Command, View
from app.labels import LabelledEnum


class Answer(LabelledEnum):
    """What a blind check tells."""

    FREE = "free", "未被占有"
    HELD = "held", "已被占有"
    SIMILAR = "similar", "有相近登记，需人工核查"


class Check(Command):
    """A blind check (盲查): USCC or full name, and the division."""

    identity: str = Field(min_length=2, max_length=100, title="统一社会信用代码或企业全称")
    division: str = Field(pattern=r"^[0-9]{2}$", title="行业大类")


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
