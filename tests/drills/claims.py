"""Claims by HTTP: many clients of rival districts, each claim retried under its own key."""

import asyncio
import random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, Self

import httpx2
from stdnum.cn import uscc

PDF = ("来函.pdf", b"%PDF-1.4", "application/pdf")
WORDS = "川江岭岳松柏云岚峰泉溪谷金铜玉瓷锦绣宏达启明远航新锐恒泰嘉禾青禾瑞祥"
TAKEN = ("/problems/first-talk-conflict", "/problems/conflict")
_requests = count(1)


@dataclass(frozen=True)
class Rival:
    """A district's system: its key, and a file that it has uploaded as evidence."""

    district: str
    key: str
    file: str


@dataclass(frozen=True)
class Subject:
    """What is claimed."""

    name: str
    uscc: str
    if_taken: str
    bare: bool = False

    @classmethod
    def number(cls, n: int, if_taken: str, *, bare: bool = False) -> "Subject":
        """The n-th: a name unlike the others', a code of 苏州虎丘; `bare` claims nothing."""
        words = random.Random(n)  # noqa: S311 - names, the same in every run
        name = "".join(words.sample(WORDS, 6))
        head = f"91320505{n:09d}"
        return cls(f"{name}公司", head + uscc.calc_check_digit(head), if_taken, bare)

    def claim(self) -> dict[str, Any]:
        """What is claimed, by whomever."""
        return {
            "name": self.name,
            "uscc": self.uscc,
            "source": "outbound_visit",
            "planned_investment": "300000000.00",
            "first_talked_on": "2026-02-27",
            "scope": {"division": "37", "line": self.name[:4]},
            "if_taken": self.if_taken,
        }

    def body(self, rival: Rival) -> dict[str, Any]:
        """The claim of a rival."""
        if self.bare:
            return {"name": self.name, "uscc": self.uscc, "source": "expo"}
        return {
            **self.claim(),
            "evidence": [{"kind": "investor_letter", "file": rival.file}],
        }


@dataclass(frozen=True)
class Answer:
    """A claim and what came of it; `status` 0 when the connection broke."""

    rival: Rival
    subject: Subject
    key: str
    status: int
    body: dict[str, Any]
    replayed: bool = False

    @property
    def state(self) -> str:
        """What became of the claim, or the problem."""
        right = self.body.get("right")
        return str(right["state"]["code"] if right else self.body.get("type", self.status))

    @property
    def won(self) -> bool:
        """Whether the claim keeps the others out."""
        return self.status == 201 and self.state in ("submitted", "identity_check")

    @property
    def lost(self) -> bool:
        """Whether it was told that somebody else has it, or stands in the queue."""
        return self.state in (*TAKEN, "queued")


class Crowd:
    """All clients together, on so many connections."""

    def __init__(self, base: str, clients: int) -> None:
        limits = httpx2.Limits(
            max_connections=clients,
            max_keepalive_connections=clients,
            keepalive_expiry=2,  # before the server closes an idle connection, after 5 s
        )
        self.base, self.clients = base, clients
        self.http = httpx2.AsyncClient(limits=limits, timeout=120)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def rivals(self, keys: dict[str, str]) -> list[Rival]:
        """The districts, each with its file uploaded."""
        found = []
        for district, key in keys.items():
            answer = await self.http.post(
                f"{self.base}/files", headers=_headers(key, new_key()), files={"file": PDF}
            )
            answer.raise_for_status()
            found.append(Rival(district, key, answer.json()["id"]))
        return found

    async def claim(self, rival: Rival, subject: Subject, key: str = "") -> Answer:
        """One claim; the same `key` makes it a retry."""
        key = key or new_key()
        try:
            answer = await self.http.post(
                f"{self.base}/leads", headers=_headers(rival.key, key), json=subject.body(rival)
            )
            replayed = "idempotency-replayed" in answer.headers
            return Answer(rival, subject, key, answer.status_code, answer.json(), replayed)
        except (httpx2.TransportError, ValueError):
            return Answer(rival, subject, key, 0, {})

    async def again(self, answer: Answer) -> Answer:
        """The same request once more."""
        return await self.claim(answer.rival, answer.subject, answer.key)

    async def all(self, wanted: Iterable[tuple[Rival, Subject, str]]) -> list[Answer]:
        """Claims at once, as many as there are connections."""
        return list(await asyncio.gather(*(self.claim(*each) for each in wanted)))

    async def persist(self, answer: Answer, status: int = 503) -> Answer:
        """Retry while the server is busy, as its callers are told to."""
        for _ in range(50):
            if answer.status != status:
                break
            await asyncio.sleep(0.1)
            answer = await self.again(answer)
        return answer


def new_key() -> str:
    """A fresh Idempotency-Key."""
    return f"drill-{next(_requests)}-{uuid.uuid4().hex[:8]}"


def _headers(key: str, idempotency_key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}
