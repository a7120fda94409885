"""The trail as the auditor reads it."""

from datetime import date, datetime

from pydantic import Field

from app.kit.schemas import Command, SerialNumber, View


class TrailFilter(Command):
    """Which entries to show; all parts narrow."""

    actor: str | None = Field(default=None, title="人员", max_length=60)
    act: str | None = Field(default=None, title="办理事项", max_length=80)
    resource: str | None = Field(default=None, title="记录编号", max_length=80)
    result: str | None = Field(default=None, title="结果", pattern="^(done|refused)$")
    since: date | None = Field(default=None, title="起")
    until: date | None = Field(default=None, title="止")
    before: SerialNumber | None = Field(default=None, title="翻页位置")


class EntryView(View):
    """One entry: who did what to which record, from where, with what result."""

    number: int
    at: datetime
    actor_name: str
    actor_district_id: str | None
    address: str
    act: str
    result: str
    resource_kind: str
    resource_id: str
    changed: list[str]


class Soundness(View):
    """Whether a chain holds: its length, and the first bad entry with the reason."""

    name: str
    entries: int
    broken_at: int | None = None
    reason: str = ""
