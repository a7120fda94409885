"""Taking a claim up (受理): within `answer` a registrar says by name that the review is theirs.

It changes neither state nor clock. Another registrar takes the review over by the same act.
"""

from sqlalchemy.orm.attributes import flag_modified

from app.errors import Conflict, Forbidden
from app.first_talk import register, subjects, views
from app.first_talk.rights import Move
from app.first_talk.schemas import RightView
from app.kit.work import Role, Work, use_case


@use_case("first_talk.take_up", Role.COORDINATOR, binding=True)
def take_up(work: Work, id: str, version: int | None) -> RightView:
    """The actor reviews the claim from now on; never one of the parties, never twice in a row."""
    docket, row = subjects.open_for(work, id, version)
    if not register.may_decide(work, row):
        raise Forbidden("申报单位的人员不能办理本单位的首谈")
    if register.reviews(docket, row):
        raise Conflict("您已受理这项申报")
    subjects.move(docket, row, Move.TAKE_UP, work.now)
    flag_modified(row, "state")  # a new version, so that two who press at once do not both win
    subjects.close(docket)
    return views.right_view(work, row)
