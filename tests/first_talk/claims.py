"""Short ways to file, decide and read in tests of the register."""

from collections import Counter
from datetime import date, datetime, time

from app.clock import SHANGHAI
from app.enterprises import service as enterprises
from app.enterprises.schemas import Engage, LogInteraction, NamedEnterprise
from app.first_talk import lead_rights, register, service, subjects
from app.first_talk.models import Right
from app.first_talk.policies import Evidence
from app.first_talk.register_schemas import MoveView, RightFilter, RightPageView
from app.first_talk.rights import State
from app.first_talk.schemas import AddEvidence, Decide, EvidenceItem, FileClaim, Filed, RightView
from app.kit.files import Upload
from app.kit.work import Actor, Office
from app.money import Money
from tests.builders import FrozenClock

YI = 10_000_000_000
JIA = "91320505MA1MM6J912"  # a company of 苏州虎丘


def at(day: str, clock: str = "00:00:00") -> datetime:
    """An instant of 2026 in Shanghai: `at("03-02", "09:15:03.120")`."""
    return datetime.combine(on(day), time.fromisoformat(clock), SHANGHAI)


def on(day: str) -> date:
    """A day of 2026."""
    return date.fromisoformat(f"2026-{day}")


def proof(kind: Evidence, text: str = "") -> EvidenceItem:
    """A file of evidence, uploaded with the claim."""
    upload = Upload(f"{kind.label}.txt", (text or kind.label).encode())
    return EvidenceItem(kind=kind, file=upload, participants="张三；李四")


LETTER = proof(Evidence.INVESTOR_LETTER)
VISIT = proof(Evidence.VISIT_RECORD)
MINUTES = proof(Evidence.SIGNED_MINUTES)


def enterprise(office: Office, name: str = "甲公司", uscc: str | None = JIA) -> str:
    """The enterprise in the public directory; its id."""
    with office.open() as work:
        found = enterprises.find_or_add(
            work, NamedEnterprise(name=name, uscc=uscc, unregistered=uscc is None)
        )
        return found.id


def file(office: Office, actor: Actor, enterprise_id: str, **changes: object) -> Filed:
    """File a complete claim of 3亿 in 大类 26, with whatever the test changes."""
    with office.open(actor) as work:
        return service.file(work, claim(enterprise_id, actor, **changes))


def claim(enterprise_id: str, actor: Actor, **changes: object) -> FileClaim:
    """A complete claim."""
    values: dict[str, object] = {
        "lead_id": f"led_{actor.name}",
        "lead_name": "硝化棉项目",
        "enterprise_id": enterprise_id,
        "division": "26",
        "line": "硝化棉",
        "amount": Money(3 * YI),
        "first_talked_on": on("02-20"),
        "evidence": [LETTER],
        "if_taken": "queue",
    }
    return FileClaim(**(values | changes))


def complete(office: Office, actor: Actor, right: RightView, *evidence: EvidenceItem) -> Filed:
    """Add evidence to a claim that lacks it."""
    with office.open(actor) as work:
        return service.complete(work, right.id, None, AddEvidence(evidence=list(evidence)))


def agree(office: Office, registrar: Actor, id: str) -> RightView:
    """The registrar lets the claim into 公示."""
    with office.open(registrar) as work:
        return service.decide(work, id, None, Decide(agree=True))


def begin(office: Office, id: str) -> None:
    """A right that has begun runs from today: some first days no 公示 leads to."""
    with office.open() as work:
        docket, row = subjects.open_for(work, id, None)
        subjects.take(row, docket.standing(row).active(work.now, docket.calendar))
        subjects.close(docket)


def reject(office: Office, registrar: Actor, id: str) -> RightView:
    """The registrar does not register the claim."""
    command = Decide(agree=False, reason_code="evidence_untrue", reason="回访企业，未曾洽谈")
    with office.open(registrar) as work:
        return service.decide(work, id, None, command)


def read(office: Office, actor: Actor, id: str) -> RightView:
    """The right as a reader sees it now."""
    with office.open(actor, reads=True) as work:
        return register.right(work, id)


def listed(office: Office, actor: Actor, **asked: object) -> list[tuple[str, str]]:
    """District and state of every row that the register shows to a reader."""
    with office.open(actor, reads=True) as work:
        page = register.rights(work, RightFilter(**asked))
    return [(row.district.label, row.state.label) for row in page.items]


def page(office: Office, actor: Actor, id: str) -> RightPageView:
    """The page of a right as a reader sees it now."""
    with office.open(actor, reads=True) as work:
        return register.right_page(work, id)


def history(office: Office, actor: Actor, id: str) -> list[MoveView]:
    """The moves of a right, the newest first."""
    return page(office, actor, id).moves


def reportable(office: Office, actor: Actor, enterprise_id: str, lead_id: str = "") -> None:
    """Put the name of the actor's lead into the directory, so that talks can be logged on it."""
    with office.open(actor) as work:
        lead_id = lead_id or f"led_{actor.name}"
        enterprises.index_name(work, lead_id, "硝化棉项目", enterprise_id)


def engaged(office: Office, actor: Actor, enterprise_id: str, talked_on: date) -> None:
    """The actor's unit is in talks with the enterprise, without a claim."""
    about = {"about_id": f"led_{actor.name}", "enterprise_id": enterprise_id}
    terms = {"division": "26", "unit": actor.district_id, "status": "negotiating"}
    talk = {"kind": "talk", "happened_on": talked_on, "content": "谈了用地"}
    reportable(office, actor, enterprise_id)
    with office.open(actor) as work:
        enterprises.engage(work, Engage(**about, **terms, since=talked_on))
        enterprises.log_interaction(work, LogInteraction(**about, **talk))


def report(office: Office, clock: FrozenClock, actor: Actor, day: str, kind: str = "") -> RightView:
    """A line of news, or a substantive event, of 龙马潭区 on a day of 2026."""
    clock.set(at(day, "10:00:00"))
    return tell(office, actor, "led_longmatan", on(day), kind)


def tell(office: Office, actor: Actor, lead_id: str, day: date, kind: str = "") -> RightView:
    """A line of news on a lead, or a substantive event."""
    values: dict[str, object] = {"kind": "note"}
    if kind:
        values = {
            "kind": "visit",
            "substantive_kind": kind,
            "participants": "经外局",
            "counterparts": "企业总经理",
            "files": [Upload("记录.txt", "记录".encode())],
        }
    told = LogInteraction(about_id=lead_id, happened_on=day, content="进展", **values)
    with office.open(actor) as work:
        lead_rights.note_report(work, lead_id, enterprises.log_interaction(work, told))
        return lead_rights.right_of_lead(work, lead_id)


def states(office: Office) -> Counter[State]:
    """How many rights are written in each state."""
    with office.open(reads=True) as work:
        return Counter(row.state for row in work.session.scalars(work.rows(Right)))
