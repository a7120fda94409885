"""What is asked of imports (批量录入) and what is shown of them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.kit.files import Upload
from app.kit.schemas import Coded, Command, View
from app.leads.columns import UNITS
from app.leads.columns import Field as Column
from app.leads.import_models import DONE, RowState
from app.leads.schemas import Option

__all__ = ["DONE", "UNITS", "Column", "RowState"]

SKIP, IMPORT = "skip", "import"
NO_FIELD = "-"
CELL = 6000
"""More letters than any cell that was read has, so that what is too long can be mended."""


class OpenImport(Command):
    """A list of leads: a file, or what was pasted."""

    file: Upload | None = Field(default=None, title="文件")
    pasted: str = Field(default="", title="粘贴的内容")
    source: str | None = Field(default=None, title="来源", max_length=40)


class RowEdit(Command):
    """What was typed into a row of the grid, and what was decided of it."""

    n: int = Field(title="行号", ge=1)
    choice: str | None = Field(default=None, title="处理", max_length=40)
    name: str | None = Field(default=None, title="企业名称", max_length=CELL)
    uscc: str | None = Field(default=None, title="统一社会信用代码", max_length=CELL)
    project_name: str | None = Field(default=None, title="项目名称", max_length=CELL)
    source: str | None = Field(default=None, title="来源", max_length=CELL)
    division: str | None = Field(default=None, title="行业大类", max_length=CELL)
    line: str | None = Field(default=None, title="产品或产线", max_length=CELL)
    planned_investment: str | None = Field(default=None, title="计划投资总额", max_length=CELL)
    fixed_asset_investment: str | None = Field(default=None, title="固定资产投资", max_length=CELL)
    first_talked_on: str | None = Field(default=None, title="首谈时间", max_length=CELL)
    contact_name: str | None = Field(default=None, title="联系人", max_length=CELL)
    contact_phone: str | None = Field(default=None, title="联系电话", max_length=CELL)
    owner: str | None = Field(default=None, title="责任人", max_length=CELL)
    note: str | None = Field(default=None, title="备注", max_length=CELL)

    def cells(self) -> dict[str, str]:
        """The cells that were on the page, by field."""
        sent = self.model_fields_set - {"n", "choice"}
        return {name: getattr(self, name) or "" for name in sent}


class SaveImport(Command):
    """How the columns are read, and the rows of the page as they were left; then import, or not."""

    fields: list[str] = Field(default_factory=list, title="列对应", max_length=100)
    unit: Literal["", "亿元", "万元", "元", "亿美元", "万美元", "美元"] | None = Field(
        default=None, title="金额单位"
    )
    source: str | None = Field(default=None, title="来源", max_length=40)
    rows: list[RowEdit] = Field(default_factory=list, title="行", max_length=200)
    then: Literal["save", "import"] = Field(default="save", title="下一步")


class UndoImport(Command):
    """Take the batch back."""


class Counts(View):
    """How many rows of an import there are, and what became of them."""

    total: int
    ready: int
    pending: int
    skipped: int
    imported: int
    undone: int
    kept: int


class ImportLine(View):
    """An import as the list of imports shows it."""

    id: str
    version: int
    name: str
    digest: str
    made_by: str
    made_at: datetime
    imported_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None
    undo_until: datetime | None
    counts: Counts
    may_open: bool
    may_undo: bool


class ColumnView(View):
    """A column of the file: its head, its first cell, and what it is read as."""

    head: str
    sample: str
    field: str


class TwinView(View):
    """A lead or project that a row may be, or an earlier row of the list (no id)."""

    id: str
    name: str
    href: str
    mergeable: bool


class RowView(View):
    """A row of the grid."""

    n: int
    state: Coded[RowState]
    cells: dict[str, str]
    faults: dict[str, str]
    twins: list[TwinView]
    choice: str
    choices: list[Option]
    lead_id: str | None
    name: str
    note: str
    done: bool


class ImportView(ImportLine):
    """An import with one page of its rows."""

    columns: list[ColumnView]
    shown: list[Coded[Column]]
    unit: str
    source: str
    needs_unit: bool
    rows: list[RowView]
    show: str
    page: int
    pages: int
