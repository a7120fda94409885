"""What a calculator counts as an input (要素投入), and by which basis each kind is valued.

Land counts at the transfer price or at cost, never both; infrastructure by its final accounts,
capital as paid in, running costs as audited each year. Source: 要素投入, 成本耗费, 出资比例.
"""

from app.labels import LabelledEnum


class Kind(LabelledEnum):
    """The calculators."""

    EQUITY = "equity", "按股"
    FACTOR_WEIGHTS = "factor_weights", "要素折算"
    RECOVERY_FIRST = "recovery_first", "优先覆盖"
    SHAPLEY = "shapley", "夏普利值"


class Factor(LabelledEnum):
    """What is put in."""

    LAND = "land", "土地"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    CAPITAL = "capital", "资本金"
    OPERATION = "operation", "运营成本"
    FULFILMENT = "fulfilment", "政策兑现"
    REVENUE = "revenue", "营业收入"
    PAYROLL = "payroll", "职工薪酬"
    ASSETS = "assets", "资产"
    OTHER = "other", "其他投入"


class Basis(LabelledEnum):
    """What an amount is based on."""

    LAND_PRICE = "land_price", "土地出让价"
    LAND_COST = "land_cost", "土地成本价"
    FINAL_ACCOUNTS = "final_accounts", "竣工财务决算"
    PAID_IN = "paid_in", "出资到账"
    AUDIT = "audit", "年度审计"
    APPRAISAL = "appraisal", "作价评估"
    ESTIMATE = "estimate", "测算资料"
    OTHER = "other", "其他依据"


class Measure(LabelledEnum):
    """What coalitions are compared by."""

    COST = "cost", "成本"
    GAIN = "gain", "收益"


LAND = frozenset({Basis.LAND_PRICE, Basis.LAND_COST})
ONLY = {
    Factor.LAND: LAND,
    Factor.INFRASTRUCTURE: frozenset({Basis.FINAL_ACCOUNTS}),
    Factor.CAPITAL: frozenset({Basis.PAID_IN}),
    Factor.OPERATION: frozenset({Basis.AUDIT}),
}
"""The kinds of input that one or two bases alone may value."""


def basis_problem(factor: Factor, basis: Basis, land: Basis | None) -> str:
    """What speaks against a basis, `land` being that of the land rows before; else nothing."""
    only = ONLY.get(factor)
    if only is not None and basis not in only:
        named = "或".join(each.label for each in Basis if each in only)
        return f"{factor.label}按{named}计，不按{basis.label}"
    if only is None and basis in LAND:
        return f"{basis.label}只用于土地，不用于{factor.label}"
    if factor is Factor.LAND and land not in (None, basis):
        return "土地按出让价或成本价计，同一测算只用一种"
    return ""
