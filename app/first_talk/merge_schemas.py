"""Merging enterprises: what is said, and what the page shows."""

from pydantic import Field

from app.enterprises.schemas import Candidate, EnterpriseView
from app.kit.schemas import Command, View


class MergeInto(Command):
    """One's own entry is another one's: the entry that stays."""

    into_id: str = Field(max_length=40, title="并入的企业")


class Part(Command):
    """The merge is undone: no more is said than that."""


class MergePage(View):
    """An entry, what it may be the same as, the chosen one, and what is merged into it."""

    enterprise: EnterpriseView
    candidates: list[Candidate]
    target: EnterpriseView | None
    merged: list[EnterpriseView]
