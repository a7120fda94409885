"""A what-if as an Excel sheet: values as the engine gave them, in 万元, marked 试算."""

from collections.abc import Sequence
from decimal import Decimal

from app.agreements.trials import TrialView
from app.kit.sheets import Cell, Column, Sheet, xlsx
from app.money import Money

_STATUS = {"verified": "已核实", "unverified": "未核实", "demo": "演示值"}


def workbook(trial: TrialView, title: str) -> bytes:
    """The years with every side's share, the totals, the clauses in words above them."""
    heads = [("年度", 12), ("合同年", 8), ("可分（万元）", 16)]
    heads += [(f"{party}（万元）", 18) for party in trial.parties]
    rows = [_row(year.key, year.contract_year, [year.base, *year.shares]) for year in trial.years]
    sheet = Sheet(
        title=title or "测算",
        lines=[*_provenance(trial), *(f"{each.title}：{each.text}" for each in trial.sentences)],
        columns=[Column(name, width) for name, width in heads],
        rows=[*rows, _row("合计", None, [trial.base, *trial.totals])],
    )
    return xlsx(sheet)


def _provenance(trial: TrialView) -> list[str]:
    """What the figures rest on."""
    lines = ["试算：数为计算结果，不能出具结算"]
    lines += [
        f"{rate.tax} {rate.starts_on} 起，{rate.reference or '无文号'}，{_STATUS[rate.status]}"
        for rate in trial.rates
    ]
    return [*lines, *trial.warnings]


def _row(key: str, contract_year: int | None, amounts: Sequence[Money]) -> list[Cell]:
    return [key, contract_year, *(Decimal(amount.fen) / 10**6 for amount in amounts)]
