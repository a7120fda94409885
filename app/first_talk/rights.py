"""What a first-talk right (首谈权) is at any moment: its states, its moves and its clocks.

    draft ─┬─ incomplete ─┐
           ├─ queued ─────┤
           └─ submitted ──┴─ identity_check ─ notice ─ active ─┬─ converted, expired, lapsed …
              └──── provisional hold (暂保护) ─────┘            └─ pooled ─ transferred, released

MOVES is the whole table; everything else asks it. A timed move counts as of its own due time,
whether or not anything has run since: `settle` takes all rows of one subject and returns the moves
that are due, so that a queue moves with its hold.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.clock import WorkCalendar
from app.errors import IllegalTransition
from app.first_talk.clocks import Clocks
from app.labels import LabelledEnum


class State(LabelledEnum):
    """Where a claim or right stands."""

    DRAFT = "draft", "草稿"
    INCOMPLETE = "incomplete", "待补正"
    QUEUED = "queued", "排队"
    SUBMITTED = "submitted", "待审核"
    IDENTITY_CHECK = "identity_check", "同一性核查"
    NOTICE = "notice", "公示"
    CONTESTED = "contested", "争议"
    ACTIVE = "active", "保护中"
    SUSPENDED = "suspended", "中止"
    EXTENSION_PENDING = "extension_pending", "续期待审"
    POOLED = "pooled", "流转池"
    CONVERTED = "converted", "已签约"
    EXPIRED = "expired", "到期"
    LAPSED = "lapsed", "失效"
    RELEASED = "released", "主动释放"
    ENTERPRISE_LEFT = "enterprise_left", "企业另选"
    REVOKED = "revoked", "撤销"
    TRANSFERRED = "transferred", "已流转"
    REJECTED = "rejected", "不予登记"


class Move(LabelledEnum):
    """What happens to a claim or right; numbers are those of the table of the rules (§3)."""

    FILE = "file", "申报"
    QUEUE = "queue", "申报排队"
    FILE_INCOMPLETE = "file_incomplete", "申报待补正"
    REFUSE = "refuse", "申报不予登记"
    PROMOTE = "promote", "递补"
    TAKEN = "taken", "首谈权已被取得"
    FIX_ENDS = "fix_ends", "逾期未补正"
    CHECK_IDENTITY = "check_identity", "转同一性核查"
    TAKE_UP = "take_up", "受理"
    APPROVE = "approve", "审核通过"
    REJECT = "reject", "审核不通过"
    SILENCE = "silence", "逾期视为同意"
    NOTICE_ENDS = "notice_ends", "公示期满"
    OBJECT = "object", "提出异议"
    UPHOLD = "uphold", "裁定维持"
    UPHOLD_TO_NOTICE = "uphold_to_notice", "裁定转公示"
    AWARD = "award", "裁定取得"
    LOSE_HOLD = "lose_hold", "裁定不予登记"
    LOSE_RIGHT = "lose_right", "裁定转移"
    LOSE_INACTIVE = "lose_inactive", "裁定失效"
    SHORTEN = "shorten", "裁定缩短"
    NO_RULING = "no_ruling", "逾期未裁定"
    REPORT = "report", "报告"
    PROGRESS = "progress", "实质进展"
    JOIN = "join", "加入联合持有"
    NOTIFY_LAPSE = "notify_lapse", "失效预告"
    LAPSE = "lapse", "失效"
    ASK_EXTENSION = "ask_extension", "申请续期"
    GRANT_EXTENSION = "grant_extension", "准予续期"
    REFUSE_EXTENSION = "refuse_extension", "不予续期"
    SUSPEND = "suspend", "中止"
    RESUME = "resume", "恢复"
    FIX_END = "fix_end", "截止日确定"
    SIGN = "sign", "签订正式合同"
    UNSIGN = "unsign", "正式合同撤回"
    CONVERT = "convert", "签约转化"
    DECLARE = "declare", "申明不能落地"
    POOL = "pool", "进入流转池"
    RECLAIM = "reclaim", "承接无进展收回"
    OFFER_AGAIN = "offer_again", "再次推介"
    CLOSE_POOL = "close_pool", "流转关闭"
    NO_TAKER = "no_taker", "逾期无人承接"
    HAND_OVER = "hand_over", "流转移交"
    TAKE_OVER = "take_over", "承接流转"
    ENTERPRISE_LEAVES = "enterprise_leaves", "企业另选"
    REVOKE = "revoke", "撤销"
    EXPIRE = "expire", "到期"
    COLLIDE = "collide", "同一企业在先，转排队"
    RELEASE = "release", "主动释放"


class Reason(LabelledEnum):
    """Why a claim was refused or rejected."""

    NOT_IN_SCOPE = "not_in_scope", "投资方不在适用范围"
    EXISTING_LOCAL_FIRM = "existing_local_firm", "本市存量企业，走合理迁移"
    BELOW_THRESHOLD = "below_threshold", "未达首谈门槛"
    WINDOW_NOT_OPEN = "window_not_open", "尚未正式洽谈"
    WINDOW_CLOSED = "window_closed", "已签正式合同"
    EXCLUDED = "excluded", "属于排除情形"
    ALREADY_IN_TALKS = "already_in_talks", "该企业已有单位在谈，可申请协作"
    COOLDOWN = "cooldown", "原持有单位冷却期内"
    BARRED = "barred", "禁止申报期内"
    HOLD_LIMIT = "hold_limit", "暂保护数量已达上限"
    FIRST_TALK_TAKEN = "first_talk_taken", "首谈权已被取得"
    INCOMPLETE = "incomplete", "逾期未补正"
    POOLED = "pooled", "项目在流转池，请按承接流转办理"
    RULING = "ruling", "依裁定"
    EVIDENCE_UNTRUE = "evidence_untrue", "证据不实"


HOLD = (State.SUBMITTED, State.IDENTITY_CHECK, State.NOTICE)
GRANTED = (State.ACTIVE, State.SUSPENDED, State.EXTENSION_PENDING)
LIVE = (*HOLD, State.CONTESTED, *GRANTED)
ENDINGS = (
    State.CONVERTED,
    State.EXPIRED,
    State.LAPSED,
    State.RELEASED,
    State.ENTERPRISE_LEFT,
    State.REVOKED,
    State.TRANSFERRED,
    State.REJECTED,
)

# None: back to the state that the contest interrupted.
MOVES: dict[tuple[State, Move], State | None] = {
    (State.DRAFT, Move.FILE): State.SUBMITTED,  # 1
    (State.DRAFT, Move.QUEUE): State.QUEUED,  # 1q
    (State.INCOMPLETE, Move.QUEUE): State.QUEUED,
    (State.QUEUED, Move.PROMOTE): State.SUBMITTED,  # 1s
    (State.QUEUED, Move.TAKEN): State.REJECTED,  # 1r
    (State.DRAFT, Move.REFUSE): State.REJECTED,  # 1t, and every other guard of 1
    (State.INCOMPLETE, Move.REFUSE): State.REJECTED,
    (State.DRAFT, Move.FILE_INCOMPLETE): State.INCOMPLETE,  # 2
    (State.INCOMPLETE, Move.FILE): State.SUBMITTED,
    (State.INCOMPLETE, Move.FIX_ENDS): State.REJECTED,  # 2r
    (State.SUBMITTED, Move.CHECK_IDENTITY): State.IDENTITY_CHECK,  # 3
    **{(state, Move.TAKE_UP): state for state in (State.SUBMITTED, State.IDENTITY_CHECK)},  # 4
    (State.SUBMITTED, Move.APPROVE): State.NOTICE,
    (State.IDENTITY_CHECK, Move.APPROVE): State.NOTICE,
    (State.SUBMITTED, Move.REJECT): State.REJECTED,
    (State.IDENTITY_CHECK, Move.REJECT): State.REJECTED,
    (State.SUBMITTED, Move.SILENCE): State.NOTICE,  # 4u
    (State.IDENTITY_CHECK, Move.SILENCE): State.NOTICE,
    (State.NOTICE, Move.NOTICE_ENDS): State.ACTIVE,  # 5
    **{(state, Move.OBJECT): State.CONTESTED for state in (*HOLD, State.ACTIVE)},  # 6
    (State.CONTESTED, Move.UPHOLD): State.ACTIVE,  # 7
    (State.CONTESTED, Move.UPHOLD_TO_NOTICE): State.NOTICE,
    (State.DRAFT, Move.AWARD): State.ACTIVE,  # 7b
    (State.QUEUED, Move.AWARD): State.ACTIVE,
    (State.CONTESTED, Move.LOSE_HOLD): State.REJECTED,
    (State.CONTESTED, Move.LOSE_RIGHT): State.TRANSFERRED,
    (State.CONTESTED, Move.LOSE_INACTIVE): State.LAPSED,
    (State.ACTIVE, Move.LOSE_RIGHT): State.TRANSFERRED,  # 7b, by a reversed appeal
    (State.ACTIVE, Move.LOSE_INACTIVE): State.LAPSED,
    (State.CONTESTED, Move.SHORTEN): State.ACTIVE,  # 7s
    (State.ACTIVE, Move.SHORTEN): State.ACTIVE,
    (State.CONTESTED, Move.NO_RULING): None,  # 7u
    (State.ACTIVE, Move.REPORT): State.ACTIVE,  # 8
    (State.ACTIVE, Move.PROGRESS): State.ACTIVE,
    (State.EXTENSION_PENDING, Move.REPORT): State.EXTENSION_PENDING,
    (State.EXTENSION_PENDING, Move.PROGRESS): State.EXTENSION_PENDING,
    (State.SUSPENDED, Move.PROGRESS): State.SUSPENDED,  # no report is due, an event is an event
    **{(state, Move.JOIN): state for state in LIVE},  # 8f, 8c
    (State.ACTIVE, Move.NOTIFY_LAPSE): State.ACTIVE,  # 10
    (State.ACTIVE, Move.LAPSE): State.LAPSED,
    (State.ACTIVE, Move.ASK_EXTENSION): State.EXTENSION_PENDING,  # 11
    (State.EXTENSION_PENDING, Move.GRANT_EXTENSION): State.ACTIVE,
    (State.EXTENSION_PENDING, Move.EXPIRE): State.EXPIRED,
    (State.EXTENSION_PENDING, Move.REFUSE_EXTENSION): State.ACTIVE,  # 11r
    (State.ACTIVE, Move.SUSPEND): State.SUSPENDED,  # 12
    (State.SUSPENDED, Move.RESUME): State.ACTIVE,
    **{(state, Move.FIX_END): state for state in (State.ACTIVE, State.EXTENSION_PENDING)},  # §8
    **{
        (state, move): state
        for state in (*HOLD, State.CONTESTED, State.QUEUED, State.INCOMPLETE)
        for move in (Move.SIGN, Move.UNSIGN)
    },  # before 13: it converts the moment it becomes a right, unless the project goes back
    **{(state, Move.CONVERT): State.CONVERTED for state in GRANTED},  # 13
    (State.ACTIVE, Move.DECLARE): State.ACTIVE,  # 14
    (State.ACTIVE, Move.POOL): State.POOLED,
    (State.POOLED, Move.HAND_OVER): State.TRANSFERRED,  # 15
    (State.DRAFT, Move.TAKE_OVER): State.ACTIVE,
    (State.POOLED, Move.OFFER_AGAIN): State.POOLED,  # 15c
    (State.POOLED, Move.CLOSE_POOL): State.RELEASED,
    (State.POOLED, Move.NO_TAKER): State.RELEASED,  # 15t
    (State.ACTIVE, Move.RECLAIM): State.POOLED,  # 16
    **{(state, Move.ENTERPRISE_LEAVES): State.ENTERPRISE_LEFT for state in (*LIVE, State.POOLED)},
    **{(state, Move.REVOKE): State.REVOKED for state in State if state != State.REVOKED},  # 18
    (State.ACTIVE, Move.EXPIRE): State.EXPIRED,  # 19
    **{(state, Move.COLLIDE): State.QUEUED for state in (*HOLD, State.ACTIVE)},  # §4
    **{
        (state, Move.RELEASE): State.RELEASED for state in (*LIVE, State.QUEUED, State.INCOMPLETE)
    },  # 20
}


@dataclass(frozen=True)
class Due:
    """A timed move and the instant at which it counts."""

    move: Move
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Standing(Clocks):
    """State and every running clock of one row: the whole input to every rule.

    `place` is the ledger number of the complete filing: the order of the queue. `interrupted` is
    the state that a contest stopped.
    """

    right_id: str
    state: State
    place: int | None = None
    ended_at: datetime | None = None
    reason: Reason | None = None
    interrupted: State | None = None

    @property
    def blocks(self) -> bool:
        """Whether others are kept out while it stands like this."""
        return self.state in LIVE

    @property
    def granted(self) -> bool:
        """Whether it is a right already, and no longer a provisional hold."""
        state = self.interrupted if self.state is State.CONTESTED else self.state
        return state in GRANTED

    @property
    def held_until(self) -> datetime | None:
        """Until when it blocks as things stand: the end of a right, else the next due time."""
        if self.ends_at is not None:
            return self.ends_at
        due = self.next_due()
        return due.at if due else None

    def allowed(self) -> list[Move]:
        """The moves that the table has for the present state."""
        return [move for state, move in MOVES if state is self.state]

    def next_due(self) -> Due | None:
        """The timed move that comes first, if any clock is running."""
        running = [Due(move, at) for move, at in self._clocks() if at is not None]
        return min(running, key=lambda due: due.at, default=None)

    def _clocks(self) -> list[tuple[Move, datetime | None]]:
        """The clocks that run in this state; of two that end together the former counts."""
        clocks: dict[State, list[tuple[Move, datetime | None]]] = {
            State.INCOMPLETE: [(Move.FIX_ENDS, self.fix_until)],
            State.SUBMITTED: [(Move.SILENCE, self.hold_cap_until)],
            State.IDENTITY_CHECK: [(Move.SILENCE, self.hold_cap_until)],
            State.NOTICE: [(Move.NOTICE_ENDS, self.notice_until)],
            State.CONTESTED: [(Move.NO_RULING, self.ruling_until)],
            State.ACTIVE: [
                (Move.POOL, self.declared_until),
                (Move.EXPIRE, self.ends_at),
                (Move.LAPSE, self.lapse_until),
            ],
            State.EXTENSION_PENDING: [(Move.EXPIRE, self.extension_until)],
            State.SUSPENDED: [(Move.RESUME, self.suspended_until)],
            State.POOLED: [(Move.NO_TAKER, self.pool_until)],
        }
        return clocks.get(self.state, [])

    def after(
        self, move: Move, at: datetime, calendar: WorkCalendar, reason: Reason | None = None
    ) -> "Standing":
        """The standing after a move at that instant; IllegalTransition when the table has none."""
        if (self.state, move) not in MOVES:
            raise IllegalTransition(
                f"“{self.state.label}”状态不能“{move.label}”",
                **{"from": self.state, "to": move, "allowed": self.allowed()},
            )
        effect = _EFFECTS.get(move)
        moved = effect(self, at, calendar.known_at(at)) if effect else self
        state = MOVES[self.state, move] or self.interrupted or self.state
        contested = self.state if move is Move.OBJECT else self.interrupted
        return replace(
            moved,
            state=state,
            interrupted=contested if state is State.CONTESTED else None,
            ended_at=at if state in ENDINGS else None,
            reason=reason or _REASONS.get(move),
        )

    def at(self, now: datetime, calendar: WorkCalendar) -> "Standing":
        """What counts now: the earliest due move, as of its own due time, until none is due."""
        standing = self
        while (due := standing.next_due()) and due.at <= now:
            standing = standing.after(due.move, due.at, calendar)
        return standing


def _upheld(standing: Standing, at: datetime, calendar: WorkCalendar) -> Standing:
    """A right runs on; a hold becomes one."""
    effect = Standing.thawed if standing.granted else Standing.active
    return effect(standing, at, calendar)


_EFFECTS: dict[Move, Callable[[Standing, datetime, WorkCalendar], Standing]] = {
    Move.FILE: Standing.submitted,
    Move.PROMOTE: Standing.submitted,
    Move.QUEUE: Standing.filed,
    Move.FILE_INCOMPLETE: Standing.incomplete,
    Move.CHECK_IDENTITY: Standing.in_doubt,
    Move.APPROVE: Standing.noticed,
    Move.SILENCE: Standing.noticed,
    Move.UPHOLD_TO_NOTICE: Standing.noticed,
    Move.NOTICE_ENDS: Standing.active,
    Move.AWARD: Standing.active,
    Move.TAKE_OVER: Standing.active,
    Move.UPHOLD: _upheld,
    Move.SHORTEN: _upheld,
    Move.OBJECT: Standing.contested,
    Move.NO_RULING: Standing.thawed,
    Move.SUSPEND: Standing.suspended,
    Move.RESUME: Standing.thawed,
    Move.FIX_END: Standing.fixed,
    Move.ASK_EXTENSION: Standing.extension_asked,
    Move.GRANT_EXTENSION: Standing.extended,
    Move.REFUSE_EXTENSION: Standing.not_extended,
    Move.NOTIFY_LAPSE: Standing.warned,
    Move.PROGRESS: Standing.progressed,
    Move.SIGN: Standing.contracted,
    Move.UNSIGN: Standing.uncontracted,
    Move.DECLARE: Standing.declared,
    Move.POOL: Standing.pooled,
    Move.RECLAIM: Standing.pooled,
    Move.OFFER_AGAIN: Standing.pooled,
}

_REASONS = {
    Move.TAKEN: Reason.FIRST_TALK_TAKEN,
    Move.FIX_ENDS: Reason.INCOMPLETE,
    Move.LOSE_HOLD: Reason.RULING,
    Move.LOSE_RIGHT: Reason.RULING,
    Move.LOSE_INACTIVE: Reason.RULING,
}


@dataclass(frozen=True)
class Change:
    """One move that counts: when, and how the row stands after it."""

    move: Move
    at: datetime
    standing: Standing


def settle(rows: Iterable[Standing], now: datetime, calendar: WorkCalendar) -> list[Change]:
    """Every move due by `now` among all rows of one subject, in the order in which they count.

    A timed move counts as of its own due time, and what it does to the queue as of that time too.
    After an act (a rejection, a release) the queue moves at `now`.
    """
    standings = {row.right_id: row for row in rows}
    changes: list[Change] = []
    moment = now
    while steps := _follow(standings, moment) or _timed_move(standings, now):
        for right_id, due in steps:
            standings[right_id] = standings[right_id].after(due.move, due.at, calendar)
            changes.append(Change(due.move, due.at, standings[right_id]))
        moment = changes[-1].at
    return changes


def _timed_move(standings: Mapping[str, Standing], now: datetime) -> list[tuple[str, Due]]:
    timed = [(row.right_id, due) for row in standings.values() if (due := row.next_due())]
    first = min(timed, key=lambda pair: pair[1].at, default=None)
    return [first] if first and first[1].at <= now else []


def _follow(standings: Mapping[str, Standing], at: datetime) -> list[tuple[str, Due]]:
    """What follows at once from the standings: for those who queue, and where all is signed."""
    signed = [row for row in standings.values() if row.state is State.ACTIVE and row.signed]
    conversions = [(row.right_id, Due(Move.CONVERT, at)) for row in signed]
    return _queue_moves(standings, at) or conversions


def _queue_moves(standings: Mapping[str, Standing], at: datetime) -> list[tuple[str, Due]]:
    """What the present holder, or its absence, means for those who queue."""
    rows = standings.values()
    queue = [row for row in rows if row.state is State.QUEUED]
    if any(row.granted for row in rows):
        return [(row.right_id, Due(Move.TAKEN, at)) for row in queue]
    if queue and not any(row.blocks for row in rows):
        first = min(queue, key=lambda row: row.place or 0)
        return [(first.right_id, Due(Move.PROMOTE, at))]
    return []
