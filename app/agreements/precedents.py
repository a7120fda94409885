"""Schemes that others have agreed (样例), to start a draft from: each with where it is told.

None is checked against the issuing body's own copy, so every one is shown as 未核实. Ratios are
those of the source; amounts, first years and names of the parties are for the drafter to replace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]

OUT, IN = "引资方", "落地方"
PLACEHOLDERS = frozenset({OUT, IN})
"""What a model calls its parties, until a district is chosen in their place."""
PARTIES = [OUT, IN]
FIRST_YEAR = 2028
CALENDAR = {"fiscal_year_one": FIRST_YEAR}
SAMPLE_FACTS: Document = {
    "annual": {
        str(FIRST_YEAR + place): f"{amount}0000.00"
        for place, amount in enumerate((200, 400, 600, 800, 1000, 1030, 1061, 1093, 1126, 1159))
    }
}
"""Invented receipts of the first ten years, rising as plants do."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """One scheme: what it is called, where it comes from, and its terms."""

    id: str
    title: str
    summary: str
    source: str
    scheme: Document
    facts: Document = field(default_factory=lambda: SAMPLE_FACTS)


def _ladder(*steps: tuple[int, int | None, str, str]) -> list[Document]:
    return [
        {"years": [first, last], "weights": {OUT: out, IN: into}}
        for first, last, out, into in steps
    ]


PRECEDENTS = (
    Precedent(
        "E1",
        "阜新（2009）",
        "投产年份起整年计算，第 1 至 5 年 5:5，第 6 至 10 年 4:6，其后全归落地方",
        "http://ask.fsou.com/html/text/lar/171234/17123460_3.html",
        {
            "parties": PARTIES,
            "calendar": {"rule": "fiscal_year", "fiscal_year_one": FIRST_YEAR},
            "term": {"years": 10, "after": IN},
            "split": _ladder((1, 5, "5", "5"), (6, None, "4", "6")),
        },
    ),
    Precedent(
        "E2",
        "宁德（2017）",
        "税收地方留成 5:5，自首笔税收入库之日起 5 年",
        "http://www.mnw.cn/news/nd/1784510.html",
        {
            "parties": PARTIES,
            "calendar": {"rule": "entry_date", "start_trigger": "first_tax"},
            "term": {"years": 5, "after": IN},
            "split": _ladder((1, None, "5", "5")),
        },
        {
            "entries": [
                [f"{FIRST_YEAR + place}-06-20", amount]
                for place, amount in enumerate(SAMPLE_FACTS["annual"].values())
            ]
        },
    ),
    Precedent(
        "E4",
        "淄博资本链接（2022）",
        "先由引资方全额收回直接投资和政策支出，收满后 6:4，共 20 年",
        "http://www.dtgdc.com/news/sd/2022-05-05/68562.html",
        {
            "parties": PARTIES,
            "calendar": {"rule": "fiscal_year", "start_trigger": "recovered"},
            "term": {"years": 20, "after": IN},
            "recover": [{"party": OUT, "amount": "15000000.00"}],
            "split": _ladder((1, None, "6", "4")),
        },
    ),
    Precedent(
        "E5",
        "淄博—石嘴山（2011）",
        "前 10 年 60:40，后 40 年 50:50",
        "http://www.cambodiaguides.com/new/ceramics/news/2011-5-19/2011519758331107.htm",
        {
            "parties": PARTIES,
            "calendar": CALENDAR,
            "term": {"years": 50, "after": IN},
            "split": _ladder((1, 10, "60", "40"), (11, None, "50", "50")),
        },
    ),
    Precedent(
        "E6",
        "青川—广元经开区（2009）",
        "6:4，不设期限；引资方每年保底 500 万元",
        "http://ask.fsou.com/html/text/lar/170869/17086977_1.html",
        {
            "parties": PARTIES,
            "calendar": CALENDAR,
            "split": _ladder((1, None, "6", "4")),
            "guarantee": [{"party": OUT, "per_year": "5000000.00", "payer": IN, "source": "share"}],
        },
    ),
    Precedent(
        "E10",
        "福州（2001）",
        "新项目税收 7:3，不设期限",
        "http://www.handmsg.com/page/2013/0101/29305942.shtml",
        {
            "parties": PARTIES,
            "calendar": CALENDAR,
            "split": _ladder((1, None, "7", "3")),
        },
    ),
    Precedent(
        "R1",
        "京津冀迁移（2015）",
        "50:50 三年，封顶为迁出前三年之和，未到顶再延 2 年",
        "http://tfcjtax.com/a/201908/1dinedpfxs825.shtml",
        {
            "parties": PARTIES,
            "calendar": CALENDAR,
            "term": {"years": 3, "after": IN, "extend": {"if": "cap_not_reached", "years": 2}},
            "split": _ladder((1, None, "50", "50")),
            "cap": [{"party": OUT, "cumulative": "60000000.00", "overflow": IN}],
        },
    ),
    Precedent(
        "Z1",
        "川渝高竹新区（2020）",
        "存量归原属地，增量 5:5",
        "http://baike.sc.xinhuanet.com/sc/a/2379.htm",
        {
            "parties": PARTIES,
            "calendar": CALENDAR,
            "baseline": {"amount": "3000000.00", "owner": IN},
            "split": _ladder((1, None, "5", "5")),
        },
    ),
)

BY_ID = {one.id: one for one in PRECEDENTS}
