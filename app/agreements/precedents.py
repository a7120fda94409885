"""Schemes that others have agreed (样例), to start a draft from: each with where it is told.

None is checked against the issuing body's own copy, so every one is shown as 未核实. Ratios and
terms are those of the source; amounts, first years, events and names are for the drafter to
replace. Left out: what is told without its ratio (R3 to R6, E7, E8, E12, Z6 to Z10, F2, F4), and
an 上解 that grows by a formula (F3).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]

OUT, IN = "引资方", "落地方"
HEAD_OFFICE, PROVINCE, FUND = "总机构所在地", "省级", "合作区专户"
PLACEHOLDERS = frozenset({OUT, IN, HEAD_OFFICE, PROVINCE})
"""What a model calls its parties, until a district is chosen in their place."""
PARTIES = [OUT, IN]
FIRST_YEAR = 2028
CALENDAR = {"fiscal_year_one": FIRST_YEAR}
_TEN_YEARS = (200, 400, 600, 800, 1000, 1030, 1061, 1093, 1126, 1159)
SAMPLE_FACTS: Document = {
    "annual": {
        str(FIRST_YEAR + place): f"{amount}0000.00" for place, amount in enumerate(_TEN_YEARS)
    }
}
"""Invented receipts of the first ten years, rising as plants do."""
_BY_DAY: Document = {
    "entries": [
        [f"{FIRST_YEAR + place}-06-20", amount]
        for place, amount in enumerate(SAMPLE_FACTS["annual"].values())
    ]
}
_BY_PLACE: Document = {
    "collected": {
        str(FIRST_YEAR + place): {OUT: f"{300 + amount // 4}0000.00", IN: f"{300 + amount}0000.00"}
        for place, amount in enumerate(_TEN_YEARS)
    }
}


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


def _terms(**clauses: Any) -> Document:
    """A scheme of the two placeholders in the order of scheme v1."""
    return {"parties": PARTIES, "calendar": CALENDAR, **clauses}


def _term(years: int, **more: Any) -> Document:
    return {"years": years, "after": IN, **more}


def _shared(*names: str, decimals: int = 2, out: str = "1", into: str = "") -> list[Document]:
    """Indicators by a ratio; without the second all goes to the first."""
    weights = {OUT: out, **({IN: into} if into else {})}
    return [{"name": name, "decimals": decimals, "weights": weights} for name in names]


_STOCK_KEPT = _terms(
    negative="share",
    baseline={
        "amounts": {OUT: "3000000.00", IN: "3000000.00"},
        "owner": "each",
        "scope": "pooled",
    },
    split=_ladder((1, None, "5", "5")),
    indicators=_shared("地区生产总值", out="5", into="5"),
)

PRECEDENTS = (
    Precedent(
        "R1",
        "京津冀迁移（2015）",
        "变更登记并达产后 50:50 三年，封顶为迁出前三年之和，未到顶再延 2 年；迁前年均满 2,000 万",
        "http://tfcjtax.com/a/201908/1dinedpfxs825.shtml",
        _terms(
            base={"taxes": ["增值税", "企业所得税"], "level": "local"},
            calendar={"rule": "fiscal_year", "start_trigger": "达产+登记"},
            term=_term(3, extend={"if": "cap_not_reached", "years": 2}),
            eligibility={"led_by": "政府", "avg_base": {"years_before": 3, "gte": "20000000.00"}},
            split=_ladder((1, None, "50", "50")),
            cap=[
                {
                    "party": OUT,
                    "cumulative": "66000000.00",
                    "overflow": IN,
                    "basis": {"说明": "迁出前三年之和"},
                }
            ],
        ),
        {
            **SAMPLE_FACTS,
            "events": {"达产": f"{FIRST_YEAR}-09-30", "登记": f"{FIRST_YEAR}-01-15"},
            "pre_move": {str(FIRST_YEAR - back): "22000000.00" for back in (3, 2, 1)},
        },
    ),
    Precedent(
        "R2",
        "郑州跨区迁移",
        "迁出前一年入库 300 万元以上的，以其为固定基数每年由迁入方补给迁出方，以后多少由迁入方承担",
        "http://ask.fsou.com/html/text/lar/173557/17355738_1.html",
        _terms(
            split=[{"years": [1, None], "weights": {IN: "1"}}],
            guarantee=[
                {"party": OUT, "per_year": "3500000.00", "payer": IN, "source": "own_funds"}
            ],
        ),
    ),
    Precedent(
        "E1",
        "阜新（2009）",
        "投产年份起整年计算，第 1 至 5 年 5:5，第 6 至 10 年 4:6，其后全归落地方",
        "http://ask.fsou.com/html/text/lar/171234/17123460_3.html",
        _terms(
            calendar={"rule": "fiscal_year", "start_trigger": "投产"},
            term=_term(10),
            split=_ladder((1, 5, "5", "5"), (6, None, "4", "6")),
        ),
        {**SAMPLE_FACTS, "events": {"投产": f"{FIRST_YEAR}-10-01"}},
    ),
    Precedent(
        "E2",
        "宁德（2017）",
        "税收地方留成 5:5，自首笔税收入库之日起 5 年；产值、固投 5:5，自动建之日另计",
        "http://www.mnw.cn/news/nd/1784510.html",
        _terms(
            calendar={"rule": "entry_date", "start_trigger": "first_tax"},
            term=_term(5),
            split=_ladder((1, None, "5", "5")),
            indicators=[
                {**each, "calendar": {"start_trigger": "开工", "before": IN}}
                for each in _shared("产值", "固投", out="5", into="5")
            ],
        ),
        {**_BY_DAY, "events": {"开工": f"{FIRST_YEAR - 1}-03-01"}},
    ),
    Precedent(
        "E3",
        "辽宁（2019）",
        "财税以 5:5 为基础分享 10 年",
        "https://solutiongraffitis.com/ydetail/190423-d51f1293.html",
        _terms(term=_term(10), split=_ladder((1, None, "5", "5"))),
    ),
    Precedent(
        "E4",
        "淄博资本链接（2022）",
        "先由引资方全额收回直接投资和政策支出，收满后 6:4，共 20 年",
        "http://www.dtgdc.com/news/sd/2022-05-05/68562.html",
        _terms(
            calendar={"rule": "fiscal_year", "start_trigger": "recovered"},
            term=_term(20),
            recover=[{"party": OUT, "amount": "15000000.00"}],
            split=_ladder((1, None, "6", "4")),
        ),
    ),
    Precedent(
        "E5",
        "淄博—石嘴山（2011）",
        "增值税地方部分、企业所得税和城镇土地使用税，前 10 年 60:40，后 40 年 50:50",
        "http://www.cambodiaguides.com/new/ceramics/news/2011-5-19/2011519758331107.htm",
        _terms(
            base={"taxes": ["增值税", "企业所得税", "城镇土地使用税"], "level": "local"},
            term=_term(50),
            split=_ladder((1, 10, "60", "40"), (11, None, "50", "50")),
        ),
    ),
    Precedent(
        "E6",
        "青川—广元经开区（2009）",
        "6:4，不设期限；自第 2 年起引资方每年保底 500 万元；增加值 6:4",
        "http://ask.fsou.com/html/text/lar/170869/17086977_1.html",
        _terms(
            split=_ladder((1, None, "6", "4")),
            guarantee=[
                {
                    "party": OUT,
                    "per_year": "5000000.00",
                    "payer": IN,
                    "source": "share",
                    "from_year": 2,
                }
            ],
            indicators=_shared("增加值", out="6", into="4"),
        ),
    ),
    Precedent(
        "E9",
        "湖南首谈补偿（2025）",
        "税收归落地方，由承接地一次性补偿首谈地，数额由双方商定",
        "https://www.hunantoday.cn/news/xhn/202512/31148824.html",
        _terms(
            split=[{"years": [1, None], "weights": {IN: "1"}}],
            one_off=[
                {
                    "from": IN,
                    "to": OUT,
                    "amount": "5000000.00",
                    "due": f"{FIRST_YEAR}-12-31",
                    "reason": "首谈地前期投入",
                }
            ],
        ),
    ),
    Precedent(
        "E10",
        "福州（2001）",
        "新项目税收 7:3，不设期限；引资额、产值、固投全计引资方",
        "http://www.handmsg.com/page/2013/0101/29305942.shtml",
        _terms(split=_ladder((1, None, "7", "3")), indicators=_shared("引资额", "产值", "固投")),
    ),
    Precedent(
        "E11-1",
        "沂水",
        "地方财政收入 7:3，不设期限",
        "http://fgw.linyi.gov.cn/info/1549/13042.htm",
        _terms(split=_ladder((1, None, "7", "3"))),
    ),
    Precedent(
        "E11-2",
        "费县",
        "地方财政收入 8:2，不设期限",
        "https://www.renrendoc.com/p-60438478.html",
        _terms(split=_ladder((1, None, "8", "2"))),
    ),
    Precedent(
        "Z1",
        "川渝高竹新区（2020）",
        "存量各归原属地，增量 5:5，指标按比例分算",
        "http://baike.sc.xinhuanet.com/sc/a/2379.htm",
        _STOCK_KEPT,
        _BY_PLACE,
    ),
    Precedent(
        "Z2",
        "遂潼（2021）",
        "存量各归原属地，增量 5:5，指标按比例分算",
        "http://024yangchetuan.com/zxjzzsc/2021-12-27/160483.html",
        _STOCK_KEPT,
        _BY_PLACE,
    ),
    Precedent(
        "Z3",
        "甘眉工业园区（2012）",
        "按股投资、按约分利，公布为 1:1；土地收入另立一本账",
        "http://kbcmw.com/html/xw/jjgz/17798.html",
        _terms(
            split=[
                {
                    "years": [1, None],
                    "formula": {"type": "equity", "stakes": {OUT: "1", IN: "1"}},
                }
            ],
        ),
    ),
    Precedent(
        "Z4",
        "合淮合作区（2023）",
        "税收归属 5:5，地方所得现金全部留在合作区滚动发展",
        "http://m.szweitang.cn/kauixun/20230411/76308.html",
        _terms(
            split=_ladder((1, None, "5", "5")),
            funds=[FUND],
            cash=[{"of": "*", "to": FUND, "pct": "100"}],
        ),
    ),
    Precedent(
        "Z5",
        "平湖—青田（2017）",
        "税收归落地方，每年按实际投资的 10% 给投资方固定回报；示例按投资 3,000 万元",
        "http://49.213.0.198/doc/239_13431_104742960_1.html",
        _terms(
            split=[{"years": [1, None], "weights": {IN: "1"}}],
            guarantee=[
                {"party": OUT, "per_year": "3000000.00", "payer": IN, "source": "own_funds"}
            ],
        ),
    ),
    Precedent(
        "F1",
        "总分机构（2012）",
        "总机构 50%，其余按上年营业收入、职工薪酬、资产总额 0.35、0.35、0.30 分给各分支机构所在地",
        "https://qidulp.com/article/p/3001",
        {
            "parties": [HEAD_OFFICE, *PARTIES],
            "calendar": CALENDAR,
            "base": {"taxes": ["企业所得税"], "level": "local"},
            "reserve": [{"to": HEAD_OFFICE, "pct": "50", "years": [1, None]}],
            "split": [
                {
                    "years": [1, None],
                    "formula": {
                        "type": "factor_weights",
                        "alpha": {"营业收入": "0.35", "职工薪酬": "0.35", "资产总额": "0.30"},
                        "inputs": {
                            OUT: {"营业收入": "600", "职工薪酬": "80", "资产总额": "500"},
                            IN: {"营业收入": "400", "职工薪酬": "120", "资产总额": "1500"},
                        },
                    },
                }
            ],
        },
    ),
    Precedent(
        "F5",
        "福建环境保护税",
        "环境保护税省级与落地方 20:80",
        "https://0798ci.com/tax/33463.html",
        {
            "parties": [PROVINCE, IN],
            "calendar": CALENDAR,
            "base": {"taxes": ["环境保护税"], "level": "local"},
            "split": [{"years": [1, None], "weights": {PROVINCE: "20", IN: "80"}}],
        },
    ),
)

BY_ID = {one.id: one for one in PRECEDENTS}
