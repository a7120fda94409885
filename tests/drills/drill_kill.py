"""R3: the server is killed at random points under write load, again and again.

    python3 -m app bench kill [--clients 8] [--rounds 200] [--database sqlite]
    python3 -m app bench kill --rounds 20 --break            must fail

Clients log leads without a pause, every second one with a claim; after a random while SIGKILL ends
the server and its workers. After each kill what was answered is there, word for word. After the
next start what was broken off is sent again under its key, and has one effect. In the end both
chains are followed and nothing may be half done. `--break` answers before the commit.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count

from sqlalchemy import func, select

from app.first_talk.ledger_models import Receipt
from app.kit.work import Office
from app.leads.models import Lead
from tests.drills import findings, frame
from tests.drills.claims import Answer, Crowd, Rival, Subject
from tests.drills.site import Site, keys, scratch

LONGEST = 1.5
"""Seconds of load before a kill, at the most, from the first answer on."""
Tally = Counter[str]


def drill(site: Site, clients: int, rounds: int) -> tuple[list[str], Tally]:
    """Kill so often; what is wrong, and how many requests were answered, broken off, refused."""
    with site.office() as office:
        issued = keys(office)
    site.start()
    rivals = asyncio.run(_rivals(site, issued))
    wrong: list[str] = []
    tally: Tally = Counter(killed=rounds)
    broken: list[Answer] = []
    numbers = count(1)
    for n in range(rounds):
        if n:
            site.start()
        again, answers = asyncio.run(_life(site, rivals, broken, clients, numbers))
        broken = [one for one in answers if one.status == 0]
        with site.office() as office:
            wrong += [f"kill {n + 1}: {fault}" for fault in _lost(office, [*again, *answers])]
        tally.update(_word(one) for one in answers)
    with site.running():
        again = asyncio.run(_again(site, broken, clients))
    with site.office() as office:
        return [*wrong, *_lost(office, again), *findings.faults(office)], tally


async def _rivals(site: Site, issued: dict[str, str]) -> list[Rival]:
    async with Crowd(site.base, 1) as crowd:
        return await crowd.rivals(issued)


async def _life(
    site: Site, rivals: list[Rival], broken: list[Answer], clients: int, numbers: Iterator[int]
) -> tuple[list[Answer], list[Answer]]:
    """From a start to the next kill: what was broken off before is sent again, then the load."""
    again = await _again(site, broken, clients)
    under_way = asyncio.Event()
    async with Crowd(site.base, clients) as crowd:
        load = [
            asyncio.create_task(_client(crowd, rivals[i % len(rivals)], numbers, under_way))
            for i in range(clients)
        ]
        await under_way.wait()
        await asyncio.sleep(random.uniform(0, LONGEST))  # noqa: S311 - any instant will do
        site.kill()
        return again, [answer for answers in await asyncio.gather(*load) for answer in answers]


async def _client(
    crowd: Crowd, rival: Rival, numbers: Iterator[int], under_way: asyncio.Event
) -> list[Answer]:
    """Lead after lead until the connection breaks."""
    answers: list[Answer] = []
    while not answers or answers[-1].status:
        n = next(numbers)
        answers.append(await crowd.claim(rival, Subject.number(n, "queue", bare=n % 2 == 0)))
        under_way.set()
    return answers


async def _again(site: Site, broken: Iterable[Answer], clients: int) -> list[Answer]:
    """The same requests under the same keys; a twin that still hangs makes them wait."""
    async with Crowd(site.base, clients) as crowd:
        answers = await asyncio.gather(*(crowd.again(one) for one in broken))
        return [await crowd.persist(answer) for answer in answers]


def _word(answer: Answer) -> str:
    return {0: "broken off", 201: "answered"}.get(answer.status, f"{answer.status}")


def _lost(office: Office, answers: Iterable[Answer]) -> Iterator[str]:
    """Answers that the database does not bear out."""
    with office.open(reads=True) as work:
        for one in answers:
            named = select(func.count()).select_from(Lead).where(Lead.name == one.subject.name)
            found = work.session.scalar(named) or 0
            if one.status == 201:
                receipt = work.session.get(Receipt, one.body["receipt"]["seq"])
                if found != 1 or receipt is None:
                    yield f"{one.body['receipt']['number']} was answered and is lost"
                elif f"sha256:{receipt.digest}" != one.body["receipt"]["digest"]:
                    yield f"{receipt.number} is another than was answered"
            elif one.status == 0 and found > 1:
                yield f"{one.subject.name} was logged {found} times"
            elif one.status != 0:
                yield f"{one.subject.name}: {one.status} {one.state}"


def main() -> None:
    """Both databases, or the one that was named."""
    asked = frame.options(__doc__, clients=8, rounds=200)

    def on(database: str) -> tuple[list[str], Tally]:
        with scratch(database) as settings:
            workers = 1 if database == "sqlite" else 2
            site = Site(settings, workers, breaks=("early",) if asked.broken else ())
            return drill(site, asked.clients, asked.rounds)

    frame.conduct(asked.database, on)


if __name__ == "__main__":
    main()
