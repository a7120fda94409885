"""One enterprise entered twice: the one only points to the other (`merged_into_id`), nothing moves.

Who may merge, and what a merge means for first-talk rights, `first_talk.merging` says.
"""

from app.enterprises import directory
from app.enterprises.models import Enterprise
from app.errors import Conflict, Forbidden, Invalid
from app.kit.work import Work


def mergeable(work: Work, id: str, version: int | None) -> Enterprise:
    """One's own entry that stands for itself; Forbidden or Conflict otherwise."""
    row = directory.row_of(work, id, version)
    if not directory.owns(work, row):
        raise Forbidden("这家企业由其他单位录入，只能由录入单位合并")
    if row.merged_into_id is not None:
        raise Conflict("这家企业已并入另一条记录，先撤销合并")
    return row


def merge(work: Work, id: str, into_id: str, version: int | None) -> None:
    """Let an entry point to another one."""
    row, survivor = mergeable(work, id, version), root(work, id, into_id)
    row.merged_into_id = survivor.id
    work.session.flush()


def root(work: Work, id: str, into_id: str) -> Enterprise:
    """What would stay if an entry were merged into another; Invalid for the same one."""
    survivor = directory.root_of(work, directory.row_of(work, into_id))
    if survivor.id in directory.merged_with(work, id):
        raise Invalid.at("/into_id", "same", "这是同一条记录，请选择另一家企业")
    return survivor


def undo(work: Work, id: str, version: int | None) -> None:
    """Let one's own entry stand for itself again."""
    row = directory.row_of(work, id, version)
    if not directory.owns(work, row):
        raise Forbidden("这家企业由其他单位录入，只能由录入单位撤销合并")
    if row.merged_into_id is None:
        raise Conflict("这家企业没有并入别的记录")
    row.merged_into_id = None
    work.session.flush()
