"""A batch of acts on leads (`POST /leads:batch`): each stands, and is refused, on its own.

An operation whose form is wrong is kept as `Malformed`, so that it is answered in its place and
the others are done.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    Discriminator,
    Field,
    Tag,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from app.errors import Issue
from app.kit import schemas
from app.kit.schemas import Command, View
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DeleteLead,
    DropLead,
    EditLead,
    LeadView,
    LoggedLead,
    LogLead,
    MoveLead,
    PoolLead,
)

LIMIT = 200


class Create(Command):
    """`POST /leads`."""

    op: Literal["create"] = Field(title="操作")
    body: LogLead = Field(title="内容")


class Change(Command):
    """An act on a lead that is there, as its own address asks for it."""

    id: str = Field(title="线索", max_length=40)
    if_match: str | None = Field(default=None, title="版本", max_length=40, examples=['"v17"'])


class Update(Change):
    """`PATCH /leads/{id}`."""

    op: Literal["update"] = Field(title="操作")
    body: EditLead = Field(title="内容")


class Delete(Change):
    """`DELETE /leads/{id}`."""

    op: Literal["delete"] = Field(title="操作")
    body: DeleteLead = Field(title="内容")


class Claim(Change):
    """`POST /leads/{id}:claim`."""

    op: Literal["claim"] = Field(title="操作")
    body: ClaimLead = Field(title="内容")


class Transition(Change):
    """`POST /leads/{id}:transition`."""

    op: Literal["transition"] = Field(title="操作")
    body: MoveLead = Field(title="内容")


class Assess(Change):
    """`POST /leads/{id}:assess`."""

    op: Literal["assess"] = Field(title="操作")
    body: AssessLead = Field(title="内容")


class Assign(Change):
    """`POST /leads/{id}:assign`."""

    op: Literal["assign"] = Field(title="操作")
    body: AssignLead = Field(title="内容")


class Pool(Change):
    """`POST /leads/{id}:pool`."""

    op: Literal["pool"] = Field(title="操作")
    body: PoolLead = Field(title="内容")


class Drop(Change):
    """`POST /leads/{id}:drop`."""

    op: Literal["drop"] = Field(title="操作")
    body: DropLead = Field(title="内容")


Act = Create | Update | Delete | Claim | Transition | Assess | Assign | Pool | Drop

OPS: dict[str, type[Command]] = {
    "create": Create,
    "update": Update,
    "delete": Delete,
    "claim": Claim,
    "transition": Transition,
    "assess": Assess,
    "assign": Assign,
    "pool": Pool,
    "drop": Drop,
}


@dataclass(frozen=True)
class Malformed:
    """An operation that is none, and why."""

    op: str
    issues: list[Issue]


def _op(value: Any) -> Any:
    return value.get("op") if isinstance(value, dict) else None


def _on_its_own(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError as error:
        op = _op(value)
        if not isinstance(op, str) or op not in OPS:
            unknown = Issue("/op", "unknown", f"op 应为 {'、'.join(OPS)} 之一")
            return Malformed("", [unknown])
        inside = [{**one, "loc": one["loc"][1:]} for one in error.errors()]
        return Malformed(op, schemas.issues(inside, OPS[op]))


Operation = Annotated[
    Annotated[Create, Tag("create")]
    | Annotated[Update, Tag("update")]
    | Annotated[Delete, Tag("delete")]
    | Annotated[Claim, Tag("claim")]
    | Annotated[Transition, Tag("transition")]
    | Annotated[Assess, Tag("assess")]
    | Annotated[Assign, Tag("assign")]
    | Annotated[Pool, Tag("pool")]
    | Annotated[Drop, Tag("drop")],
    Discriminator(_op),
    WrapValidator(_on_its_own),
]


class LeadBatch(Command):
    """Up to 200 operations, done in their order, each on its own."""

    operations: list[Operation] = Field(title="操作", min_length=1, max_length=LIMIT)


class ProblemIssue(View):
    """One place that is wrong, by its pointer within the operation."""

    pointer: str
    code: str
    message: str


class BatchProblem(View):
    """Why an operation was refused: RFC 9457, with the members of its type."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemIssue] | None = None


class BatchResult(View):
    """What one operation came to: the status that its own address would have answered with."""

    op: str
    status: int
    replayed: bool
    etag: str | None
    location: str | None
    body: LoggedLead | LeadView | None
    problem: BatchProblem | None


class BatchAnswer(View):
    """The results, in the order of the operations."""

    results: list[BatchResult]
