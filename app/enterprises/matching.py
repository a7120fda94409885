"""What makes two enterprises, or two filings, the same: pure rules over names and facts.

    name → unified (one script, one width) → canonical (place + core) → grams, likeness
    Profile × Profile → Score: points, reasons, verdict (同一 ≥ 100, 待核查 ≥ review_at, else 不同)

A canonical name has its most specific place (行政区划) in front in short form and no legal form
(有限公司 …): 「四川省泸州市龙马潭区秦泽机械有限公司」 and 「秦泽機械（龍馬潭）有限公司」 are one.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz

from app.labels import LabelledEnum
from app.money import Money

LIKE = 0.9
"""From this likeness on two names count as the same name."""

_SAME = 100
_FORMS = (
    *("股份有限公司", "有限责任公司", "有限公司", "股份公司", "总公司", "分公司", "公司"),
    *("特殊普通合伙企业", "普通合伙企业", "有限合伙企业", "合伙企业"),
    *("特殊普通合伙", "普通合伙", "有限合伙", "个体工商户"),
    *("companylimited", "coltd", "limited", "ltd", "inc", "gmbh", "llc", "plc"),
)
_BRACKET = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_PEOPLE = (
    "(?:(?:蒙古|哈萨克|维吾尔|柯尔克孜)族?|(?:土家|哈尼|傈僳|拉祜|东乡|纳西|景颇|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|锡伯|"
    "普米|塔吉克|鄂温克|保安|裕固|独龙|朝鲜|布依|壮|回|苗|彝|藏|满|侗|瑶|白|傣|黎|羌|水|土|佤|畲|怒|各)族)"
)
_PLACE = re.compile(
    f"(.{{2,}}?)(?:{_PEOPLE}*自治[区州县旗]|特别行政区|地区|新区|林区|特区|矿区|[省市区县旗盟])"
)
_PUBLIC_MAIL = frozenset(
    {
        *("qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sina.cn"),
        *("sohu.com", "139.com", "189.cn", "aliyun.com", "21cn.com", "gmail.com"),
        *("outlook.com", "hotmail.com"),
    }
)


class Verdict(LabelledEnum):
    """What a score says; a person decides where it says 待核查."""

    SAME = "same", "同一"
    REVIEW = "review", "待核查"
    SIMILAR = "similar", "名称相近"
    DIFFERENT = "different", "不同"


@dataclass(frozen=True)
class Canonical:
    """A name as it is compared: the place in short form ("" when it names none), and the core."""

    place: str
    core: str

    @property
    def text(self) -> str:
        """Both in one word."""
        return self.place + self.core


class Places:
    """The administrative divisions (GB/T 2260) by full and by short name."""

    def __init__(self, divisions: Iterable[tuple[str, str]]) -> None:
        """`divisions` are (code, name); of two with one name the wider counts."""
        self._known: dict[str, tuple[int, str]] = {}
        for code, label in sorted(divisions, key=lambda division: _level(division[0])):
            name = unified(label)
            match = _PLACE.fullmatch(name)
            short = match[1] if match else name
            for spelling in (name, short):
                self._known.setdefault(spelling, (_level(code), short))
        self._longest = max(map(len, self._known), default=0)

    def named(self, text: str) -> tuple[int, str] | None:
        """Level (1 省, 2 市, 3 区县) and short name when `text` is a place."""
        return self._known.get(text)

    def leading(self, text: str) -> str:
        """The longest place that `text` begins with, "" for none."""
        ends = range(min(self._longest, len(text)), 1, -1)
        return next((text[:end] for end in ends if text[:end] in self._known), "")

    def trailing(self, text: str) -> str:
        """The longest place that `text` ends with, "" for none."""
        lengths = range(min(self._longest, len(text)), 1, -1)
        return next((text[-n:] for n in lengths if text[-n:] in self._known), "")


def _level(code: str) -> int:
    return 3 - code.endswith("00") - code.endswith("0000")


def unified(name: str) -> str:
    """A name in one spelling: simplified, half width, small letters, nothing but letters, digits.

    Two names with the same unified form are the same full name.
    """
    return "".join(filter(str.isalnum, _spelled(name)))


def _spelled(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return unicodedata.normalize("NFKC", folded).translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """Traditional character → simplified, followed to its end, so that twice is as good as once."""
    ranges = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
    traditional = [chr(code) for first, end in ranges for code in range(first, end)]
    simple = OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    table = {old: new for old, new in zip(traditional, simple, strict=True) if old != new}
    return {ord(old): table.get(new, new) for old, new in table.items()}


def canonical(name: str, places: Places) -> Canonical:
    """The name as it is compared; the canonical form of a canonical text is itself."""
    text, found = _open_brackets(_spelled(name), places)
    while True:
        parsed = _parse(text, found, places)
        if parsed.text == text:
            return parsed
        text, found = parsed.text, []


def _open_brackets(text: str, places: Places) -> tuple[str, list[str]]:
    """The name without its brackets: places in them are taken out, legal forms dropped."""
    found: list[str] = []

    def opened(match: re.Match[str]) -> str:
        inner = unified(match[1])
        if places.named(inner):
            found.append(inner)
            return ""
        return "" if inner in _FORMS else inner

    opened_text = _BRACKET.sub(opened, text)
    bare = "".join(filter(str.isalnum, opened_text))
    return (bare, found) if bare else ("".join(filter(str.isalnum, text)), [])


def _parse(text: str, found: list[str], places: Places) -> Canonical:
    """Take legal forms, places in front and a place before the form off, until none is left."""
    found, core, before = list(found), text, ""
    while core != before:
        before, bare = core, _without_form(core)
        start = places.leading(bare)
        rest = bare.removeprefix(start)
        end = places.trailing(rest) if bare != before else ""
        core = rest.removesuffix(end)
        found += [start, end]
    named = [place for word in found if (place := places.named(word))]
    _, short = max(named, key=lambda place: place[0], default=(0, ""))
    return Canonical(short, core)


def _without_form(text: str) -> str:
    """The text without the legal form at its end; a text that is nothing else stays."""
    if text in _FORMS:
        return text
    return text.removesuffix(next(filter(text.endswith, _FORMS), ""))


def grams(name: Canonical) -> frozenset[str]:
    """What a name is found by: the pairs of letters of its core, and its place with the first 3."""
    core = name.core or name.place
    pairs = {core[at : at + 2] for at in range(max(1, len(core) - 1))}
    tied = {name.place + letter for letter in name.core[:3]} if name.place else set()
    return frozenset(pairs | tied) - {""}


def likeness(one: str, other: str) -> float:
    """How like two canonical texts are, 0 to 1 (Indel ratio)."""
    return fuzz.ratio(one, other) / 100


def initials(text: str) -> str:
    """The pinyin initials of a unified or canonical text: 泸州老窖 → lzlj."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER)).casefold()


