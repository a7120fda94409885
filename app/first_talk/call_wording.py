"""What a call says: why, until when, what then; and the one act that answers it."""

from dataclasses import dataclass
from datetime import date

from app.first_talk.clocks import last_day
from app.first_talk.policies import Policy
from app.first_talk.rights import Standing
from app.first_talk.warnings import Call, Kind
from app.kit.filters import weekday

_ACTS = {
    Kind.FIX: ("上传佐证", "/first-talk/{id}"),
    Kind.TAKE_UP: ("受理", "/first-talk/{id}"),
    Kind.TAKE_UP_OVERDUE: ("受理", "/first-talk/{id}"),
    Kind.TAKE_UP_ESCALATED: ("全部待办", "/today"),
    Kind.REVIEW: ("审核", "/first-talk/{id}"),
    Kind.REVIEW_OVERDUE: ("审核", "/first-talk/{id}"),
    Kind.ESCALATED: ("全部待办", "/today"),
    Kind.RULING_ESCALATED: ("全部待办", "/today"),
    Kind.OBJECT: ("提出异议", "/first-talk/{id}"),
    Kind.REPORT: ("写进展", "/leads/{lead_id}/progress"),
    Kind.REPORT_GRACE: ("写进展", "/leads/{lead_id}/progress"),
    Kind.RESULT: ("写进展", "/leads/{lead_id}/talk"),
    Kind.EXTEND: ("申请续期", "/first-talk/{id}"),
    Kind.EXTENSION: ("审核", "/first-talk/{id}"),
    Kind.ENDS: ("查看", "/first-talk/{id}"),
    Kind.YELLOW: ("写进展", "/leads/{lead_id}/talk"),
    Kind.RED: ("写进展", "/leads/{lead_id}/talk"),
    Kind.LAPSE: ("写进展", "/leads/{lead_id}/talk"),
    Kind.RESUMES: ("查看", "/first-talk/{id}"),
    Kind.END_FIXED: ("查看", "/first-talk/{id}"),
    Kind.POOL: ("推介", "/first-talk/{id}/transfer"),
    Kind.TAKE: ("查看", "/first-talk/{id}/transfer"),
    Kind.OFFER_AGAIN: ("再次推介", "/first-talk/{id}/transfer"),
    Kind.RECLAIM: ("收回", "/first-talk/{id}/transfer"),
    Kind.LETTER: ("核实", "/first-talk/{id}/enterprise-left"),
    Kind.JOIN: ("答复", "/first-talk/joins/{id}"),
    Kind.HEAR: ("申辩", "/first-talk/cases/{id}"),
    Kind.ANSWER: ("答复", "/first-talk/cases/{id}"),
    Kind.LATE_ANSWER: ("答复", "/first-talk/cases/{id}"),
    Kind.NEGOTIATE: ("查看", "/first-talk/cases/{id}"),
    Kind.RULE: ("裁定", "/first-talk/cases/{id}"),
    Kind.RULE_OVERDUE: ("裁定", "/first-talk/cases/{id}"),
    Kind.APPEAL: ("查看", "/first-talk/cases/{id}"),
    Kind.RULE_ON_APPEAL: ("复核", "/first-talk/cases/{id}"),
}
_READING = ("查看", "/first-talk/{id}")

