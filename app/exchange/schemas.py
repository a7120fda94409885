"""The feed as partners read it: thin events, a cursor that stays valid."""

from datetime import datetime

from app.kit.schemas import View


class EventView(View):
    """One event: what happened to which record; details are fetched under one's own rights."""

    id: str
    type: str
    at: datetime
    resource_id: str
    version: int | None
    link: str


class FeedView(View):
    """Events in commit order; `next_cursor` goes into the next call's `after`."""

    events: list[EventView]
    next_cursor: str