@dataclass(frozen=True)
class Profile:
    """What is known of one side of a comparison; what is unknown scores nothing.

    `root` is the enterprise after merges, `names` are the present and former ones (canonical).
    """

    names: frozenset[str] = frozenset()
    root: str | None = None
    uscc: str | None = None
    controller: str | None = None
    phones: frozenset[str] = frozenset()
    mail_domains: frozenset[str] = frozenset()
    division: str | None = None
    line: str = ""
    amount: Money | None = None


@dataclass(frozen=True)
class Score:
    """The points of a comparison, why, and what they say."""

    points: int
    reasons: tuple[str, ...]
    verdict: Verdict


def weigh(one: Profile, other: Profile) -> list[tuple[int, str]]:
    """What two profiles have in common: points and reason of each."""
    return [(points, reason) for points, reason, hit in _tests(one, other) if hit]


def score(one: Profile, other: Profile, review_at: int) -> Score:
    """Compare two profiles; `review_at` is the parameter `same_score_review`.

    One enterprise with two 大类 is never the same project by itself: it goes to review.
    """
    hits = weigh(one, other)
    total = sum(points for points, _ in hits)
    if total >= _SAME:
        divided = one.division and other.division and one.division != other.division
        verdict = Verdict.REVIEW if divided else Verdict.SAME
    elif total >= review_at:
        verdict = Verdict.REVIEW
    else:
        verdict = Verdict.SIMILAR if _same_name(one, other) else Verdict.DIFFERENT
    return Score(total, tuple(reason for _, reason in hits), verdict)


def _tests(one: Profile, other: Profile) -> tuple[tuple[int, str, bool], ...]:
    same_code = _equal(one.uscc, other.uscc)
    same_mail = (one.mail_domains & other.mail_domains) - _PUBLIC_MAIL
    return (
        (_SAME, "统一社会信用代码相同", same_code),
        (_SAME, "名录中为同一企业", not same_code and _equal(one.root, other.root)),
        (45, "同一实际控制人", _equal(one.controller, other.controller)),
        (30, "名称相同或极近", _same_name(one, other)),
        (20, "电话或邮箱域名相同", bool(one.phones & other.phones or same_mail)),
        (20, "同一行业大类", _equal(one.division, other.division)),
        (20, "产品相同", _same_words(one.line, other.line)),
        (10, "金额相差不超过 30%", _near(one.amount, other.amount)),
    )


def _equal(one: str | None, other: str | None) -> bool:
    return bool(one) and one == other


def _same_name(one: Profile, other: Profile) -> bool:
    return any(likeness(a, b) >= LIKE for a in one.names for b in other.names)


def _same_words(one: str, other: str) -> bool:
    words = [grams(Canonical("", unified(line))) for line in (one, other)]
    least = min(map(len, words))
    return least > 0 and 2 * len(words[0] & words[1]) >= least


def _near(one: Money | None, other: Money | None) -> bool:
    if one is None or other is None:
        return False
    small, large = sorted((one.fen, other.fen))
    return 10 * (large - small) <= 3 * large
