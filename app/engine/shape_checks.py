"""Cells that say whether a working still has the shape in which it was written down.

An extension stands while a cap has room, a term that counts from recovery begins when all is
recovered: an amount could change either, and then the formulas are of another run.
"""

from collections.abc import Iterable, Sequence

from app.engine.cells import Cell, Formula, Input, plus


def extends(rooms: Iterable[Cell | Input | None], fiscal_year: int, *, stands: bool) -> Cell:
    """1 while a year is live, or not, by the room that the caps have left."""
    present = [room for room in rooms if room is not None]
    closing = ")>0,1,0)" if stands else ")>0,0,1)"
    formula: Formula = ("IF(MAX(0", *(part for room in present for part in (",", room)), closing)
    return Cell(f"{fiscal_year} 年度是否延长仍与导出时一致", 1, formula, scale=1)


def recovers(left: Sequence[Cell], fiscal_year: int, *, waiting: bool) -> Cell:
    """1 while a year is one of recovery, or the one that completes it, by what is left."""
    formula: Formula = ("IF(", *plus(left), ">0,1,0)" if waiting else ">0,0,1)")
    return Cell(f"{fiscal_year} 年度投入是否收回仍与导出时一致", 1, formula, scale=1)
