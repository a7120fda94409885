"""Short ways to act on a right after it was filed: extend, suspend, contest, hand on, end."""

from collections.abc import Callable

from app.enterprises.schemas import EnterpriseView
from app.errors import DomainError
from app.first_talk import (
    disputes,
    joining,
    lead_rights,
    leaving,
    merging,
    revocations,
    service,
    taking_up,
    transfers,
)
from app.first_talk.case_schemas import AnswerCase, Appeal, CaseView, Challenge, Rule, RuleOnAppeal
from app.first_talk.challenges import Effect, Ground
from app.first_talk.join_schemas import AnswerJoin, AskToJoin, JoinView
from app.first_talk.leaving_schemas import FileLetter, LeavingView
from app.first_talk.merge_schemas import MergeInto
from app.first_talk.receipt_schemas import LeadFacts
from app.first_talk.schemas import (
    Decide,
    Extend,
    Resume,
    Revoke,
    RightView,
    Suspend,
)
from app.first_talk.transfer_schemas import Accept, ClosePool, Declare, Offer
from app.kit.files import Upload
from app.kit.work import Actor, Office

PAPER = Upload("证明.txt", "盖章".encode())
SIGNED = {"first_talker": "张三", "receiver": "李四", "enterprise": "王五", "fits_zone": True}


def take_up(office: Office, registrar: Actor, id: str) -> RightView:
    with office.open(registrar) as work:
        return taking_up.take_up(work, id, None)


def extend(office: Office, actor: Actor, id: str) -> RightView:
    with office.open(actor) as work:
        return service.extend(work, id, None, Extend(reason="环评批复在即"))


def decide(office: Office, registrar: Actor, id: str, *, agree: bool) -> RightView:
    """The registrar's word on an extension."""
    command = Decide(agree=agree, reason="" if agree else "进展不足")
    with office.open(registrar) as work:
        return service.decide(work, id, None, command)


def suspend(office: Office, registrar: Actor, id: str) -> RightView:
    with office.open(registrar) as work:
        return service.suspend(work, id, None, Suspend(reason="用地政策调整", file=PAPER))


def resume(office: Office, registrar: Actor, id: str) -> RightView:
    with office.open(registrar) as work:
        return service.resume(work, id, None, Resume(reason="政策已明确"))


def accuse(office: Office, registrar: Actor, id: str) -> CaseView:
    """The registrar says, with proof, that a filing was false."""
    with office.open(registrar) as work:
        return revocations.accuse(work, id, None, Revoke(reason="会议纪要系伪造", file=PAPER))


def revoke(office: Office, registrar: Actor, holder: Actor, id: str) -> CaseView:
    """A false filing: proof, hearing, ruling."""
    case = accuse(office, registrar, id)
    with office.open(holder) as work:
        disputes.answer(work, case.id, None, AnswerCase(answer="中介转交，未核对"))
    return rule(office, registrar, case.id, Effect.REVOKE)


def release(office: Office, actor: Actor, id: str) -> RightView:
    with office.open(actor) as work:
        return service.release(work, id, None, "不谈了")


def convert(office: Office, actor: Actor, right: RightView) -> RightView | None:
    """正式合同 of today."""
    with office.open(actor) as work:
        return lead_rights.convert(work, right.lead_id, work.today)


def declare(office: Office, actor: Actor, id: str) -> RightView:
    """The holder has no land."""
    command = Declare(obstacle="land", reason="无成片用地", truthful=True, consent=PAPER)
    with office.open(actor) as work:
        return transfers.declare(work, id, None, command)


def offer(office: Office, registrar: Actor, id: str) -> RightView:
    with office.open(registrar) as work:
        return transfers.offer(work, id, None, Offer(reason="推介"))


def close_pool(office: Office, registrar: Actor, id: str) -> RightView:
    with office.open(registrar) as work:
        return transfers.close_pool(work, id, None, ClosePool(reason="无人承接"))


def accept(office: Office, actor: Actor, pooled: RightView, **changes: object) -> RightView:
    """Take over under a lead of one's own, with everybody's signature unless the test says else."""
    lead = f"led_{actor.name}_{pooled.id}"[:40]
    facts = LeadFacts(lead_id=lead, lead_name="承接项目", enterprise_id=pooled.enterprise_id)
    with office.open(actor) as work:
        service.receipt_for_lead(work, facts)
    command = Accept(**({"lead_id": lead, "confirmation": PAPER, **SIGNED} | changes))
    with office.open(actor) as work:
        return transfers.accept(work, pooled.id, None, command)


def object_to(
    office: Office, actor: Actor, id: str, ground: Ground = Ground.EARLIER_CONTACT
) -> CaseView:
    """Object to whoever blocks the subject of a known row."""
    with office.open(actor) as work:
        return disputes.challenge(work, id, Challenge(ground=ground, statement="会议纪要在先"))


def join_by_consent(
    office: Office, asking: Actor, asked: Actor, id: str, agrees: bool = True
) -> JoinView:
    """A unit asks with its claim to hold a right jointly; the holder, or whoever, answers."""
    with office.open(asking) as work:
        request = joining.ask(work, id, AskToJoin(statement="两区共同接洽"))
    with office.open(asked) as work:
        return joining.answer(work, request.id, None, AnswerJoin(agree=agrees))


def agree(office: Office, actor: Actor, id: str) -> CaseView:
    """The objector withdraws, or the holder concedes."""
    with office.open(actor) as work:
        return disputes.agree(work, id, None)


def rule(office: Office, registrar: Actor, id: str, effect: Effect, **more: object) -> CaseView:
    command = Rule(effect=effect, reasons="纪要双方签字，日期在先", **more)
    with office.open(registrar) as work:
        return disputes.rule(work, id, None, command)


def appeal(office: Office, actor: Actor, id: str) -> CaseView:
    with office.open(actor) as work:
        return disputes.appeal(work, id, None, Appeal(statement="纪要日期有误"))


def rule_on_appeal(office: Office, registrar: Actor, id: str, *, reverse: bool) -> CaseView:
    command = RuleOnAppeal(reverse=reverse, reasons="核对原件")
    with office.open(registrar) as work:
        return disputes.rule_on_appeal(work, id, None, command)


def bring_letter(office: Office, actor: Actor, id: str) -> LeavingView:
    """The enterprise's letter of today."""
    with office.open(actor) as work:
        return leaving.file_letter(work, id, FileLetter(file=PAPER, written_on=work.today))


def verify_letter(office: Office, registrar: Actor, brought: LeavingView) -> LeavingView:
    """The second person, on the newest letter."""
    with office.open(registrar) as work:
        return leaving.verify_letter(work, brought.letters[-1].id)


def merge(office: Office, head: Actor, id: str, into_id: str) -> EnterpriseView:
    """One enterprise turns out to be another one."""
    with office.open(head) as work:
        return merging.merge(work, id, None, MergeInto(into_id=into_id))


def part(office: Office, head: Actor, id: str) -> EnterpriseView:
    """It was another one after all."""
    with office.open(head) as work:
        return merging.part(work, id, None)


def refused(attempt: Callable[..., object], *arguments: object, **named: object) -> str:
    """The reason code of the refusal that an act must meet."""
    try:
        attempt(*arguments, **named)
    except DomainError as refusal:
        return str(refusal.members.get("reason", refusal.code))
    raise AssertionError("was not refused")
