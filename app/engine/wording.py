"""Every clause in one Chinese sentence, the text of the agreement.

Text and calculation are one: the sentences are rendered from the scheme that is computed, amounts
also in 大写, years with their first and last day. Two schemes that differ in any term never share a
text. `differences` says in words what a new version changes.
"""

from collections.abc import Iterator, Sized
from dataclasses import dataclass

from app.engine.numerals import in_words
from app.engine.periods import chinese_day, period
from app.engine.sentences import ratio_text, yuan
from app.engine.terms import (
    Baseline,
    BaseRule,
    Calendar,
    Cap,
    CashRule,
    Deduction,
    Eligibility,
    Guarantee,
    Indicator,
    Negative,
    OneOff,
    Recovery,
    Reserve,
    Rule,
    Scheme,
    Scope,
    Settle,
    Source,
    Step,
    Stocks,
    Trigger,
    Weights,
)

ROUNDING = (
    "各项分配计算到分：先各取到分的整数部分，余下的分按小数部分由大到小各补一分，小数部分相同的，"
    "排列在前的一方先得；负数按同额正数的结果取反。"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One clause in words: its pointer, its title, its key among versions, its text."""

    at: str
    title: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One clause that a new version adds (`before` None), drops (`after` None) or changes."""

    key: str
    title: str
    before: str | None
    after: str | None


def clauses(scheme: Scheme) -> tuple[Sentence, ...]:
    """All clauses of a scheme in canonical order."""
    return tuple(_clauses(scheme))


def text(scheme: Scheme) -> str:
    """The agreement's money terms as numbered sentences, one a line."""
    return "\n".join(
        f"{number}. {each.title}：{each.text}"
        for number, each in enumerate(clauses(scheme), start=1)
    )


def differences(before: Scheme, after: Scheme) -> tuple[Change, ...]:
    """The clauses that differ between two versions, in the order of the new one."""
    old = {each.key: each for each in clauses(before)}
    new = {each.key: each for each in clauses(after)}
    changed = [
        Change(key, each.title, old[key].text if key in old else None, each.text)
        for key, each in new.items()
        if key not in old or old[key].text != each.text
    ]
    dropped = [
        Change(key, each.title, each.text, None) for key, each in old.items() if key not in new
    ]
    return (*changed, *dropped)


def money(fen: int) -> str:
    """An amount as an agreement writes it: figures, then words."""
    return f"{yuan(fen)} 元（大写：{in_words(fen)}）"


def quoted(name: str) -> str:
    """A name as the text sets it off."""
    return f"“{name}”"


def _clauses(scheme: Scheme) -> Iterator[Sentence]:
    at, calendar = scheme.at, scheme.calendar
    yield Sentence(f"{at}/parties", "参与方", "parties", _parties(scheme))
    if scheme.base is not None:
        yield Sentence(f"{at}/base", "分享基数", "base", _base(scheme.base))
    yield Sentence(calendar.at, "起算与合同年度", "calendar", _calendar(scheme))
    yield Sentence(f"{at}/term", "分享期", "term", _term(scheme))
    if scheme.eligibility is not None:
        yield Sentence(
            f"{at}/eligibility", "准入条件", "eligibility", _eligibility(scheme.eligibility)
        )
    yield Sentence(f"{at}/negative", "负数年度", "negative", _negative(scheme.negative))
    if isinstance(scheme.baseline, Baseline):
        yield Sentence(f"{at}/baseline", "存量基数", "baseline", _baseline(scheme.baseline))
    elif isinstance(scheme.baseline, Stocks):
        yield Sentence(f"{at}/baseline", "分地存量", "baseline", _stocks(scheme.baseline))
    yield from _items(scheme)
    yield from _attribution(scheme)
    if scheme.settle != Settle():
        yield Sentence(f"{at}/settle", "结算方式", "settle", _settle(scheme.settle))
    if scheme.notes:
        yield Sentence(f"{at}/notes", "其他约定", "notes", _notes(scheme.notes))
    yield Sentence(at, "取整", "rounding", ROUNDING)


def _items(scheme: Scheme) -> Iterator[Sentence]:
    """The items of the lists, in the order they apply."""
    calendar = scheme.calendar
    for place, deduction in enumerate(scheme.deduct):
        clause, order = deduction.clause, _order(place, scheme.deduct)
        yield Sentence(clause.at, "先行扣除", clause.term, order + _deduction(deduction))
    for place, recovery in enumerate(scheme.recover):
        clause, order = recovery.clause, _order(place, scheme.recover)
        yield Sentence(clause.at, "投入优先覆盖", clause.term, order + _recovery(recovery))
    for reserve in scheme.reserve:
        clause = reserve.clause
        yield Sentence(clause.at, "滚动发展", clause.term, _reserve(calendar, reserve))
    for place, step in enumerate(scheme.ladder):
        yield Sentence(step.clause.at, "分享比例", f"split/{place}", _step(calendar, step))
    if scheme.tiers:
        clause = scheme.tiers_clause
        yield Sentence(clause.at, "分档比例", "tiers", _tiers(scheme))
    for floor in scheme.guarantee:
        clause = floor.clause
        yield Sentence(clause.at, "保底", clause.term, _guarantee(calendar, floor))
    for place, cap in enumerate(scheme.cap):
        order = _order(place, scheme.cap)
        yield Sentence(cap.clause.at, "封顶", f"cap/{cap.party}", order + _cap(cap))


def _order(place: int, items: Sized) -> str:
    """Where an item stands among several: they apply in the order written."""
    return f"（第 {place + 1} 顺序）" if len(items) > 1 else ""


def _attribution(scheme: Scheme) -> Iterator[Sentence]:
    """What stands beside the shares: cash, one-off payments, indicators."""
    at = scheme.at
    if scheme.funds:
        names = "、".join(quoted(name) for name in scheme.funds)
        yield Sentence(f"{at}/funds", "资金专户", "funds", f"设资金专户 {names}，只持有现金。")
    for place, rule in enumerate(scheme.cash or ()):
        yield Sentence(f"{at}/cash/{place}", "现金归集", f"cash/{place}", _cash(rule))
    for place, payment in enumerate(scheme.one_off or ()):
        yield Sentence(f"{at}/one_off/{place}", "一次性补偿", f"one_off/{place}", _one_off(payment))
    for place, item in enumerate(scheme.indicators or ()):
        yield Sentence(
            f"{at}/indicators/{place}", "指标分算", f"indicators/{item.name}", _indicator(item)
        )


def _parties(scheme: Scheme) -> str:
    names = "、".join(quoted(name) for name in scheme.parties)
    return f"参与分享的各方依次为 {names}。"


def _base(rule: BaseRule) -> str:
    taxes = "、".join(quoted(tax) for tax in rule.taxes) or "（无）"
    refunds = "扣减退库和留抵退税" if rule.net_of_refunds else "不扣减退库和留抵退税"
    kinds = "、".join(rule.kinds_out)
    left_out = f"，不计 {kinds}" if kinds else "，不另行剔除收入种类"
    credit = "调库以后的数额" if rule.after_equalisation else "入库时的数额"
    return (
        f"分享基数为 {taxes} 的{rule.level.label}，{refunds}{left_out}；出口退税一律不计；"
        f"留抵退税按{credit}计算。"
    )


def _calendar(scheme: Scheme) -> str:
    calendar = scheme.calendar
    before = scheme.before_start
    whole = f"起算前的收入全部归{quoted(before)}。" if before else ""
    return _start(calendar) + whole


def _start(calendar: Calendar) -> str:
    by_year = calendar.rule is Rule.FISCAL_YEAR
    if calendar.trigger is Trigger.RECOVERED:
        return (
            "按财政年度计算，投入全部收回的年度为合同第 1 年；此前各年只扣除、收回和封顶，"
            "负数年度结转，不作分配。"
        )
    if calendar.trigger is not Trigger.DATE:
        unit = (
            "当年为合同第 1 年，按财政年度计算" if by_year else "当日起算，每满一年为一个合同年度"
        )
        return f"以{calendar.trigger.label}之日起算，{unit}。"
    if by_year:
        one = calendar.fiscal_year_one
        first = "首个有数据的年度" if one is None else f"{one} 年"
        return f"按财政年度计算，{first}为合同第 1 年。"
    start = "" if calendar.start is None else chinese_day(calendar.start)
    return (
        f"按入库日期计算，自 {start} 起算，每满一年为一个合同年度，周年当日属于新的合同年度；"
        "一个财政年度跨两个合同年度的，分别计算。"
    )


def _term(scheme: Scheme) -> str:
    term = scheme.term
    if term is None:
        return "不设分享期限。"
    years = period(scheme.calendar, 1, term.years)
    extra = ""
    if term.extra_years:
        more = period(scheme.calendar, term.years + 1, term.longest)
        extra = (
            f"期满后只要有一方累计封顶尚有余额，逐年延长，最多再延 {term.extra_years} 年，"
            f"即{more}；"
        )
    return (
        f"分享期 {term.years} 年，为合同{years}；{extra}期满后的收入全部归{quoted(term.after)}，"
        "未收回的投入、未扣完的兑现和结转的负数不再计算。"
    )


def _negative(rule: Negative) -> str:
    if rule is Negative.CARRY:
        return (
            "可分享收入为负的年度不分配，负数结转以后年度，按吸收年度的比例冲减；"
            "当年的兑现和保底照常计算。"
        )
    return "可分享收入为负的年度，由各方按当年约定分担；有存量归属方的，由其承担全部负数。"


def _baseline(rule: Baseline) -> str:
    return f"每年先由{quoted(rule.owner)}保留存量基数 {money(rule.amount)}，超出部分为增量。"


def _stocks(rule: Stocks) -> str:
    amounts = "，".join(f"{quoted(party)} {money(fen)}" for party, fen in rule.amounts)
    if rule.pooled:
        how = "各地存量全额保留，入库合计减存量合计为共同增量，可以为负"
    else:
        how = "各地以实际入库为限保留存量，各地超出存量的部分合并为共同增量"
    return f"各地每年存量基数为 {amounts}；{how}。"


def _deduction(item: Deduction) -> str:
    series = "，".join(f"{year} 年 {money(fen)}" for year, fen in item.series) or "暂无约定年度"
    left = "结转以后年度继续扣除" if item.carry else "当年扣不完的不再结转"
    return (
        f"分配前先扣除{quoted(item.name)}，归{quoted(item.to)}：{series}；可分金额不足时，{left}。"
    )


def _recovery(item: Recovery) -> str:
    return f"分配前，可分金额全部用于{quoted(item.party)}收回投入，直至收满 {money(item.amount)}。"


def _reserve(calendar: Calendar, item: Reserve) -> str:
    years = period(calendar, item.first, item.last)
    return (
        f"合同{years}，可分金额的 {ratio_text(item.percent)}% 预留给{quoted(item.to)}，"
        "负数时由其按同一比例退回。"
    )


def weights_text(weights: Weights) -> str:
    """`“甲” 5 : “乙” 5`, and the formula that gave it."""
    ratio = " : ".join(f"{quoted(name)} {share}" for name, share in weights.written)
    return f"{ratio}（由{weights.formula}得出）" if weights.formula else ratio


def _step(calendar: Calendar, step: Step) -> str:
    return f"合同{period(calendar, step.first, step.last)}，按 {weights_text(step.weights)} 分享。"


def _tiers(scheme: Scheme) -> str:
    parts, reached = [], 0
    for tier in scheme.tiers:
        upto = "以上部分" if tier.upto is None else f"至 {money(tier.upto)}部分"
        parts.append(f"{yuan(reached)} 元{upto}按 {weights_text(tier.weights)}")
        reached = tier.upto or reached
    return f"每年可分金额分档计算：{'；'.join(parts)}；各档合计后取整一次。"


def _guarantee(calendar: Calendar, item: Guarantee) -> str:
    years = "每年" if item.from_year == 1 else f"合同{period(calendar, item.from_year, None)}每年"
    if item.source is Source.OWN_FUNDS:
        source = f"由{quoted(item.payer)}以自有财力补足"
    else:
        source = f"由{quoted(item.payer)}以其本期分得额为限补足"
    return (
        f"{quoted(item.party)}{years}保底 {money(item.per_year)}，各项所得合计不足的，{source}；"
        "有封顶的，补足到封顶余额为止。"
    )


def _cap(item: Cap) -> str:
    limits = []
    if item.cumulative is not None:
        limits.append(f"累计 {money(item.cumulative)}")
    if item.annual is not None:
        limits.append(f"每年 {money(item.annual)}")
    counts = "各项所得均计入" if item.scope is Scope.TOTAL else "只有按比例分得的部分计入"
    return (
        f"{quoted(item.party)}以{'、'.join(limits)}为限封顶，{counts}，超出部分归"
        f"{quoted(item.overflow)}；退回的份额恢复余额。"
    )


def _cash(rule: CashRule) -> str:
    of = "各方" if rule.of == "*" else quoted(rule.of)
    percent = ratio_text(rule.percent)
    return f"归属不变，{of}归属额的 {percent}% 的现金归集到{quoted(rule.to)}。"


def _one_off(item: OneOff) -> str:
    return (
        f"{quoted(item.payer)}于 {chinese_day(item.due)} 前一次性补偿{quoted(item.payee)} "
        f"{money(item.amount)}，事由：{item.reason}；不计入分享、保底和封顶。"
    )


def _settle(rule: Settle) -> str:
    said = [("", rule.form), ("时间：", rule.when), ("办理：", rule.holder)]
    return "；".join(title + text for title, text in said if text) + "。"


def _notes(texts: tuple[str, ...]) -> str:
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return "　".join(line for line in lines if line)


def _indicator(item: Indicator) -> str:
    if item.weights is None:
        parties = "、".join(quoted(party) for party in item.double_count)
        how = f"{parties}各全额计算"
    else:
        how = f"按 {weights_text(item.weights)} 分算"
    places = f"计算到小数点后 {item.decimals} 位"
    clock = f"；自有起算：{_start(item.calendar).rstrip('。')}" if item.calendar else ""
    if item.calendar is not None and item.calendar.before is not None:
        clock += f"，起算前归{quoted(item.calendar.before)}"
    end = f"；为期 {item.term.years} 年，期外归{quoted(item.term.after)}" if item.term else ""
    return f"指标{quoted(item.name)}{how}，{places}{clock}{end}；不由分成金额推算。"


def _eligibility(rule: Eligibility) -> str:
    tests = []
    if rule.led_by is not None:
        tests.append(f"由{quoted(rule.led_by)}主导")
    if rule.years_before is not None and rule.average_gte is not None:
        tests.append(f"迁移前 {rule.years_before} 年平均不低于 {money(rule.average_gte)}")
    if rule.last_year_gte is not None:
        tests.append(f"迁移前一年不低于 {money(rule.last_year_gte)}")
    listed = "、".join(tests) or "（无）"
    return f"适用条件：{listed}（含本数）；不符合的，收入全部归分享期外的归属方。"
