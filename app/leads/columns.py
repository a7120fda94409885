"""What stands in the columns of a list of leads: heads recognised, cells read as people write them.

Pure. A head may be spelled in many ways and name a unit; a date, an amount, a code may be written
in several. What cannot be read is said in Chinese, for the cell that it stands in.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.labels import LabelledEnum


class Field(LabelledEnum):
    """What a column may hold."""

    NAME = "name", "企业名称"
    USCC = "uscc", "统一社会信用代码"
    PROJECT = "project_name", "项目名称"
    SOURCE = "source", "来源"
    DIVISION = "division", "行业大类"
    LINE = "line", "产品或产线"
    AMOUNT = "planned_investment", "计划投资总额"
    FIXED = "fixed_asset_investment", "固定资产投资"
    TALKED = "first_talked_on", "首谈时间"
    CONTACT = "contact_name", "联系人"
    PHONE = "contact_phone", "联系电话"
    OWNER = "owner", "责任人"
    NOTE = "note", "备注"


_SPELLINGS = {
    Field.NAME: """
        企业名称 企业 公司 公司名称 企业全称 公司全称 单位名称 单位 投资方 投资方名称 投资企业
        投资主体 投资人 客商名称 客商 客户名称 企业或项目名称 线索名称""",
    Field.USCC: "统一社会信用代码 社会信用代码 信用代码 统一信用代码 企业代码 税号",
    Field.PROJECT: "项目名称 项目 拟投项目 投资项目 意向项目 项目名",
    Field.SOURCE: "来源 线索来源 信息来源 项目来源 渠道 来源渠道",
    Field.DIVISION: "行业大类 行业 所属行业 产业 产业类别 行业类别 国民经济行业",
    Field.LINE: "产品或产线 产品 产线 主要产品 建设内容 项目内容 投资内容 主营业务 主营产品",
    Field.AMOUNT: """
        计划投资总额 计划投资 投资总额 总投资 投资额 拟投资额 计划总投资 意向投资 意向投资额
        预计投资 预计总投资 投资规模 投资金额 项目总投资""",
    Field.FIXED: "固定资产投资 固定资产 固投 其中固定资产投资 固定资产投资额",
    Field.TALKED: """
        首谈时间 首谈日期 首次洽谈时间 首次洽谈日期 首次接触时间 首次接触日期 洽谈时间 接触时间
        对接时间""",
    Field.CONTACT: "联系人 企业联系人 联系人姓名 对接人 企业对接人 姓名",
    Field.PHONE: "联系电话 电话 手机 手机号 手机号码 联系方式 联系人电话 电话号码",
    Field.OWNER: "责任人 负责人 招商专员 跟进人 跟踪人 经办人 承办人",
    Field.NOTE: "备注 说明 备注说明 其他 需求 企业诉求 进展 进展情况 最新进展",
}
_KNOWN = {word: one for one, words in _SPELLINGS.items() for word in words.split()}
_UNITS = re.compile(r"(亿|万)?(美元|元)|(?<=[(/,:])(亿|万)(?=[),]|$)")
_ASIDE = re.compile(r"\([^)]*\)|/.*$|(亿|万)(美元|元)$|[*:\s]")
_AMOUNT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(亿|万)?(美元|元)?")
_DAY = re.compile(r"([0-9]{4})[./年-]([0-9]{1,2})[./月-]([0-9]{1,2})日?(?:[ T].*)?")
_COMPACT_DAY = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
_POWER = re.compile(r"[0-9.]+E\+?[0-9]+", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "\\", "无", "暂无", "待定"})
_WITHHELD = frozenset({"企业暂未提供", "暂未提供", "未提供", "暂不提供", "保密", "不便透露"})
_MISTAKES = frozenset(
    {"#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
_SECTIONS = "ABCDEFGHIJKLMNOPQRST"
_HEAD_WITHIN = 10
_CODED = {
    Field.SOURCE: "source",
    Field.DIVISION: "scope.division",
    Field.OWNER: "owner_id",
}
_HINTS = {
    Field.DIVISION: "两位代码或名称，如 22 或 造纸和纸制品业",
    Field.OWNER: "本单位在岗招商人员的姓名",
}
UNITS = ("亿元", "万元", "元", "亿美元", "万美元", "美元")


@dataclass(frozen=True)
class Heading:
    """Where the heads stand (-1: nowhere), and per column its field ("": none) and unit."""

    at: int
    fields: list[str]
    units: list[str]


@dataclass(frozen=True)
class Words:
    """The labels that cells may use for codes, each with its code."""

    sources: Mapping[str, str]
    divisions: Mapping[str, str]
    people: Mapping[str, str]


@dataclass
class Reading:
    """A row as the form of a lead would have it, and what is wrong by field."""

    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def heading(rows: Sequence[Sequence[str]]) -> Heading:
    """The row among the first ten that names most columns, if one names what a lead is called."""
    best = Heading(-1, [], [])
    for at, cells in enumerate(rows[:_HEAD_WITHIN]):
        fields = _named(cells)
        named = [one for one in fields if one]
        is_head = Field.NAME in named or Field.PROJECT in named
        if is_head and len(named) > sum(map(bool, best.fields)):
            best = Heading(at, fields, [unit_of(cell) for cell in cells])
    return best


def _named(cells: Sequence[str]) -> list[str]:
    """The field of each head; the first column of a field has it."""
    found: list[str] = []
    for cell in cells:
        one = _KNOWN.get(_ASIDE.sub("", _plain(cell)), "")
        found.append("" if one in found else str(one))
    return found


def unit_of(head: str) -> str:
    """The unit that the head of a column of amounts names, else ""."""
    match = _UNITS.search(_plain(head).replace("人民币", ""))
    if match is None:
        return ""
    return f"{match[3]}元" if match[3] else f"{match[1] or ''}{match[2]}"


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def read(cells: Mapping[str, str], units: Mapping[str, str], words: Words) -> Reading:
    """A row by field: what can be read, and a message for each cell that cannot."""
    found = Reading()
    for name, raw in cells.items():
        text = raw.strip()
        if text in _NOTHING:
            continue
        try:
            found.typed.update(_read_one(Field(name), text, units, words))
        except ValueError as error:
            found.faults[name] = str(error)
    if "name" not in found.typed and "name" not in found.faults:
        _name_by_project(found)
    return found


def _name_by_project(found: Reading) -> None:
    """A row without an enterprise is a project's, called by it."""
    if "project_name" in found.typed:
        found.typed["name"] = found.typed.pop("project_name")
        found.typed["named"] = "project"
    elif "project_name" not in found.faults:
        found.faults["name"] = "请填写企业名称或项目名称"


