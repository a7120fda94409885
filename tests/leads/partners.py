"""A partner's system, and what it sends to claim."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from starlette.testclient import TestClient

CODE, QINZE = "91610131MA6TX8AB35", "西安秦泽航空零部件有限公司"
LETTER = b"%PDF-1.4 letter"

_keys: Iterator[int] = count(1)


class Partner:
    """A partner's system: its key in every call, a fresh Idempotency-Key in every POST."""

    def __init__(self, browser: TestClient, key: str) -> None:
        self.browser = browser
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str, **query: object) -> Any:
        return self.browser.get(f"/api/v1{path}", headers=self.headers, params=query)

    def send(self, method: str, path: str, body: object, **headers: str) -> Any:
        return self.browser.request(
            method, f"/api/v1{path}", json=body, headers={**self.headers, **headers}
        )

    def post(self, path: str, body: object, version: int | None = None, **headers: str) -> Any:
        fresh = {"Idempotency-Key": f"test-key-{next(_keys)}"}
        if version is not None:
            fresh["If-Match"] = f'"v{version}"'
        return self.send("POST", path, body, **{**fresh, **headers})


def claim(file: str = "") -> dict[str, object]:
    return {
        "name": QINZE,
        "uscc": CODE,
        "source": "outbound_visit",
        "planned_investment": "300000000.00",
        "first_talked_on": "2026-02-27",
        "scope": {"division": "37", "line": "航空零部件"},
        "evidence": [{"kind": "investor_letter", "file": file}],
        "if_taken": "refuse",
    }


def uploaded(partner: Partner) -> str:
    """The id of a file that the partner has just sent."""
    answer = partner.browser.post(
        "/api/v1/files",
        headers={**partner.headers, "Idempotency-Key": f"test-file-{next(_keys)}"},
        files={"file": ("证明.pdf", LETTER)},
    )
    id: str = answer.json()["id"]
    return id
