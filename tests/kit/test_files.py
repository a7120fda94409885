"""Files by API: one at a time, the same answer to the same key, gone when nobody links them."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app.kit import files
from app.kit.files import StoredFile, Upload
from app.kit.work import Office, Role
from tests.builders import FrozenClock, partner_key, person

Clients = Callable[..., TestClient]
PDF = ("考察纪要.pdf", b"%PDF-1.7 minutes", "application/pdf")


def sent(browser: TestClient, key: str, idempotency: str, *, data: object = PDF):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency}
    return browser.post("/api/v1/files", headers=headers, files={"file": data})


def test_a_file_is_taken_in_once_however_often_it_is_sent(office: Office, client: Clients) -> None:
    browser, key = client(), partner_key(office, "lead:write")
    first, again = sent(browser, key, "key-00001"), sent(browser, key, "key-00001")
    assert (first.status_code, first.json()["name"]) == (201, "考察纪要.pdf")
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = sent(browser, key, "key-00001", data=("b.pdf", b"%PDF-1.7 other", "application/pdf"))
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")


def test_what_is_no_such_file_is_refused(office: Office, client: Clients) -> None:
    browser, key = client(), partner_key(office, "lead:write")
    disguised = sent(browser, key, "key-00002", data=("a.pdf", b"MZ", "application/pdf"))
    assert (disguised.status_code, disguised.json()["type"]) == (415, "/problems/unsupported-media")
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "key-00003"}
    nothing = browser.post("/api/v1/files", headers=headers, files={"note": (None, "x")})
    assert (nothing.status_code, nothing.json()["errors"][0]["pointer"]) == (422, "/file")


def test_a_file_over_the_limit_is_refused(office: Office, client: Clients) -> None:
    browser, key = client(), partner_key(office, "lead:write")
    big = ("big.pdf", b"%PDF-" + bytes(20 * 1024 * 1024), "application/pdf")
    assert sent(browser, key, "key-00004", data=big).status_code == 413


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_unlinked_file_is_gone_after_a_day_a_linked_one_stays(
    office: Office, clock: FrozenClock
) -> None:
    actor = person(office, "zhou", Role.OFFICER)
    with office.open(actor) as work:
        unlinked = files.upload(work, Upload("a.pdf", b"%PDF-1 a"))
        linked = files.linkable(work, Upload("b.pdf", b"%PDF-1 b")).id
        twin = files.upload(work, Upload("c.pdf", b"%PDF-1 b"))
    clock.tick(hours=23)
    with office.open() as work:
        assert files.drop_unlinked(work) == 0
    clock.tick(hours=2)
    with office.open() as work:
        assert files.drop_unlinked(work) == 2
    with office.open(actor, reads=True) as work:
        left = work.session.scalars(select(StoredFile)).all()
        assert [file.id for file in left] == [linked]
        assert files.content(work, left[0]) == b"%PDF-1 b"
    assert {unlinked.id, twin.id}.isdisjoint({linked})
