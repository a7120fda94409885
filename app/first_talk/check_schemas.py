"""The blind check (盲查): what is asked, and the little that is told."""

import re
from datetime import date

from pydantic import Field, field_validator

from app.enterprises.matching import unified
from app.enterprises.uscc import read_uscc
from app.kit.schemas import Coded, CodeLabel, Command, View
from app.labels import LabelledEnum

_CODE = re.compile(r"[0-9A-Za-z]{15,20}", re.ASCII)


class Answer(LabelledEnum):
    """What a blind check tells."""

    FREE = "free", "未被占有"
    HELD = "held", "已被占有"
    SIMILAR = "similar", "有相近登记，需人工核查"


class Check(Command):
    """A blind check (盲查): USCC or full name, and the division.

    A code that is none is refused by the command itself, before anything else.
    """

    identity: str = Field(min_length=2, max_length=100, title="统一社会信用代码或企业全称")
    division: str = Field(pattern=r"^[0-9]{2}$", title="行业大类")

    @property
    def by_code(self) -> bool:
        """Whether the identity is a code; else it is a name."""
        return _looks_like_code(self.identity)

    @field_validator("identity")
    @classmethod
    def _read(cls, typed: str) -> str:
        if not unified(typed):
            raise ValueError("请填写企业全称或统一社会信用代码")
        return read_uscc(typed) if _looks_like_code(typed) else typed


def _looks_like_code(typed: str) -> bool:
    return _CODE.fullmatch(typed.replace(" ", "")) is not None


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
