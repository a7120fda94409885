"""R2: the race across the instant at which a right ends, and with the server's clock put wrong.

    python3 -m app bench lapse-race [--clients 64] [--rounds 500] [--database sqlite]
    python3 -m app bench lapse-race --rounds 96 --break      must fail

Rights end in batches of eight subjects at one midnight; all clients claim all eight while the clock
passes it. In every third batch the clock then goes back an hour, in every third it goes forward an
hour and back; whoever is told 503 `clock-untrusted`, or that somebody else has it, tries once more
when the clock is right again. One subject of two is claimed with `if_taken=queue`. `--break` lets
the ledger take any time.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.clock import system_clock
from app.first_talk.models import Phase
from app.first_talk.policies import Evidence
from app.first_talk.rights import State
from app.first_talk.schemas import EvidenceItem
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import service as leads
from app.leads.schemas import LogLead
from app.main import make_office
from tests.builders import CITY, FrozenClock, person
from tests.drills import findings, frame
from tests.drills.claims import PDF, Answer, Crowd, Rival, Subject, new_key
from tests.drills.site import RIVALS, Site, keys, scratch
from tests.first_talk import claims as filings

BATCH = 8
HOLDER = RIVALS[-1]
BUSY = "/problems/busy"
UNTRUSTED = "/problems/clock-untrusted"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
Tally = Counter[str]


@dataclass(frozen=True)
class Batch:
    """Subjects whose rights end at one midnight, and how the clock is put after it, step by step.

    Each step is made when that share of the claims has been answered.
    """

    end: datetime
    subjects: list[Subject]
    steps: tuple[tuple[float, timedelta], ...]
    settled: timedelta


PLAIN = ((0.3, timedelta()),), MINUTE
BACK = ((0.2, timedelta()), (0.5, -HOUR)), MINUTE
FORTH = ((0.2, timedelta()), (0.4, HOUR), (0.6, MINUTE)), HOUR + MINUTE


@dataclass(frozen=True)
class SteppedClock:
    """The clock of the server: a file with the seconds that it is off."""

    file: Path

    def set(self, now: datetime) -> None:
        """Put it to an instant; it runs on from there."""
        draft = self.file.with_suffix(".new")
        draft.write_text(str((now - system_clock()).total_seconds()))
        draft.replace(self.file)


def drill(site: Site, clients: int, rounds: int, batch: int = BATCH) -> tuple[list[str], Tally]:
    """Prepare the rights, then let them end; what is wrong, and how often each answer came."""
    frozen, clock = FrozenClock(), SteppedClock(site.settings.data / "clock")
    site.clock = clock.file
    office = make_office(site.settings, frozen)
    issued = {code: key for code, key in keys(office).items() if code != HOLDER}
    batches = prepared(office, frozen, -(-rounds // batch), batch)
    office.engine.dispose()
    clock.set(batches[0].end - HOUR)
    with site.running():
        wrong, tally = asyncio.run(_batches(site.base, issued, clients, batches, clock))
    with site.office() as office:
        return wrong + findings.faults(office), tally


def prepared(office: Office, clock: FrozenClock, wanted: int, batch: int) -> list[Batch]:
    """Rights of one district, a day's filings ending at one midnight."""
    holder = person(office, "holder", Role.OFFICER, district=HOLDER)
    registrar = person(office, "registrar", Role.COORDINATOR, district=CITY)
    ends: dict[datetime, list[Subject]] = {}
    n = 0
    while len(ends) < wanted:
        subjects = [Subject.number(n + i, ("refuse", "queue")[i % 2]) for i in range(batch)]
        n += batch
        found = {_granted(office, holder, registrar, subject) for subject in subjects}
        ends[found.pop()] = subjects
        clock.tick(days=1)
    kinds = (PLAIN, BACK, FORTH)
    return [Batch(end, ends[end], *kinds[i % 3]) for i, end in enumerate(sorted(ends))]


