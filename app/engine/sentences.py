"""The Chinese sentence of each line of the working.

Every sentence shows the formula with its figures, so that it can be redone by hand; where a cap,
a floor or lack of money decided, it says so.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from app.engine.sheet import Sheet
from app.engine.taxes import ALL_LEVELS, WaterfallRow
from app.engine.terms import (
    Baseline,
    Cap,
    Deduction,
    Guarantee,
    Recovery,
    Reserve,
    Scope,
    Source,
    Weights,
)
from app.money import Money


def yuan(fen: int) -> str:
    """An amount for people: `1,234.50`."""
    return str(Money(fen))


def ratio_text(exact: Fraction) -> str:
    """A ratio as a decimal where it ends within twelve places, else as a fraction."""
    scaled = exact * 10**12
    if scaled.denominator != 1:
        return str(exact)
    digits = str(scaled.numerator).rjust(13, "0")
    return f"{digits[:-12]}.{digits[-12:]}".rstrip("0").rstrip(".")


def base(sheet: Sheet, x: int) -> str:
    """The base of a slice with what was carried."""
    year = sheet.slice.fiscal_year
    count = len(sheet.slice.amounts)
    amount = f"{year} 年度可分享收入 {yuan(sheet.slice.base)}"
    if count > 1:
        amount += f"（{count} 笔相加）"
    if sheet.carried_in:
        amount += f" + 上年结转 {yuan(sheet.carried_in)} = {yuan(x)}"
    return amount


def waterfall(row: WaterfallRow) -> str:
    """One tax entry by level, with the documents and the status of its rates."""
    levels = "、".join(
        f"{level} {yuan(fen)}" for level, fen in zip(ALL_LEVELS, row.levels, strict=True)
    )
    sources = "；".join(f"{rate.doc_no or '无文号'}，{rate.status.label}" for rate in row.rows)
    how = f"按收入分享比例（{sources}）" if row.rows else "按国库实际入库级次"
    return f"{row.entry.tax} {yuan(row.entry.amount)} {how}：{levels}"


def after(sheet: Sheet, party: str) -> str:
    """A slice before the start or after the end."""
    year = sheet.slice.fiscal_year
    why = sheet.outside.label if sheet.outside else ""
    return f"{year} 年度{why}，收入 {yuan(sheet.slice.base)} 全部归{party}"


def carried(x: int) -> str:
    """A negative amount is carried."""
    return f"本期为负 {yuan(x)}，不分，结转以后年度：max(0, {yuan(x)}) = 0.00"


def shared_negative(x: int) -> str:
    """A negative amount is shared."""
    return f"本期为负 {yuan(x)}，按约定由各方分担，继续往下计算"


def kept(baseline: Baseline, x: int, increment: int) -> str:
    """存量 and increment."""
    if x == increment:
        return f"存量基数 {yuan(baseline.amount)}：可分 {yuan(x)}，没有留给{baseline.owner}的存量"
    return (
        f"增量 = max(0, {yuan(x)} − 存量基数 {yuan(baseline.amount)}) = {yuan(increment)}，"
        f"其余 {yuan(x - increment)} 归{baseline.owner}"
    )


def pooled_stock(party: str, stock: int) -> str:
    """A pooled 存量 is kept in full."""
    return f"{party}存量基数 {yuan(stock)} 全额保留"


def own_stock(party: str, stock: int, collected: int, stays: int) -> str:
    """A territory keeps at most what came in."""
    return (
        f"{party}入库 {yuan(collected)}，存量基数 {yuan(stock)}：保留 {yuan(stays)}，"
        f"增量 {yuan(collected - stays)}"
    )


def increment(amounts: Iterable[int], x: int) -> str:
    """The increments together."""
    listed = " + ".join(f"({yuan(fen)})" if fen < 0 else yuan(fen) for fen in amounts)
    return f"共同增量 = {listed} = {yuan(x)}"


def deducted(item: Deduction, due: int, x: int, used: int) -> str:
    """兑现 taken before the split."""
    if due == 0:
        return f"{item.name}：本期无应扣额"
    if x <= 0:
        return f"{item.name}应扣 {yuan(due)}，可分 {yuan(x)}，本期无款可扣"
    left = f"，未扣完 {yuan(due - used)}" if due > used else ""
    return f"{item.name}先扣 min({yuan(due)}, {yuan(x)}) = {yuan(used)} 归{item.to}{left}"


def recovered(item: Recovery, due: int, x: int, used: int) -> str:
    """投入 recovered before the split."""
    if due == 0:
        return f"{item.party}的投入已全部收回"
    if x <= 0:
        return f"{item.party}待收回 {yuan(due)}，可分 {yuan(x)}，本期无款可收"
    return (
        f"{item.party}优先收回 min({yuan(due)}, {yuan(x)}) = {yuan(used)}，尚余 {yuan(due - used)}"
    )


def reserved(item: Reserve, live: bool, x: int, part: int) -> str:
    """A percent to the fund."""
    if not live:
        return f"{item.to}滚动发展：本年不在预留年份内"
    percent = ratio_text(item.percent)
    if x == 0:
        return f"{item.to}滚动发展：本期无可分金额"
    if part == 0:
        return f"{item.to}滚动发展：{yuan(x)} × {percent}% 不足一分，不预留"
    return f"{item.to}滚动发展 {yuan(x)} × {percent}% = {yuan(part)}，余 {yuan(x - part)}"


def divided(weights: Weights, x: int, parts: Mapping[str, int]) -> str:
    """The split by ratio."""
    how = f"（{weights.formula}）" if weights.formula else ""
    names = " : ".join(name for name, _ in weights.written)
    ratio = " : ".join(text for _, text in weights.written)
    if x == 0:
        return f"按 {names} = {ratio}{how} 分享：本期无可分金额"
    shares = "，".join(f"{name} {yuan(parts.get(name, 0))}" for name, _ in weights.written)
    return f"{yuan(x)} 按 {names} = {ratio}{how} 分享：{shares}"


def tiered(exact: Iterable[tuple[str, str]], x: int, parts: Mapping[str, int]) -> str:
    """The split by tiers."""
    if x == 0:
        return "分档分享：本期无可分金额"
    raw = "，".join(f"{name} {share}" for name, share in exact)
    shares = "，".join(f"{name} {yuan(part)}" for name, part in parts.items())
    return f"{yuan(x)} 分档计算，精确份额（元）：{raw}；取整到分：{shares}"


def floor_not_yet(item: Guarantee) -> str:
    """A floor before its first year."""
    return f"{item.party}保底从合同第 {item.from_year} 年起，本年不触发"


def topped_up(item: Guarantee, target: int, share: int, paid: int) -> str:
    """A floor, and what limited it."""
    floor = yuan(item.per_year)
    if target < item.per_year:
        floor = f"min(保底 {floor}, 封顶余额 {yuan(target)}) = {yuan(target)}"
    if share >= target:
        return f"{item.party}保底不触发：{yuan(share)} ≥ {floor}"
    gap = f"{item.party}保底：{floor} − {yuan(share)} = {yuan(target - share)}"
    fund = "自有财力" if item.source is Source.OWN_FUNDS else "本期分得额"
    if paid < target - share:
        return f"{gap}，{item.payer}{fund}只够补足 {yuan(paid)}，尚缺 {yuan(target - share - paid)}"
    return f"{gap}，由{item.payer}以{fund}补足"


def capped(item: Cap, counted: int, room: int, over: int) -> str:
    """A cap, and what went over."""
    what = "按比例分得" if item.scope is Scope.SPLIT_ONLY else "分得"
    if over == 0:
        return f"{item.party}未超封顶：{what} {yuan(counted)} ≤ 余额 {yuan(room)}"
    return (
        f"{item.party}封顶：{what} {yuan(counted)} − 余额 {yuan(room)} = {yuan(over)}，"
        f"超出部分归{item.overflow}"
    )


def cap_beats_floor(item: Guarantee, target: int) -> str:
    """A floor that a cap cut."""
    return f"“{item.party}”的保底 {yuan(item.per_year)} 受封顶余额限制，只保到 {yuan(target)}"


def floor_not_met(item: Guarantee, missing: int) -> str:
    """A floor the payer's share could not reach."""
    return f"“{item.payer}”的分得额不够补足“{item.party}”的保底，尚缺 {yuan(missing)}"
