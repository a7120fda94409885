"""The description of the API, completed with what the framework cannot see.

Whom an operation admits, the scope that a key needs, the headers it insists on, and every problem
that it can answer with (RFC 9457).
"""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI

from app.errors import DomainError
from app.kit.work import Role

Document = dict[str, Any]
PROBLEM: Document = {
    "type": "object",
    "title": "问题",
    "description": "RFC 9457；`detail` 与 `message` 为中文，`type` 与 `code` 不变。",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "description": "问题类型，如 /problems/not-found"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "请求编号，日志中也有"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON 指针"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
FILE: Document = {
    "type": "string",
    "title": "文件",
    "description": "POST /files 返回的编号（fil_…）",
}
SIGNED_IN: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
SECURITY: Document = {
    "key": {"type": "http", "scheme": "bearer", "description": "接口密钥，按单位发放"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "tongzhao_session",
        "description": "登录会话",
    },
}
REPEATABLE = "可重试：同一 Idempotency-Key 与同样的内容得到同一应答（Idempotency-Replayed: true）。"


def asked(endpoint: Callable[..., Any]) -> Document:
    """What the use cases that an endpoint calls ask of the caller, as members of its operation."""
    acts = list(_use_cases(endpoint))
    if any(Role.VISITOR in act.roles for act in acts):
        return {"security": []}
    scopes = sorted({act.scope for act in acts if act.scope})
    found: Document = {"x-required-scope": " ".join(scopes)} if scopes else {}
    if any(act.binding for act in acts):
        found["x-person-only"] = True
    return found


def _use_cases(endpoint: Callable[..., Any]) -> Iterator[Any]:
    """The use cases among the functions of modules that the endpoint names."""
    inner = inspect.unwrap(endpoint)
    names = inner.__code__.co_names
    for module in (inner.__globals__.get(name) for name in names):
        for function in (getattr(module, name, None) for name in names):
            if inspect.ismodule(module) and hasattr(function, "act"):
                yield function


def document(app: FastAPI) -> Document:
    """The whole API as OpenAPI 3.1; made once, then kept by the application."""
    if app.openapi_schema is None:
        _complete(app.openapi())
    return app.openapi()


def _complete(made: Document) -> None:
    parts = made["components"]
    parts["schemas"] |= {"Problem": PROBLEM, "Upload": FILE}
    parts["securitySchemes"] = SECURITY
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    made["security"] = SIGNED_IN
    for methods in made["paths"].values():
        for method, operation in methods.items():
            _headers(method, operation)
            answers = operation["responses"]
            answers.pop("422", None)
            for status in sorted(_statuses(method, operation)):
                answers[str(status)] = _problem(status)


def _headers(method: str, operation: Document) -> None:
    """A POST that changes something needs its key, one that only reads takes none."""
    asks = [one for one in operation.get("parameters", []) if one["in"] == "header"]
    for header in asks:
        if header["name"] == "If-Match":
            header.update(required=True, schema={"type": "string", "pattern": '^"v[0-9]{1,9}"$'})
        elif method == "post" and not operation.get("x-read-only"):
            short = {"type": "string", "minLength": 8, "maxLength": 120}
            header.update(required=True, schema=short, description=REPEATABLE)
        else:
            operation["parameters"].remove(header)


def _statuses(method: str, operation: Document) -> set[int]:
    """Which refusals can come: by what the operation takes and does."""
    headers = {one["name"] for one in operation.get("parameters", []) if one["in"] == "header"}
    has_body = "requestBody" in operation
    found = {400, 503}
    if operation.get("security") != []:
        found |= {401, 403}
    if operation.get("parameters") or has_body:
        found |= {404, 422}
    if has_body:
        found |= {413, 415}
    if method != "get":
        found |= {409}
    if method == "post":
        found |= {429}
    if headers:
        found |= {428}
    if "If-Match" in headers:
        found |= {412}
    return found


def _problem(status: int) -> Document:
    kinds = {kind.code: kind.title for kind in _kinds(DomainError) if kind.status == status}
    return {
        "description": "；".join(f"{code} {title}" for code, title in sorted(kinds.items())),
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        },
    }


def _kinds(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)
