"""`POST /leads:batch`: up to 200 acts in one call, each in a transaction of its own.

Each act keeps its own answer under the batch's Idempotency-Key. Sent again, after a crash too,
what was done is answered as before and does not happen twice; what was refused is tried again.
"""

import json
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.districts.access import ApiCaller, ApiKey, if_match, in_turn, part_of
from app.errors import Invalid
from app.kit.problems import attempt
from app.kit.replay import answered, claim_key, part
from app.kit.work import Actor, AnswerKey
from app.leads import batches
from app.leads.batch_schemas import Act, BatchAnswer, Change, LeadBatch, Malformed

LEADS = "POST /api/v1/leads"
"""What an act is answered under: the address of a new lead hangs on it."""

router = APIRouter(prefix="/api/v1", tags=["线索"])


@router.post(
    "/leads:batch",
    summary="批量办理线索，逐条办理、逐条答复",
    response_model=BatchAnswer,
    openapi_extra={"x-required-scope": "lead:write"},
)
async def batch(request: Request, actor: ApiCaller, key: ApiKey, command: LeadBatch) -> Response:
    """Each operation on its own: one result per operation, in order, each with its own problem."""
    assert key is not None  # noqa: S101 - a POST that changes has a key, or it is refused (428)
    await in_turn(request, partial(_begin, request, actor, key))
    results = [
        await in_turn(request, partial(_result, request, actor, part(key, n, LEADS), one))
        for n, one in enumerate(command.operations)
    ]
    headers = {"Cache-Control": "no-store"}
    if all(one["replayed"] for one in results):
        headers["Idempotency-Replayed"] = "true"
    return JSONResponse({"results": results}, headers=headers)


def _begin(request: Request, actor: Actor, key: AnswerKey) -> None:
    with part_of(request, actor) as work:
        batches.admit(work)
        claim_key(work, key)


def _result(request: Request, actor: Actor, key: AnswerKey, one: Act | Malformed) -> dict[str, Any]:
    done = attempt(request, partial(_done, request, actor, key, one))
    if isinstance(done, Response):
        return {
            "op": one.op,
            "status": done.status_code,
            "replayed": "Idempotency-Replayed" in done.headers,
            "etag": done.headers.get("ETag"),
            "location": done.headers.get("Location"),
            "body": json.loads(bytes(done.body)) if done.body else None,
            "problem": None,
        }
    return {
        "op": one.op,
        "status": done["status"],
        "replayed": False,
        "etag": None,
        "location": None,
        "body": None,
        "problem": done,
    }


def _done(request: Request, actor: Actor, key: AnswerKey, one: Act | Malformed) -> Response:
    if isinstance(one, Malformed):
        raise Invalid("操作的格式有误", *one.issues)
    version = if_match(one.if_match) if isinstance(one, Change) else None
    with part_of(request, actor, key) as work:
        make = partial(batches.perform, work, one, version)
        return answered(work, batches.STATUS.get(one.op, 200), make)