_WHY = {
    Kind.FIX: "补齐即取得暂保护；{due}24 时前未补正，不予登记",
    Kind.TAKE_UP: "{holder}申报，{due}前受理并确定审核人；{review}前审核",
    Kind.TAKE_UP_OVERDUE: "{holder}申报，应于{due}前受理，已逾期上报；{review}前审核",
    Kind.TAKE_UP_ESCALATED: "本单位应于{due}前受理，逾期无人受理，请督促确定审核人",
    Kind.REVIEW: "{holder}申报，{due}前审核；逾期上报，{cap}仍无结论即进入公示",
    Kind.REVIEW_OVERDUE: "{holder}申报，应于{due}前审核，已逾期上报；{cap}仍无结论即进入公示",
    Kind.ESCALATED: "本单位应于{due}前审核，逾期未办结，请督促承办人",
    Kind.RULING_ESCALATED: "本单位逾期未裁定；{due}仍未裁定，案件按未裁定结束，请督促承办人",
    Kind.OBJECT: "前一申报公示至{due}；接触更早的，可在此前提出异议，逾期不受理",
    Kind.REPORT: "{rhythm}，{due}到期；{progress}",
    Kind.REPORT_GRACE: "报告日已过，宽限至{due}，逾期记漏报；{progress}",
    Kind.ENDS: "{due}24 时到期，还有 {days} 天{again}",
    Kind.EXTEND: "最晚 {due}提出，可续 {extend} 天；逾期不能续期",
    Kind.EXTENSION: "{holder}申请续期；{due}24 时前未决定，首谈到期",
    Kind.YELLOW: "久无实质进展，{due}后转预警红",
    Kind.RED: "没有实质进展或连续漏报；发出失效预告后仍无实质进展，即失效",
    Kind.LAPSE: "已发失效预告；{due}24 时前没有实质进展，首谈失效",
    Kind.RESUMES: "中止期满，{due}后恢复计时、恢复报告",
    Kind.END_FIXED: "节假日安排已公布，有效截止定为 {due}，不再变动",
    Kind.RESULT: "承接后{due}前报告对接结果",
    Kind.POOL: "{holder}申明不能落地；{due}后自动进入流转池",
    Kind.TAKE: "{holder}的项目在流转池，{due}24 时前可承接",
    Kind.OFFER_AGAIN: "无人承接；再次推介或关闭，{due}后自动结束",
    Kind.RECLAIM: "{holder}承接后没有实质进展，{due}已满期，可收回另行推介",
    Kind.LETTER: "企业来函另选，由第二人当日核实，核实后首谈结束",
    Kind.JOIN: "{asks}；现阶段至{due}，首谈结束仍未答复的，申请失效",
    Kind.HEAR: "{objector}以{ground}立案；{due}前申辩，逾期不申辩的径行裁定",
    Kind.ANSWER: "{objector}提出异议（{ground}）；{due}前答复、协商，未一致的提交裁定",
    Kind.LATE_ANSWER: "{objector}提出异议（{ground}）；{due}前裁定，裁定前仍可答复",
    Kind.NEGOTIATE: "与对方协商至{due}，未一致的提交裁定",
    Kind.RULE: "{objector}对{holder}（{ground}），{due}前裁定；逾期上报",
    Kind.RULE_OVERDUE: "{objector}对{holder}（{ground}），逾期已上报；{due}仍未裁定，{then}",
    Kind.APPEAL: "已裁定；不服的{due}前可上诉一次，逾期裁定生效",
    Kind.RULE_ON_APPEAL: "{objector}对{holder}（{ground}）上诉；由另一人{due}前复核，逾期维持裁定",
}


@dataclass(frozen=True)
class Facts:
    """What the sentences about a right are made of."""

    standing: Standing
    holder: str
    last_event_on: date | None
    explain: bool
    today: date


def act(kind: Kind, *, may_act: bool, id: str, lead_id: str = "") -> tuple[str, str]:
    """The button's word and where it leads; who may only read is led to the right."""
    word, href = _ACTS[kind] if may_act else _READING
    return word, href.format(id=id, lead_id=lead_id)


def of_right(call: Call, facts: Facts) -> str:
    """The sentence of a call about a right."""
    policy, cap = facts.standing.policy, facts.standing.hold_cap_until
    review = facts.standing.review_until
    return _WHY[call.kind].format(
        due=spoken(call.due_on, facts.today),
        days=(call.due_on - facts.today).days,
        holder=facts.holder,
        review=spoken(last_day(review), facts.today) if review else "",
        cap=spoken(last_day(cap), facts.today) if cap else "",
        extend=policy.extend_days,
        rhythm=_rhythm(policy),
        progress=_progress(facts),
        again="；不可再续" if facts.standing.extensions >= policy.extend_max else "",
    )


def _rhythm(policy: Policy) -> str:
    """How often the holder reports: every so many days, or on days of the month."""
    if policy.report_every_days is not None:
        return f"{policy.report_every_days} 天一报"
    return f"每月 {'、'.join(map(str, policy.report_month_days))} 日报"


def of_case(call: Call, today: date, **names: str) -> str:
    """The sentence of a call about a case or a letter."""
    return _WHY[call.kind].format(due=spoken(call.due_on, today), **names)


def spoken(day: date, today: date) -> str:
    """`11-25（三）`, of another year `2027-01-12（二）`."""
    written = f"{day:%m-%d}" if day.year == today.year else day.isoformat()
    return written + weekday(day)


def _progress(facts: Facts) -> str:
    event = facts.last_event_on
    text = f"最近实质进展 {event:%m-%d}" if event else "取得首谈权后还没有实质进展"
    return f"{text}，须写明原因" if facts.explain else text
