"""A case (案件) from its opening to ruling and appeal, and what a ruling does to the rights.

    objection    negotiating ─ deciding ─ escalated ─ undecided
                     │            └───┬──────┘
                   agreed           ruled ─ final
                                      └─ appealed ─ final
    revocation   hearing ─ deciding ─ escalated ─ undecided
                              └──── final ────┘
    poaching     recorded ─ final

Like a right, a case counts as its clocks say, run or not. An objected right stands frozen until the
ruling and as ruled during the one appeal. One that is said to be false runs on until its holder was
heard. Poaching is on record at once; only a decision of the council (联席会议) adds to that.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.clock import WorkCalendar, day_of
from app.errors import IllegalTransition
from app.first_talk.policies import Policy
from app.first_talk.rights import HOLD, Move, Standing, State
from app.labels import LabelledEnum

_INSTANT = timedelta(microseconds=1)


class Ground(LabelledEnum):
    """Why there is a case: another unit objects, the filing was false, somebody poached."""

    EARLIER_CONTACT = "earlier_contact", "首谈在先"
    SAME_PROJECT = "same_project", "同一项目"
    INACTIVE_HOLDER = "inactive_holder", "占而不谈"
    ENTERPRISE_CHOICE = "enterprise_choice", "企业自主选择"
    FALSE_FILING = "false_filing", "虚假申报"
    POACHING = "poaching", "争抢项目"


OBJECTIONS = (
    Ground.EARLIER_CONTACT,
    Ground.SAME_PROJECT,
    Ground.INACTIVE_HOLDER,
    Ground.ENTERPRISE_CHOICE,
)


class ObjectionRefusal(LabelledEnum):
    """Why an objection is not taken."""

    NOT_CONTESTABLE = "not_contestable", "当前状态不能提出异议"
    SAME_FAMILY = "same_family", "同属一体区域，按联合持有办理"
    TOO_LATE = "too_late", "已过异议期限"
    NOT_EARLIER = "not_earlier", "首谈时间不早于持有单位"


class CaseState(LabelledEnum):
    """Where a case stands."""

    NEGOTIATING = "negotiating", "协商中"
    HEARING = "hearing", "申辩中"
    RECORDED = "recorded", "已记录通报"
    DECIDING = "deciding", "待裁定"
    ESCALATED = "escalated", "已提级"
    AGREED = "agreed", "协商一致"
    RULED = "ruled", "已裁定"
    APPEALED = "appealed", "上诉中"
    FINAL = "final", "终局"
    UNDECIDED = "undecided", "逾期未裁定"
    CLOSED = "closed", "已撤销"


class CaseMove(LabelledEnum):
    """What happens to a case."""

    AGREE = "agree", "达成一致"
    TALKS_END = "talks_end", "协商期满"
    HEAR = "hear", "提交申辩"
    HEARING_ENDS = "hearing_ends", "申辩期满"
    ESCALATE = "escalate", "逾期提级"
    RULE = "rule", "裁定"
    NO_RULING = "no_ruling", "逾期未裁定"
    APPEAL = "appeal", "上诉"
    APPEAL_ENDS = "appeal_ends", "上诉期满"
    RULE_ON_APPEAL = "rule_on_appeal", "上诉裁定"
    RULING_STANDS = "ruling_stands", "逾期维持原裁定"
    CONCLUDE = "conclude", "结案"
    CLOSE = "close", "撤销案件"


OPEN = (CaseState.NEGOTIATING, CaseState.HEARING, CaseState.DECIDING, CaseState.ESCALATED)

CASE_MOVES: dict[tuple[CaseState, CaseMove], CaseState] = {
    (CaseState.NEGOTIATING, CaseMove.AGREE): CaseState.AGREED,
    (CaseState.NEGOTIATING, CaseMove.TALKS_END): CaseState.DECIDING,
    (CaseState.HEARING, CaseMove.HEAR): CaseState.DECIDING,
    (CaseState.HEARING, CaseMove.HEARING_ENDS): CaseState.DECIDING,
    (CaseState.DECIDING, CaseMove.AGREE): CaseState.AGREED,
    (CaseState.DECIDING, CaseMove.RULE): CaseState.RULED,
    (CaseState.DECIDING, CaseMove.ESCALATE): CaseState.ESCALATED,
    (CaseState.ESCALATED, CaseMove.AGREE): CaseState.AGREED,
    (CaseState.ESCALATED, CaseMove.RULE): CaseState.RULED,
    (CaseState.ESCALATED, CaseMove.NO_RULING): CaseState.UNDECIDED,
    **{
        (state, CaseMove.CONCLUDE): CaseState.FINAL
        for state in (CaseState.DECIDING, CaseState.ESCALATED, CaseState.RECORDED)
    },
    (CaseState.RULED, CaseMove.APPEAL): CaseState.APPEALED,
    (CaseState.RULED, CaseMove.APPEAL_ENDS): CaseState.FINAL,
    (CaseState.APPEALED, CaseMove.RULE_ON_APPEAL): CaseState.FINAL,
    (CaseState.APPEALED, CaseMove.RULING_STANDS): CaseState.FINAL,
    **{(state, CaseMove.CLOSE): CaseState.CLOSED for state in OPEN},
}

_TIMED = {
    CaseState.NEGOTIATING: CaseMove.TALKS_END,
    CaseState.HEARING: CaseMove.HEARING_ENDS,
    CaseState.DECIDING: CaseMove.ESCALATE,
    CaseState.ESCALATED: CaseMove.NO_RULING,
    CaseState.RULED: CaseMove.APPEAL_ENDS,
    CaseState.APPEALED: CaseMove.RULING_STANDS,
}


@dataclass(frozen=True)
class CaseDue:
    """A timed move of a case and the instant at which it counts."""

    move: CaseMove
    at: datetime


@dataclass(frozen=True)
class CaseStanding:
    """State of a case and the one clock that runs in it."""

    state: CaseState
    policy: Policy
    until: datetime | None

    def next_due(self) -> CaseDue | None:
        """What time does next, if anything."""
        move = _TIMED.get(self.state)
        return CaseDue(move, self.until) if move and self.until else None

    def allowed(self) -> list[CaseMove]:
        """The moves that the table has for the present state."""
        return [move for state, move in CASE_MOVES if state is self.state]

    def after(self, move: CaseMove, at: datetime, calendar: WorkCalendar) -> "CaseStanding":
        """The standing after a move; IllegalTransition when the table has none.

        A period that follows another counts from the last day of that one (A11: talks to 03-19,
        ten working days from there to 04-02), one that follows an act from the day of the act.
        """
        if (self.state, move) not in CASE_MOVES:
            raise IllegalTransition(
                f"“{self.state.label}”的案件不能“{move.label}”",
                **{"from": self.state, "to": move, "allowed": self.allowed()},
            )
        state = CASE_MOVES[self.state, move]
        start = day_of(at - _INSTANT) if _TIMED.get(self.state) is move else day_of(at)
        period = {
            CaseState.DECIDING: self.policy.decide,
            CaseState.ESCALATED: self.policy.decide,
            CaseState.RULED: self.policy.appeal,
            CaseState.APPEALED: self.policy.decide,
        }.get(state)
        ends = self.policy.end_of(period, calendar.known_at(at), start)
        return replace(self, state=state, until=ends)

    def at(self, now: datetime, calendar: WorkCalendar) -> "CaseStanding":
        """What counts now, each timed move as of its own due time."""
        standing = self
        while (due := standing.next_due()) and due.at <= now:
            standing = standing.after(due.move, due.at, calendar)
        return standing


def opened(policy: Policy, at: datetime, calendar: WorkCalendar) -> CaseStanding:
    """A new case: the units talk first, where the rules give them time for it."""
    if policy.negotiate is None:
        decided = policy.end_of(policy.decide, calendar, day_of(at))
        return CaseStanding(CaseState.DECIDING, policy, decided)
    until = policy.end_of(policy.negotiate, calendar, day_of(at))
    return CaseStanding(CaseState.NEGOTIATING, policy, until)


def hearing(policy: Policy, at: datetime, calendar: WorkCalendar) -> CaseStanding:
    """A filing is said to be false: first its holder is heard (申辩)."""
    return CaseStanding(
        CaseState.HEARING, policy, policy.end_of(policy.hearing, calendar, day_of(at))
    )


def recorded(policy: Policy) -> CaseStanding:
    """Poaching is on record at once, and nothing runs."""
    return CaseStanding(CaseState.RECORDED, policy, None)


def objection_closes(ground: Ground, held: Standing) -> datetime | None:
    """The first instant at which a ground is closed; None: open as long as the row blocks."""
    if ground is not Ground.EARLIER_CONTACT or held.state in {
        State.SUBMITTED,
        State.IDENTITY_CHECK,
    }:
        return None
    closes = held.objection_until or held.notice_until or held.filed_at
    if closes is None or not held.policy.late_objection_days:
        return closes
    last_day = day_of(closes - _INSTANT) + timedelta(days=held.policy.late_objection_days)
    return held.policy.until(last_day)


def open_grounds(held: Standing, now: datetime) -> list[Ground]:
    """The grounds still open against a settled row; none where it cannot be contested."""
    if held.state not in {*HOLD, State.ACTIVE}:
        return []
    closing = {ground: objection_closes(ground, held) for ground in OBJECTIONS}
    return [ground for ground, at in closing.items() if at is None or now < at]


@dataclass(frozen=True)
class Objection:
    """What another unit brings forward: its ground, and its own 首谈时间 where it has one."""

    unit: str
    ground: Ground
    first_talked_on: date | None = None


def objection_refusal(
    objection: Objection,
    held: Standing,
    holder: str,
    holder_talked_on: date,
    now: datetime,
) -> ObjectionRefusal | None:
    """Why the objection is not taken against a settled row of `holder`; None when it is."""
    if held.state not in {*HOLD, State.ACTIVE}:
        return ObjectionRefusal.NOT_CONTESTABLE
    if held.policy.same_family(objection.unit, holder):
        return ObjectionRefusal.SAME_FAMILY
    if objection.ground not in open_grounds(held, now):
        return ObjectionRefusal.TOO_LATE
    if objection.ground is Ground.EARLIER_CONTACT and (
        objection.first_talked_on is None or objection.first_talked_on > holder_talked_on
    ):
        return ObjectionRefusal.NOT_EARLIER
    return None


class Effect(LabelledEnum):
    """What a ruling says."""

    UPHOLD = "uphold", "维持"
    SHORTEN = "shorten", "缩短保护期"
    TRANSFER = "transfer", "改由异议方取得"
    SPLIT_BENEFIT = "split_benefit", "维持并分享利益"
    REVOKE = "revoke", "撤销首谈"
    ADJUST_CREDIT = "adjust_credit", "调整考核计分"
    DISMISS = "dismiss", "不成立"


_RULINGS = (Effect.UPHOLD, Effect.SHORTEN, Effect.TRANSFER, Effect.SPLIT_BENEFIT)
_CONCLUSIONS = {
    Ground.FALSE_FILING: [Effect.REVOKE, Effect.DISMISS],
    Ground.POACHING: [Effect.ADJUST_CREDIT, Effect.DISMISS],
}


def possible_effects(ground: Ground, held: Standing) -> list[Effect]:
    """What may be said on this row in a case of this ground: only what runs can be shortened."""
    if ground in _CONCLUSIONS:
        return _CONCLUSIONS[ground]
    return [effect for effect in _RULINGS if held.granted or effect is not Effect.SHORTEN]


_WHATEVER_STATE = {
    Effect.SHORTEN: Move.SHORTEN,
    Effect.REVOKE: Move.REVOKE,
    Effect.ADJUST_CREDIT: None,
    Effect.DISMISS: None,
}


def move_of_holder(effect: Effect, ground: Ground, held: Standing) -> Move | None:
    """What the ruling does to the row ruled on; on TRANSFER the other side's row gets `AWARD`."""
    if effect in _WHATEVER_STATE:
        return _WHATEVER_STATE[effect]
    if effect is Effect.TRANSFER:
        if not held.granted:
            return Move.LOSE_HOLD
        return Move.LOSE_INACTIVE if ground is Ground.INACTIVE_HOLDER else Move.LOSE_RIGHT
    if held.interrupted in {State.SUBMITTED, State.IDENTITY_CHECK}:
        return Move.UPHOLD_TO_NOTICE
    return Move.UPHOLD
