"""The readings an agreement must settle, and those that are fixed.

Ten of the fourteen ambiguities are choices: each belongs to a key of the scheme, none has a
preselected answer, and no agreement is confirmed with one open. A choice about an absent clause is
settled by its absence. The rest is fixed and said beside the field. The input is the scheme's JSON
object as written, since a default is no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Document = Mapping[str, object]
UNDECIDED = "未定"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the JSON value that gives it, and its sentence."""

    value: object
    sentence: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One ambiguity, settled by writing `members` wherever the clause `key` stands.

    `options` are the answers of the first member; `absent` is the answer of a scheme without the
    clause, empty where the clause itself is required; `present` that of a clause without options;
    `any_of` asks for one more key; `whole` names a form of the clause that leaves nothing open.
    """

    number: int
    title: str
    question: str
    key: str
    members: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    absent: str = ""
    present: str = ""
    any_of: tuple[str, ...] = ()
    whole: tuple[str, str] = ("", "")

    def settled(self, document: Document) -> bool:
        """Whether the scheme as written answers the question."""
        places = self._places(document)
        return all(self._written(place) for place in places) if places else bool(self.absent)

    def answer(self, document: Document) -> str:
        """The answer in words, `未定` while there is none."""
        places = self._places(document)
        if not places:
            return self.absent or UNDECIDED
        return "；".join(dict.fromkeys(self._answer_at(place) for place in places))

    def variants(self, document: Document) -> tuple[tuple[Option, Document], ...]:
        """The scheme once with each answer, to show the money that it moves.

        None for a clause that is not there, unless the answer itself is the clause.
        """
        if not self._places(document) and self.key not in self.members:
            return ()
        return tuple((option, self._with(document, option.value)) for option in self.options)

    def _places(self, document: Document) -> list[Document]:
        """The objects in which the members are written."""
        if self.key in self.members:
            return [document] if self.key in document else []
        clause = document.get(self.key)
        listed = clause if isinstance(clause, list) else [clause]
        return [item for item in listed if isinstance(item, Mapping)]

    def _written(self, place: Document) -> bool:
        if self.whole[0] in place:
            return True
        started = not self.any_of or any(key in place for key in self.any_of)
        return started and all(member in place for member in self.members)

    def _answer_at(self, place: Document) -> str:
        if self.whole[0] in place:
            return self.whole[1]
        if not self._written(place):
            return UNDECIDED
        said = [each.sentence for each in self.options if each.value == place[self.members[0]]]
        return said[0] if said else self.present or UNDECIDED

    def _with(self, document: Document, value: object) -> Document:
        member = self.members[0]
        if self.key == member:
            return {**document, self.key: value}
        clause = document[self.key]
        if isinstance(clause, list):
            return {**document, self.key: [{**item, member: value} for item in clause]}
        changed = {**self._places(document)[0], member: value}
        return {**document, self.key: _restarted(changed) if self.key == "calendar" else changed}


@dataclass(frozen=True, slots=True)
class Reading:
    """A fixed sentence beside the field `key` of the scheme; `number` of one of the fourteen."""

    key: str
    sentence: str
    number: int = 0


def _restarted(calendar: Document) -> Document:
    """The calendar with the start that its rule asks for, read off the one that it had."""
    year, start = calendar.get("fiscal_year_one"), calendar.get("start")
    rest = {key: each for key, each in calendar.items() if key not in ("fiscal_year_one", "start")}
    if calendar.get("rule") == "entry_date" and isinstance(year, int):
        return {**rest, "start": f"{year:04d}-01-01"}
    if calendar.get("rule") == "fiscal_year" and isinstance(start, str) and start[:4].isdigit():
        return {**rest, "fiscal_year_one": int(start[:4])}
    return calendar


def open_choices(document: Document) -> tuple[Choice, ...]:
    """The choices a scheme leaves open, in order."""
    return tuple(choice for choice in CHOICES if not choice.settled(document))


def readings_beside(key: str) -> tuple[Reading, ...]:
    """The fixed sentences beside one top-level key of the scheme."""
    return tuple(reading for reading in READINGS if reading.key == key)


def fixed() -> tuple[Reading, ...]:
    """The four of the fourteen ambiguities that are no choice, by their number."""
    return tuple(sorted((each for each in READINGS if each.number), key=lambda each: each.number))


CHOICES: tuple[Choice, ...] = (
    Choice(
        1,
        "基数口径",
        "分享哪一级的收入；附加、滞纳金、查补、免抵调计不计入？",
        "base",
        ("level", "taxes", "kinds_out"),
        (
            Option("gross", "按全部税收分享"),
            Option("local", "按地方级收入分享"),
            Option("below_province", "按省以下收入分享"),
            Option("district", "按区县级留成分享"),
        ),
    ),
    Choice(
        2,
        "兑现",
        "兑现超过当年基数的部分，结转还是作废？",
        "deduct",
        ("carry",),
        (
            Option(True, "兑现在分享前扣除，扣不完的结转以后年度"),
            Option(False, "兑现在分享前扣除，扣不完的当年作废"),
        ),
        absent="分享前不扣除兑现",
    ),
    Choice(
        3,
        "封顶计入范围",
        "优先收回、预留和补足是否占用封顶额？",
        "cap",
        ("scope",),
        (
            Option("total", "各项所得均计入封顶"),
            Option("split_only", "只有按比例分得的部分计入封顶"),
        ),
        absent="不设封顶",
    ),
    Choice(
        4,
        "起算与年度",
        "从何时起算；按财政年度还是按周年？",
        "calendar",
        ("rule",),
        (
            Option("fiscal_year", "按财政年度整年计算"),
            Option("entry_date", "按入库日期、满周年计算"),
        ),
        any_of=("fiscal_year_one", "start", "start_trigger"),
    ),
    Choice(
        5,
        "负数年度",
        "收入为负的年度，结转还是当年分担？",
        "negative",
        ("negative",),
        (Option("carry", "负数结转以后年度"), Option("share", "负数当年由各方分担")),
    ),
    Choice(
        6,
        "留抵退税",
        "留抵退税按入库数还是按调库后的数计算？",
        "base",
        ("vat_credit_refund",),
        (
            Option("booked", "留抵退税按入库时的数额"),
            Option("after_equalisation", "留抵退税按调库以后的数额"),
        ),
    ),
    Choice(
        7,
        "存量范围",
        "存量合并计算还是分地计算？",
        "baseline",
        ("scope",),
        (
            Option("pooled", "各地存量全额保留，合并计算增量"),
            Option("per_territory", "各地分别计算增量"),
        ),
        absent="没有存量基数",
        whole=("amount", "一笔存量，由一方保留"),
    ),
    Choice(
        8,
        "保底资金来源",
        "保底由补足方的分得额还是自有财力支付？",
        "guarantee",
        ("source",),
        (
            Option("share", "以补足方本期分得额为限补足"),
            Option("own_funds", "由补足方以自有财力补足"),
        ),
        absent="不设保底",
    ),
    Choice(
        11,
        "现金归集",
        "现金随归属，还是另行归集？",
        "cash",
        ("of", "to", "pct"),
        absent="现金随归属，轧差结算",
        present="按条款归集现金",
    ),
    Choice(
        14,
        "指标分算",
        "产值、固投等指标是否分算、重复计算？",
        "indicators",
        ("name",),
        absent="不分算指标",
        present="按条款分算指标",
    ),
)

READINGS: tuple[Reading, ...] = (
    Reading("negative", "负数结转的年度，保底照付，兑现照常到期。"),
    Reading("negative", "分享期满时尚未冲减的负数不再追补。"),
    Reading("baseline", "负数由各方分担而又有存量归属方的，全部负数由其承担。"),
    Reading("baseline", "存量不增长；税制变化后由新的协议版本重定。"),
    Reading("recover", "优先收回在预留之前，收满以前不作其他分配。"),
    Reading("cap", "收回、预留、转付的兑现和保底补足都占用封顶额，另有约定的除外。"),
    Reading("cap", "封顶按一方分得额计算，按所列次序各一次；更正后整条重算。", 9),
    Reading("cap", "退回的份额恢复封顶余额。"),
    Reading("guarantee", "封顶优先于保底：保底只补到封顶余额。"),
    Reading("guarantee", "首尾不足整年的年度，保底不按比例折减。"),
    Reading("term", "有几项封顶的，一项尚有余额即可延长。"),
    Reading("term", "期满时未收回的投入、未扣完的兑现和结转的负数不再计算。"),
    Reading("term", "起算前的收入全部归期外归属方。"),
    Reading(
        "calendar",
        "按入库日期计算的，最后一个财政年度分两段、各自取整；满周年当日已在期外，"
        "约定次日起算的，起算日填次日。",
    ),
    Reading("base", "收入分享比例以入库当日有效的为准，体制调整后新基数照本协议比例分享。", 12),
    Reading("base", "企业分立、合并、迁移登记或改为分支机构的，以纳税人清单为准。", 13),
    Reading("split", "每个年度取整一次，余下的分先给排列在前的一方，不按凭证逐笔取整。", 10),
    Reading("tiers", "每个年度取整一次，余下的分先给排列在前的一方，不按凭证逐笔取整。"),
)