def _read_one(what: Field, text: str, units: Mapping[str, str], words: Words) -> Mapping[str, str]:
    if text.upper() in _MISTAKES:
        raise ValueError(f"单元格是错误值 {text}，请改成实际内容")
    if text.startswith("="):
        raise ValueError("公式没有算出结果，请改成实际内容")
    if what in (Field.USCC, Field.PHONE) and _POWER.fullmatch(text):
        raise ValueError("Excel 把它存成了数字，后几位已丢失，请将该列设为文本后重填")
    if what in (Field.AMOUNT, Field.FIXED):
        return _amount(what, text, units.get(what, ""))
    if what is Field.TALKED:
        return {what: read_day(text).isoformat()}
    if what in _CODED:
        return {_CODED[what]: _coded(what, text, words)}
    return {"scope.line" if what is Field.LINE else what: text}


def _amount(what: Field, text: str, unit: str) -> Mapping[str, str]:
    if text in _WITHHELD and what is Field.AMOUNT:
        return {"planned_investment_withheld": "true"}
    if text in _WITHHELD:
        return {}
    plain = _plain(text).replace(",", "").strip("约¥￥$").removesuffix("人民币")
    match = _AMOUNT.fullmatch(plain)
    if match is None:
        raise ValueError("金额应为数字，如 1.2亿 或 12000万")
    number, scale, coin = match.groups()
    own = f"{scale or ''}{coin or '元'}" if scale or coin else unit
    if not own:
        raise ValueError("金额没有单位：请在上方选择单位，或写成 1.2亿、12000万")
    typed = {what.value: number + own.replace("美元", "元")}
    if what is Field.AMOUNT:
        typed["planned_investment_currency"] = "USD" if "美元" in own else "CNY"
    elif "美元" in own:
        raise ValueError("固定资产投资请以人民币填写")
    return typed


def read_day(text: str) -> date:
    """A day as people and Excel write it; ValueError for a text that is none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    if match is not None:
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            raise ValueError(f"没有 {text} 这一天") from None
    if _SERIAL.fullmatch(plain):
        return date(1899, 12, 30) + timedelta(days=int(plain.partition(".")[0]))
    raise ValueError("日期应写成 2026-03-01、2026.3.1 或 2026年3月1日")


def _coded(what: Field, text: str, words: Words) -> str:
    """The code that a label, a code, or both together mean."""
    codes = {
        Field.SOURCE: words.sources,
        Field.DIVISION: words.divisions,
        Field.OWNER: words.people,
    }[what]
    plain = _plain(text)
    digits = plain.lstrip(_SECTIONS)[:2].rstrip("、.-")
    for key in (plain, digits.zfill(2) if digits.isdigit() else plain):
        if key in codes or key in codes.values():
            return codes.get(key, key)
    hint = "、".join(codes) if what is Field.SOURCE else _HINTS[what]
    raise ValueError(f"没有“{text[:20]}”这个{what.label}，可填{hint}")
