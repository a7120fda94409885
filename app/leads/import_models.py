"""The tables of imports (批量录入): the batch as it came in, and its rows with what became of each.

The cells of a row hold what people typed of investors and their contacts: they are sealed at rest,
and those of an imported row are emptied, since the lead has them.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base, Scoped, UtcDateTime, Versioned, coded
from app.kit.sealed import Sealed
from app.kit.trail import Audited
from app.labels import LabelledEnum


class RowState(LabelledEnum):
    """What became of a row."""

    READY = "ready", "可导入"
    FAULTY = "faulty", "有误"
    TWIN = "twin", "疑似重复"
    SKIPPED = "skipped", "跳过"
    IMPORTED = "imported", "已导入"
    MERGED = "merged", "已并入"
    UNDONE = "undone", "已撤销"
    KEPT = "kept", "未撤销"


DONE = (RowState.IMPORTED, RowState.MERGED, RowState.UNDONE, RowState.KEPT)
"""What became of rows that are leads, or were."""


class LeadImport(Scoped, Versioned, Audited, Base):
    """A list of leads that came in at once, by file or pasted; how its columns are read.

    `fields` names the field of each column ("" for none), `units` the unit of its amounts; `unit`
    is that of amounts which name none anywhere, `source` where the leads come from that name none.
    """

    __tablename__ = "lead_import"
    __table_args__ = (Index("ix_lead_import_made", "district_id", "made_at", "id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    heads: Mapped[list[str]] = mapped_column(JSON)
    fields: Mapped[list[str]] = mapped_column(JSON)
    units: Mapped[list[str]] = mapped_column(JSON)
    unit: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(40))
    made_by: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[str | None] = mapped_column(String(40))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LeadImportRow(Base):
    """One row of an import.

    `cells` are those of the file, `edits` what was typed over them by field; both as JSON. `choice`
    is what a person decided: skip, import all the same, or the lead to merge it into. `filled` are
    the fields that a merge filled in, `lead_version` the lead as the import left it.
    """

    __tablename__ = "lead_import_row"

    import_id: Mapped[str] = mapped_column(ForeignKey("lead_import.id"), primary_key=True)
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    cells: Mapped[str] = mapped_column(Sealed("lead_import_row.cells"))
    edits: Mapped[str] = mapped_column(Sealed("lead_import_row.edits"))
    state: Mapped[RowState] = mapped_column(coded(RowState))
    choice: Mapped[str] = mapped_column(String(40))
    faults: Mapped[dict[str, str]] = mapped_column(JSON)
    twins: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("lead.id"), index=True)
    lead_version: Mapped[int | None] = mapped_column(Integer)
    filled: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
