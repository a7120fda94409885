"""Keyset pages: a place in a sorted list, not a page number; no row is skipped or repeated."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlakeyset import select_page
from sqlalchemy import Select, exc

from app.errors import BadCursor
from app.kit.work import Work

Row = TypeVar("Row")


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """The rows of one page and the places before and after it."""

    rows: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


def keyset(work: Work, query: Select[Row], limit: int, cursor: str | None) -> Slice[Row]:
    """One page of a query whose order ends with the id; BadCursor when the place is not ours.

    A forged place may hold another type than its column: PostgreSQL says so, SQLite compares.
    """
    try:
        found = select_page(  # type: ignore[type-var]  # its stubs know SQLAlchemy 2.0's tuples only
            work.session, query, per_page=limit, page=cursor or None
        )
    except (ValueError, exc.DataError, exc.ProgrammingError) as error:
        raise BadCursor("翻页位置无效，请从第一页看起", parameter="cursor") from error
    paging = found.paging
    return Slice(
        rows=[row[0] for row in found],
        next_cursor=paging.bookmark_next if paging.has_next else None,
        previous_cursor=paging.bookmark_previous if paging.has_previous else None,
    )
