"""The API as lines of text: what each operation takes and gives, to compare it with a later one.

    python -m tests.exchange.contract        writes api_v1.txt anew, after a change that only adds

`POST /api/v1/leads < LogLead` takes a LogLead, `< query:q` a parameter, `> LoggedLead` gives one;
`LogLead < name!` must have a name, `LogLead < scope Scope` may have a scope; `!` marks a must.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("api_v1.txt")
Document = dict[str, Any]


def lines(document: Document) -> list[str]:
    """Every operation with its parameters, bodies and answers, and every field of these."""
    found: set[str] = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found |= set(_operation(document, f"{method.upper()} {path}", operation))
    return sorted(found)


def broken(before: list[str], after: list[str]) -> list[str]:
    """What a client of the former description would trip over: gone, or a must that was none."""
    still = {line.replace("!", "") for line in after}
    gone = [line for line in before if line.replace("!", "") not in still]
    known = {line.split(" < ")[0] for line in before}
    musts = [line for line in after if "!" in line and line.split(" < ")[0] in known]
    return [*gone, *(line for line in musts if line not in before)]


def _operation(document: Document, name: str, operation: Document) -> Iterator[str]:
    yield name
    for one in operation.get("parameters", []):
        yield f"{name} < {one['in']}:{one['name']}{'!' * one['required']}"
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield from _type(document, name, "<", media["schema"], set())
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            yield f"{name} > {status}"
            for media in answer.get("content", {}).values():
                yield from _type(document, name, ">", media["schema"], set())


def _type(
    document: Document, name: str, way: str, schema: Document, seen: set[str]
) -> Iterator[str]:
    """The types that a schema refers to, their fields, and its own fields where it has no name."""
    for kind in _names(schema):
        yield f"{name} {way} {kind}"
        if kind not in seen:
            seen.add(kind)
            yield from _fields(document, kind, way, document["components"]["schemas"][kind], seen)
    yield from _fields(document, name, way, schema, seen)


def _fields(
    document: Document, name: str, way: str, schema: Document, seen: set[str]
) -> Iterator[str]:
    for field, inner in schema.get("properties", {}).items():
        must = "!" * (way == "<" and field in schema.get("required", []))
        yield f"{name} {way} {field}{must}"
        yield from _type(document, f"{name}.{field}", way, inner, seen)


def _names(schema: Document) -> Iterator[str]:
    """The named types of a schema, also behind a list or a choice."""
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for part in (schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, dict):
            yield from _names(part)
    for part in (*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])):
        yield from _names(part)


if __name__ == "__main__":
    from app.kit import openapi
    from app.main import create_app
    from app.settings import Settings

    KEPT.write_text("\n".join(lines(openapi.document(create_app(Settings())))) + "\n")
