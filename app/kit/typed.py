"""What was typed, before it is a command: a form's fields in order, then in the command's shape.

Fields are flat texts: `contacts.0.phone` becomes a row of a list. A blank becomes None where the
command allows None, and is absent elsewhere. Names that begin with `_` are the frame's own.
"""

from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from app.clock import SHANGHAI
from app.errors import Invalid, TooLarge
from app.kit import schemas
from app.kit.files import Upload
from app.money import Money

Typed = list[tuple[str, str | Upload]]
MAX_UPLOAD_BYTES = 20 * 1024 * 1024
_SEVERAL = (list, tuple, frozenset, set)


async def typed_form(request: Request) -> Typed:
    """All fields of the posted form in order, files as bytes; read once per request."""
    if not hasattr(request.state, "typed"):
        typed: Typed = []
        async with request.form(max_fields=2000, max_part_size=4 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    typed.extend(await _upload(name, value))
                else:
                    typed.append((name, value))
        request.state.typed = typed
    found: Typed = request.state.typed
    return found


async def _upload(name: str, file: UploadFile) -> list[tuple[str, Upload]]:
    data = await file.read(MAX_UPLOAD_BYTES + 1)
    if len(data) > MAX_UPLOAD_BYTES:
        raise TooLarge("单个文件不超过 20 MB", limit=MAX_UPLOAD_BYTES)
    return [(name, Upload(file.filename, data))] if file.filename else []


def texts_of(value: object) -> list[str]:
    """A value as somebody would have typed it; none for None and False."""
    if value is None:
        return []
    if isinstance(value, _SEVERAL):
        return [item for one in value for item in texts_of(one)]
    if isinstance(value, bool):
        return ["true"] if value else []
    if isinstance(value, datetime):
        return [value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")]
    if isinstance(value, Money):
        return [value.yuan]
    return [str(value)]


def in_shape_of(model: type[BaseModel], typed: Typed) -> dict[str, Any]:
    """The fields as a document that the model can validate."""
    tree: dict[str, Any] = {}
    for name, value in typed:
        if name.startswith("_"):
            continue
        *parents, last = name.split(".")
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise Invalid.at("/" + name.replace(".", "/"), "form", "表单字段重复")
        place.setdefault(last, []).append(value)
    return _shaped(model, tree)


def _shaped(model: type[BaseModel], tree: Mapping[str, Any]) -> dict[str, Any]:
    shaped: dict[str, Any] = {}
    for name, value in tree.items():
        known = model.model_fields.get(name)
        annotation = known.annotation if known is not None else None
        if isinstance(value, dict):
            shaped[name] = _group(annotation, value)
            continue
        given = [item for item in value if item != ""]
        if _takes_several(annotation):
            shaped[name] = given
        elif given:
            shaped[name] = given[-1]
        elif NoneType in getattr(annotation, "__args__", ()):
            shaped[name] = None
    return shaped


def _group(annotation: Any, group: dict[str, Any]) -> Any:
    """A nested command, or the rows of a list of them without the blank ones at its end."""
    inner = schemas.inner_model(annotation)
    if inner is None:
        return group
    if not all(key.isdigit() for key in group):
        return _shaped(inner, group)
    rows = [group[key] for key in sorted(group, key=int)]
    while rows and not _filled(rows[-1]):
        rows.pop()
    return [_shaped(inner, row) for row in rows]


def _takes_several(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    if origin in _SEVERAL:
        return True
    inner = [part for part in getattr(annotation, "__args__", ()) if part is not NoneType]
    return origin is not None and len(inner) == 1 and _takes_several(inner[0])


def _filled(row: Any) -> bool:
    return not isinstance(row, dict) or any(
        any(item != "" for item in value) if isinstance(value, list) else _filled(value)
        for value in row.values()
    )
