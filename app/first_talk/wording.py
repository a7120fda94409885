"""What a receipt says, line by line in Chinese, as page and print show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.clock import SHANGHAI
from app.first_talk.rights import HOLD

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Line:
    """One line: its label, the text, and a smaller line below."""

    label: str
    text: str
    note: str = ""


def stated(content: Mapping[str, Any], district: str, number_at: datetime) -> list[Line]:
    """The lines of a receipt; what it does not state has no line."""
    if _is_draw(content):
        return _draw(content, district, number_at)
    lines = [
        Line("登记单位", f"泸州市{content['district_name']}{content['unit']}（{district}）"),
        _correction(content),
        _enterprise(content),
        _scope(content),
        _reported(content, number_at),
        _talked(content),
        _state(content),
        _pool(content),
        Line("名义截止", _day(content.get("nominal_end"))),
        _effective(content),
        _basis(content),
    ]
    return [line for line in lines if line.text]


def heading(content: Mapping[str, Any]) -> tuple[str, str]:
    """What the sheet is called, and what its number is."""
    if _is_draw(content):
        return ("抽查抽签记录", "记录号")
    lead = content["kind"] == "lead"
    return ("登记回执", "回执号") if lead else ("首谈凭证", "凭证号")


def chinese_day(day: date) -> str:
    """`2026年8月4日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _is_draw(content: Mapping[str, Any]) -> bool:
    """Whether it is about a draw (抽查回访), corrected or not; no other entry has `among`."""
    return "among" in content


def _draw(content: Mapping[str, Any], district: str, number_at: datetime) -> list[Line]:
    """The lines of a draw (抽查回访)."""
    among = len(content["among"])
    return [
        Line("登记单位", f"{content['district_name']}{content['unit']}（{district}）"),
        *([corrected] if (corrected := _correction(content)).text else []),
        Line("抽签时间", _instant(number_at), "台账时间"),
        Line("抽签范围", f"{_day(content['first'])}至{_day(content['last'])}首次完整申报的首谈"),
        Line("抽取", f"{among} 项中抽 {min(content['asked'], among)} 项", "全部凭证号见存证"),
        Line("办法", "按 SHA-256（抽签记录数字摘要‖凭证号）由小到大取"),
    ]


def _correction(content: Mapping[str, Any]) -> Line:
    """Which entry this one corrects, and what was wrong."""
    if not content.get("corrects"):
        return Line("更正", "")
    return Line("更正", content["correction"], f"更正凭证 {content['corrects']}")


def _enterprise(content: Mapping[str, Any]) -> Line:
    uscc = content["uscc"]
    name = content["enterprise"] or content.get("lead_name") or ""
    return Line("企业", name, f"统一社会信用代码　{uscc}" if uscc else "未登记信用代码")


def _scope(content: Mapping[str, Any]) -> Line:
    if not content.get("division"):
        return Line("首谈范围", "")
    line = content["line"]
    text = f"{content['division_label']}（大类 {content['division']}）"
    return Line("首谈范围", text, f"产品线　{line}" if line else "")


def _reported(content: Mapping[str, Any], number_at: datetime) -> Line:
    reported = content.get("first_reported_at")
    if reported is None:
        return Line("登记时间", _instant(number_at), "台账时间；只证明登记的日期和先后，不排他")
    moment = datetime.fromisoformat(reported)
    return Line("首报时间", _instant(moment), "首次完整申请的台账时间，决定先后")


def _talked(content: Mapping[str, Any]) -> Line:
    talked = content.get("first_talked_on")
    if not talked:
        return Line("首谈时间", "")
    text = chinese_day(date.fromisoformat(talked))
    return Line("首谈时间", text, "首次实质接触，有佐证，用于异议裁定")


def _state(content: Mapping[str, Any]) -> Line:
    label = content.get("state_label", "")
    active, nominal = content.get("active_on"), content.get("nominal_end")
    if label and active and nominal and not content.get("ended_at"):
        start, end = date.fromisoformat(active), date.fromisoformat(nominal)
        return Line("状态", f"{label}，{chinese_day(start)}起，{(end - start).days} 日")
    if content.get("ended_at"):
        return Line("状态", f"{label}，{_instant(datetime.fromisoformat(content['ended_at']))}")
    held = content.get("state") in {state.value for state in HOLD}
    return Line("状态", f"{label}（暂保护）" if held else label)


def _pool(content: Mapping[str, Any]) -> Line:
    """Until when the holder keeps it (拟流转), or another unit may take it over."""
    if pool_by := content.get("pool_by"):
        return Line("拟流转", f"{_day(pool_by)}24 时", "期满进入流转池，登记机构可以提前推介")
    accept_by = content.get("accept_by")
    return Line("承接截止", f"{_day(accept_by)}24 时" if accept_by else "")


def _effective(content: Mapping[str, Any]) -> Line:
    end = content.get("effective_end")
    if not end:
        return Line("有效截止", "")
    notes = []
    if end != content.get("nominal_end"):
        notes.append("遇休息日顺延")
    if content.get("provisional"):
        notes.append(f"{end[:4]} 年待节假日安排公布")
    return Line("有效截止", f"{_day(end)}24 时", "；".join(notes))


def _basis(content: Mapping[str, Any]) -> Line:
    version = content.get("policy_version")
    note = f"政策版本 {version}，参数为{content['policy_status']}" if version else ""
    return Line("政策依据", content["basis"], note)


def _day(text: str | None) -> str:
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{chinese_day(day)}（星期{_WEEKDAYS[day.weekday()]}）"


def _instant(moment: datetime) -> str:
    local = moment.astimezone(SHANGHAI)
    return f"{chinese_day(local.date())} {local:%H:%M:%S}.{local.microsecond // 1000:03d}"
