"""The description of the API: complete, true, and never taken back."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.kit import openapi
from app.main import create_app
from app.settings import Settings
from tests.exchange import contract

Operation = tuple[str, dict[str, Any]]
WITHOUT_SCOPE = {
    "GET /api/v1/me",
    "GET /api/v1/districts",
    "GET /api/v1/parks",
    "GET /api/v1/codes/{name}",
    "GET /api/v1/policies",
    "GET /api/v1/stages",
    "POST /api/v1/ledger:verify",
}
"""What every signed-in caller may ask, whatever its key is good for."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The description that a fresh application gives."""
    folder = tmp_path_factory.mktemp("described")
    return openapi.document(create_app(Settings(data=folder)))


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation with its method and address."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_operation_says_in_chinese_what_it_does(document: dict[str, Any]):
    silent = [
        name for name, one in operations(document) if not re.search("[一-鿿]", one["summary"])
    ]
    assert silent == []


def test_every_operation_names_its_scope_or_is_open(document: dict[str, Any]):
    unsaid = {
        name
        for name, one in operations(document)
        if "x-required-scope" not in one and one.get("security") != []
    }
    assert unsaid == WITHOUT_SCOPE
    scopes = dict(operations(document))
    assert scopes["POST /api/v1/leads"]["x-required-scope"] == "lead:write"
    assert scopes["POST /api/v1/first-talk-rights:check"]["x-required-scope"] == "first_talk:check"
    assert scopes["POST /api/v1/cases/{id}:rule"]["x-person-only"] is True


def test_what_changes_something_asks_for_a_key_what_it_changes_for_its_version(
    document: dict[str, Any],
):
    for name, one in operations(document):
        headers = {
            each["name"]: each["required"]
            for each in one.get("parameters", [])
            if each["in"] == "header"
        }
        changes = name.startswith("POST") and not one.get("x-read-only")
        assert headers.get("Idempotency-Key", False) is changes, name
        if name.startswith(("PATCH", "DELETE")):
            assert headers.get("If-Match") is True, name


def test_every_refusal_is_a_problem_and_every_answer_has_its_form(document: dict[str, Any]):
    for name, one in operations(document):
        for status, answer in one["responses"].items():
            kinds = list(answer.get("content", {}))
            if status.startswith("2"):
                assert status == "204" or kinds == ["application/json"], (name, status)
            else:
                assert kinds == ["application/problem+json"], (name, status)
                assert answer["description"], (name, status)


def test_what_partners_rely_on_is_still_there(document: dict[str, Any]):
    kept = contract.KEPT.read_text().splitlines()
    assert contract.broken(kept, contract.lines(document)) == []
    assert contract.lines(document) == kept, "run: python -m tests.exchange.contract"


def test_a_field_gone_and_a_field_asked_for_anew_would_be_noticed(document: dict[str, Any]):
    before = contract.lines(document)
    changed = copy.deepcopy(document)
    changed["components"]["schemas"]["LogLead"]["required"].append("uscc")
    del changed["components"]["schemas"]["LoggedLead"]["properties"]["receipt"]
    found = contract.broken(before, contract.lines(changed))
    assert "LogLead < uscc!" in found
    assert "LoggedLead > receipt" in found
    assert contract.broken(before, [*before, "GET /api/v1/new", "GET /api/v1/new < query:q!"]) == []