def _granted(office: Office, holder: Actor, registrar: Actor, subject: Subject) -> datetime:
    """A right on the subject that only time ends; when."""
    upload = Upload(*PDF[:2])
    with office.open(holder) as work:
        evidence = [EvidenceItem(kind=Evidence.INVESTOR_LETTER, file=upload)]
        claim = LogLead.model_validate({**subject.claim(), "evidence": evidence})
        right = leads.log_lead(work, claim).right
    filings.agree(office, registrar, right.id)
    with office.open(reads=True) as work:
        ends = select(Phase.starts_at).where(
            Phase.right_id == right.id, Phase.state == State.EXPIRED
        )
        return work.session.scalars(ends).one()


async def _batches(
    base: str, issued: dict[str, str], clients: int, batches: list[Batch], clock: SteppedClock
) -> tuple[list[str], Tally]:
    wrong, tally = list[str](), Tally()
    async with Crowd(base, clients) as crowd:
        rivals = await crowd.rivals(issued)
        for batch in batches:
            wrong += await _batch(crowd, rivals, batch, clock, tally)
    return wrong, tally


async def _batch(
    crowd: Crowd, rivals: Sequence[Rival], batch: Batch, clock: SteppedClock, tally: Tally
) -> list[str]:
    clock.set(batch.end - MINUTE)
    wanted = [
        (rivals[i % len(rivals)], subject, new_key())
        for subject in batch.subjects
        for i in range(crowd.clients)
    ]
    random.shuffle(wanted)
    claims = [asyncio.create_task(_claim(crowd, *each)) for each in wanted]
    for share, step in batch.steps:
        while sum(claim.done() for claim in claims) < share * len(claims):
            await asyncio.sleep(0.01)
        clock.set(batch.end + step)
    answers = list(await asyncio.gather(*claims))
    tally.update(answer.state for answer in answers)
    clock.set(batch.end + batch.settled)
    refused = [(one.rival, one.subject, one.key) for one in answers if one.state == UNTRUSTED]
    anew = [(rival, subject, new_key()) for subject in batch.subjects for rival in rivals]
    later = list(await asyncio.gather(*(_claim(crowd, *each) for each in [*refused, *anew])))
    return [*_odd(answers, later), *_unfair(batch, [*answers, *later])]


async def _claim(crowd: Crowd, rival: Rival, subject: Subject, key: str) -> Answer:
    """A claim, sent again while the server has a lock to wait for: so its callers are told."""
    answer = await crowd.claim(rival, subject, key)
    for _ in range(100):
        if answer.state != BUSY:
            break
        await asyncio.sleep(0.1)
        answer = await crowd.again(answer)
    return answer


def _odd(answers: Iterable[Answer], later: Iterable[Answer]) -> list[str]:
    """Answers that nobody should get: of 503 only the clock's, and none once it is right again."""
    fair = [one.won or one.lost or one.state in ("rejected", UNTRUSTED) for one in answers]
    settled = [one.won or one.lost or one.state == "rejected" for one in later]
    every = zip([*answers, *later], [*fair, *settled], strict=True)
    return [f"{one.subject.name}: {one.status} {one.state}" for one, good in every if not good]


def _unfair(batch: Batch, answers: Sequence[Answer]) -> list[str]:
    """Subjects without exactly one winner, or won before the former right's end."""
    faults = []
    for subject in batch.subjects:
        winners = [one for one in answers if one.subject == subject and one.won]
        if len({one.body["id"] for one in winners}) != 1:
            faults.append(f"{subject.name}: {len(winners)} winners")
        early = [one for one in winners if _at(one) < batch.end]
        faults += [f"{subject.name}: won at {_at(one)}, before the end" for one in early]
    return faults


def _at(answer: Answer) -> datetime:
    return datetime.fromisoformat(answer.body["receipt"]["at"])


def main() -> None:
    """Both databases, or the one that was named."""
    asked = frame.options(__doc__, clients=64, rounds=500)

    def on(database: str) -> tuple[list[str], Tally]:
        with scratch(database) as settings:
            workers = 1 if database == "sqlite" else 2
            site = Site(settings, workers, breaks=("clock",) if asked.broken else ())
            return drill(site, asked.clients, asked.rounds)

    frame.conduct(asked.database, on)


if __name__ == "__main__":
    main()
