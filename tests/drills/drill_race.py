"""R1: many clients claim one subject at once, round after round: one winner each, no more.

    python3 -m app bench race [--clients 64] [--rounds 500] [--database sqlite]
    python3 -m app bench race --rounds 20 --break            must fail

Real servers: one process on SQLite, two workers on PostgreSQL. Rounds take turns between
`if_taken` refuse (losers 409) and queue (the first of each other district queues), and between an
enterprise that is new and one that the directory knows. In each round one request has a twin on
the wire under the same key, and one that won and one that lost are repeated: they must get the
same answer. `--break` leaves out the unique index and, on PostgreSQL, the lock of the subject, on
SQLite, where claims take turns anyhow, the look at who blocks.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text

from app.kit.work import Office
from tests.drills import findings, frame
from tests.drills.claims import Answer, Crowd, Rival, Subject, new_key
from tests.drills.site import Site, keys, scratch

Tally = Counter[str]


def drill(site: Site, clients: int, rounds: int) -> tuple[list[str], Tally]:
    """Run the rounds against the site's server; what is wrong, and how often each answer came."""
    with site.office() as office:
        if site.breaks:
            unguarded(office)
        issued = keys(office)
    with site.running():
        wrong, tally = asyncio.run(_rounds(site.base, issued, clients, rounds))
    with site.office() as office:
        return wrong + findings.faults(office), tally


def unguarded(office: Office) -> None:
    """Take the last judge away."""
    with office.engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_first_talk_right_live"))


async def _rounds(
    base: str, issued: dict[str, str], clients: int, rounds: int
) -> tuple[list[str], Tally]:
    wrong, tally = list[str](), Tally()
    async with Crowd(base, clients) as crowd:
        rivals = await crowd.rivals(issued)
        for n in range(1, rounds + 1):
            subject = Subject.number(n, "refuse" if n % 2 else "queue")
            if n % 4 < 2:
                await crowd.claim(rivals[0], replace(subject, bare=True))
            faults = await _round(crowd, rivals, subject, tally)
            wrong += [f"round {n}: {fault}" for fault in faults]
    return wrong, tally


async def _round(
    crowd: Crowd, rivals: Sequence[Rival], subject: Subject, tally: Tally
) -> list[str]:
    wanted = [(rivals[i % len(rivals)], subject, new_key()) for i in range(crowd.clients)]
    random.shuffle(wanted)
    twin, first, *others = await crowd.all([wanted[0], *wanted])
    answers = [await crowd.persist(first), *others]
    tally.update(answer.state for answer in answers)
    winners = [one for one in answers if one.won]
    losers = [one for one in answers if one.lost]
    faults = [f"answered {one.status} {one.state}" for one in answers if not (one.won or one.lost)]
    if len(winners) != 1:
        faults.append(f"{len(winners)} winners")
    if not _alike(answers[0], await crowd.persist(twin)):
        faults.append("a twin was answered otherwise")
    retried = [(one, await crowd.again(one)) for one in (*winners[:1], *losers[-1:])]
    if not all(_alike(*pair) for pair in retried):
        faults.append("a retry was answered otherwise")
    return faults


def _alike(one: Answer, other: Answer) -> bool:
    """The same answer word for word; of a refusal, which is judged anew, the same problem."""
    same = one.body == other.body if one.status == 201 else one.state == other.state
    return one.status == other.status and same


def main() -> None:
    """Both databases, or the one that was named."""
    asked = frame.options(__doc__, clients=64, rounds=500)

    def on(database: str) -> tuple[list[str], Tally]:
        broken = ("lock", "look")[database == "sqlite"]
        with scratch(database) as settings:
            workers = 1 if database == "sqlite" else 2
            site = Site(settings, workers, breaks=(broken,) if asked.broken else ())
            return drill(site, asked.clients, asked.rounds)

    frame.conduct(asked.database, on)


if __name__ == "__main__":
    main()
