"""One error handler for both faces: RFC 9457 under `/api/`, a page elsewhere, an alert to htmx."""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.errors import BadFilter, Busy, DomainError, Invalid, NotFound, NotSignedIn
from app.kit import schemas
from app.kit.logs import log
from app.kit.web import Answer, page, sign_in_page

Result = TypeVar("Result")

_TITLES = {
    400: "请求有误",
    404: "没有找到",
    405: "不支持这种操作",
    413: "内容过大",
    500: "系统错误",
}


def install(app: FastAPI) -> None:
    """Register the handlers on the application."""
    app.add_exception_handler(Answer, _made)
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _defect)


async def _made(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Answer)  # noqa: S101 - Starlette types handlers by Exception
    return error.response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - Starlette types handlers by Exception
    if isinstance(error, Busy):
        log.warning("busy", request_id=_request_id(request), cause=repr(error.__cause__))
    if isinstance(error, NotSignedIn) and not is_api(request):
        return await sign_in_page(request)
    return answer(request, problem_of(error, request))


async def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - Starlette types handlers by Exception
    found: list[Any] = list(error.errors())
    if any(item["type"] == "json_invalid" for item in found):
        return answer(request, _plain(request, 400, "malformed-json", "请求体不是有效的 JSON"))
    if any(item["loc"][0] == "path" for item in found):
        return answer(request, problem_of(NotFound("没有这条记录，或您无权查看"), request))
    if any(item["loc"][0] == "query" for item in found):
        name = str(found[0]["loc"][-1])
        wrong = BadFilter(f"查询参数 {name} 有误", parameter=name)
        return answer(request, problem_of(wrong, request))
    inside = [{**item, "loc": item["loc"][1:]} for item in found]
    named = schemas.issues(inside, _command(request))
    return answer(request, problem_of(Invalid("请求内容有误", *named), request))


def _command(request: Request) -> type[BaseModel] | None:
    """The command that the route takes as its body: it knows the Chinese names of the fields."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    bodies = [body.field_info.annotation for body in getattr(dependant, "body_params", [])]
    return schemas.inner_model(bodies[0]) if bodies else None


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - Starlette types handlers by Exception
    status = error.status_code
    if status == 404:
        return answer(request, problem_of(NotFound("没有这个页面，或您无权查看"), request))
    if status == 400:
        return answer(request, _plain(request, 400, "malformed-json", "请求体不是有效的 JSON"))
    title = _TITLES.get(status, "请求未能办理")
    return answer(request, _plain(request, status, f"http-{status}", title), error.headers)


async def _defect(request: Request, error: Exception) -> Response:
    log.error("unhandled", request_id=_request_id(request), path=request.url.path, exc_info=error)
    document = _plain(request, 500, "internal", "系统出错，未写入任何内容。请把编号告诉管理员")
    return answer(request, document)


def attempt(request: Request, run: Callable[[], Result]) -> Result | dict[str, Any]:
    """What one part of a request comes to, else the problem document of its refusal."""
    try:
        return run()
    except DomainError as refusal:
        return problem_of(refusal, request)


def problem_of(error: DomainError, request: Request) -> dict[str, Any]:
    """The RFC 9457 document of a refusal."""
    document: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.message,
        "instance": _request_id(request),
        **error.members,
    }
    if isinstance(error, Invalid):
        document["errors"] = [
            {"pointer": issue.pointer, "code": issue.code, "message": issue.message}
            for issue in error.issues
        ]
    return document


def _plain(request: Request, status: int, code: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"/problems/{code}",
        "title": _TITLES.get(status, "请求未能办理"),
        "status": status,
        "detail": detail,
        "instance": _request_id(request),
    }


def answer(request: Request, problem: dict[str, Any], headers: Any = None) -> Response:
    """The problem in the caller's form, with `Retry-After` where it says when to try again."""
    status = int(problem["status"])
    extra = dict(headers or {})
    if "retry_after" in problem:
        extra["Retry-After"] = str(problem.pop("retry_after"))
    if is_api(request):
        return JSONResponse(
            problem, status_code=status, media_type="application/problem+json", headers=extra
        )
    response = page(request, "errors/error.html", status=status, problem=problem)
    response.headers.update(extra)
    return response


def is_api(request: Request) -> bool:
    """Whether the caller speaks JSON: the API, and the health and key addresses."""
    return request.url.path.startswith(("/api/", "/.well-known/", "/healthz", "/readyz"))


def _request_id(request: Request) -> str:
    return str(request.state.request_id)
