"""签约 counted once: the first with its whole amount, every later one with what it adds."""

from sqlalchemy import select

from app.first_talk.policies import Currency
from app.kit.work import Work
from app.money import ZERO, Money
from app.projects.models import Project, Signing


def increment(before: list[Money], amount: Money) -> Money:
    """What a signing adds to those before it: nothing, unless it goes beyond the largest."""
    return max(amount - max(before, default=ZERO), ZERO)


def record(work: Work, row: Project) -> None:
    """One more 签约 of a project; dollars are never converted and add nothing in yuan."""
    made = select(Signing).where(Signing.project_id == row.id).order_by(Signing.n)
    before = list(work.session.scalars(made))
    amount, currency = row.planned_investment, row.planned_investment_currency
    in_yuan = [one.amount for one in before if one.amount and one.currency is Currency.CNY]
    counts = amount is not None and currency is Currency.CNY
    work.add(
        Signing(
            project_id=row.id,
            n=len(before) + 1,
            signed_on=row.agreement_signed_on or work.today,
            amount=amount,
            currency=currency,
            increment=increment(in_yuan, amount) if amount and counts else ZERO,
            recorded_at=work.now,
        )
    )
