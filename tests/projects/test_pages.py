"""The pages of projects as people use them."""

import html
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from tests.builders import person
from tests.projects import support

Client = Callable[..., TestClient]


@pytest.fixture
def head(office: Office) -> Actor:
    return person(office, "head", Role.UNIT_HEAD)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))


def version_in(page: str) -> str:
    return re.findall(r'name="_version" value="(\d+)"', page)[0]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/edit",
        "/gates/signed",
        "/move?to=pre_signing",
        "/status?to=on_hold",
        "/status?to=dropped",
        "/status?to=transferred",
        "/progress",
        "/talk",
        "/identifiers",
        "/commitments",
        "/needs",
    ],
)
def test_every_page_of_a_project_opens(office: Office, client: Client, head: Actor, path: str):
    project = support.opened(office, head)
    answer = client(head).get(f"/projects/{project.id}{path}")
    assert answer.status_code == 200, text_of(answer.text)
    assert project.name in answer.text


@pytest.mark.parametrize(
    "path", ["", "/shared", "/new?entry=candidate", "/new?entry=back_entry", "?status=active&q=x"]
)
def test_lists_and_entry_forms_open(office: Office, client: Client, head: Actor, path: str):
    support.opened(office, head)
    answer = client(head).get(f"/projects{path}")
    assert answer.status_code == 200, text_of(answer.text)
