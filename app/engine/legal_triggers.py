"""The conditions of the legal warnings by name; a rule's data says which one it has.

A trigger gives its reasons in words, none when it does not apply. Texts are read sentence by
sentence across line breaks, without blanks and with full-width letters and digits made plain.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from app.engine.legal_rules import Question, Text, Through
from app.engine.sentences import yuan
from app.engine.taxes import RateStatus
from app.engine.terms import Source

_SENTENCE_ENDS = re.compile("[。;!?]")
_BLANKS = re.compile(r"[\s\u200b-\u200f\ufeff]+")

Trigger = Callable[[Question], tuple[str, ...]]


def phrase(asked: Question) -> tuple[str, ...]:
    """A sentence has one of the rule's phrases."""
    return tuple(f"{text.where}：“{sentence}”" for text, sentence in _struck(asked))


def reward_from_tax(asked: Question) -> tuple[str, ...]:
    """兑现 is computed from the enterprise's tax, and no legal basis of it is recorded."""
    return tuple(
        f"{text.where}：“{sentence}”"
        for text, sentence in _struck(asked)
        if text.item not in asked.agreement.based
    )


def named_enterprise_without_review(asked: Question) -> tuple[str, ...]:
    """One named enterprise is promised something, and there is no review record."""
    agreement = asked.agreement
    if agreement.review:
        return ()
    named = [
        f"{text.where}：“{sentence}”"
        for text, sentence in _struck(asked)
        if any(name in sentence for name in map(_plain, agreement.enterprises))
    ]
    if len(agreement.enterprises) == 1:
        named += [f"“{item.name}”只针对一家企业" for item in asked.scheme.deduct]
    return tuple(named)


def relocation_without_lead(asked: Question) -> tuple[str, ...]:
    """The agreement is of one of the rule's kinds and nobody is on record to have led the move."""
    agreement = asked.agreement
    if agreement.kind not in asked.rule.kinds or agreement.led_by:
        return ()
    return ("没有记录政府主导迁移的证据",)


def no_review(asked: Question) -> tuple[str, ...]:
    """There is no conclusion of a fair-competition review."""
    return () if asked.agreement.review else ("没有公平竞争审查结论",)


def not_approved_or_outside_treasury(asked: Question) -> tuple[str, ...]:
    """市政府 must approve and has not, or the money does not go through 市财政."""
    agreement, reasons = asked.agreement, []
    if agreement.approval_required and not agreement.approval:
        reasons.append("没有市政府批准文号")
    if agreement.through is not Through.CITY:
        reasons.append(f"结算方式为{agreement.through.label}")
    return tuple(reasons)


def rates_not_verified(asked: Question) -> tuple[str, ...]:
    """A run marked final used rate rows that are not verified."""
    status = asked.agreement.rates
    if not asked.agreement.final or status in (None, RateStatus.VERIFIED):
        return ()
    return (f"所用收入分享比例：{status.label}",)


def paid_directly(asked: Question) -> tuple[str, ...]:
    """One district pays another without the city treasury, by its form or by a phrase."""
    direct = asked.agreement.through is Through.DIRECT
    return (*((f"结算方式为{Through.DIRECT.label}",) if direct else ()), *phrase(asked))


def outlives_a_change(asked: Question) -> tuple[str, ...]:
    """A rule ends, or rules or rates change, before the agreement does."""
    ends = [(rule.valid_to, f"{rule.id} 的规则适用到此日") for rule in asked.rules.rules]
    known = [(day, what) for day, what in (*asked.agreement.changes, *ends) if day is not None]
    last = asked.agreement.ends_on
    return tuple(
        f"{day}：{what}"
        for day, what in sorted(known)
        if day >= asked.on and (last is None or day < last)
    )


def fixed_return(asked: Question) -> tuple[str, ...]:
    """A floor is paid from own funds, or a text promises a fixed return."""
    floors = tuple(
        f"“{item.payer}”以自有财力保“{item.party}”每年 {yuan(item.per_year)}"
        for item in asked.scheme.guarantee
        if item.source is Source.OWN_FUNDS
    )
    return (*floors, *phrase(asked))


TRIGGERS: dict[str, Trigger] = {
    trigger.__name__: trigger
    for trigger in (
        phrase,
        reward_from_tax,
        named_enterprise_without_review,
        relocation_without_lead,
        no_review,
        not_approved_or_outside_treasury,
        rates_not_verified,
        paid_directly,
        outlives_a_change,
        fixed_return,
    )
}


def _struck(asked: Question) -> Iterator[tuple[Text, str]]:
    """Where a sentence has one of the rule's phrases; a line that forbids it is not read."""
    rule = asked.rule
    for text in _texts(asked):
        for sentence in _SENTENCE_ENDS.split(unicodedata.normalize("NFKC", text.words)):
            lines = map(_plain, sentence.splitlines())
            read = "".join(
                line for line in lines if not any(each.search(line) for each in rule.unless)
            )
            if any(each.search(read) for each in rule.phrases):
                yield text, read


def _texts(asked: Question) -> tuple[Text, ...]:
    """What people wrote freely: the agreement's texts, and names and reasons in its scheme."""
    scheme = asked.scheme
    return (
        *asked.agreement.texts,
        *(Text("先行扣除", item.name, item.name) for item in scheme.deduct),
        *(Text("一次性补偿", item.reason) for item in scheme.one_off or ()),
        *(Text("其他约定", words) for words in scheme.notes),
    )


def _plain(words: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", words))
