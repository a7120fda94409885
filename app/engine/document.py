"""A run as the JSON document that the command prints and the API answers.

Keys stand in the order of C2; amounts are yuan strings. `complete` and the extension keys are
computed here from the evaluation, so every reader sees the same object.
"""

from collections.abc import Iterable, Mapping

from app.engine import attribution, sentences, settle
from app.engine.notices import incomplete, notices
from app.engine.pipeline import Evaluation
from app.engine.sheet import Sheet
from app.engine.taxes import ALL_LEVELS, RateStatus, WaterfallRow, worst_status
from app.engine.trace import Working
from app.money import Money

Document = dict[str, object]


def yuan(fen: int) -> str:
    """An amount as JSON carries it: `"1234.50"`."""
    return Money(fen).yuan


def amounts(parts: Mapping[str, int]) -> Document:
    """Name to amount."""
    return {name: yuan(fen) for name, fen in parts.items()}


def as_document(evaluation: Evaluation, final_year: int | None = None) -> Document:
    """The whole result of one run."""
    found = notices(evaluation, final_year)
    return {
        **{key: amounts(shares) for key, shares in evaluation.years.items()},
        "steps": [step(evaluation, sheet) for sheet in evaluation.sheets],
        "warnings": [{"code": each.code, "message": each.message} for each in found],
        "complete": not incomplete(found),
        "closing": closing(evaluation),
        **_extensions(evaluation),
    }


def step(evaluation: Evaluation, sheet: Sheet) -> Document:
    """One slice: its figures, where each share comes from, and the lines of the working."""
    figures: Document = {
        "fy": sheet.slice.fiscal_year,
        "contract_year": sheet.slice.contract_year,
        "base": yuan(sheet.slice.base),
    }
    figures |= {"out_of_term": True} if sheet.closed else _live_figures(evaluation, sheet)
    figures["share"] = amounts(sheet.shares)
    if isinstance(sheet.record, Working):
        figures["origin"] = _origin(evaluation, sheet.record)
        figures["lines"] = [line.as_document() for line in sheet.record.lines]
    return figures


def _live_figures(evaluation: Evaluation, sheet: Sheet) -> Document:
    scheme = evaluation.scheme
    deductions = [item.name for item in scheme.deduct]
    caps = [item.party for item in scheme.cap]
    unabsorbed = _not_zero(deductions, sheet.unabsorbed)
    overflowed = _not_zero(caps, sheet.overflowed)
    figures: dict[str, object | None] = {
        "carried_in": _if_any(sheet.carried_in),
        "carried_out": _if_any(sheet.carried_out),
        "baseline_kept": _if_any(sheet.kept),
        "deducted": amounts(dict(zip(deductions, sheet.deducted, strict=True))) or None,
        "deduction_unabsorbed": unabsorbed or None,
        "recovered": amounts(
            dict(zip([item.party for item in scheme.recover], sheet.recovered, strict=True))
        )
        or None,
        "reserved": yuan(sheet.reserved) if scheme.reserve else None,
        "split_base": yuan(sheet.split_base),
        "topup": _if_any(sheet.topup),
        "cap_overflow": overflowed or None,
        "cap_left": amounts(dict(zip(caps, sheet.room_left, strict=True))) or None,
    }
    return {key: value for key, value in figures.items() if value is not None}


def _if_any(fen: int) -> str | None:
    return yuan(fen) if fen else None


def _not_zero(names: Iterable[str], parts: Iterable[int]) -> Document:
    return {name: yuan(fen) for name, fen in zip(names, parts, strict=True) if fen}


def _origin(evaluation: Evaluation, record: Working) -> Document:
    """Party to term to amount, terms in canonical order, zeros left out."""
    order = {term: place for place, term in enumerate(evaluation.scheme.terms)}
    return {
        party: {
            term: yuan(fen)
            for term, fen in sorted(own.items(), key=lambda item: order[item[0]])
            if fen
        }
        for party, own in record.origin.items()
    }


def closing(evaluation: Evaluation) -> Document:
    """期末余额: the `opening` of the next version; all zero after the end."""
    scheme, memory = evaluation.scheme, evaluation.memory
    balances: Document = {"as_of": evaluation.as_of, "carried": yuan(memory.carried)}
    kept = {
        item.name: yuan(due)
        for item, due in zip(scheme.deduct, memory.pending, strict=True)
        if item.carry
    }
    rooms = {
        item.party: yuan(0 if memory.ended else room)
        for item, room in zip(scheme.cap, memory.rooms, strict=True)
        if room is not None
    }
    parties = [item.party for item in scheme.recover]
    left = amounts(dict(zip(parties, memory.balances, strict=True)))
    named = {"deduct": kept, "recover": left, "cap": rooms}
    return balances | {key: value for key, value in named.items() if value}


def _extensions(evaluation: Evaluation) -> Document:
    """The keys of the extensions used, in the order of part B."""
    scheme, facts = evaluation.scheme, evaluation.facts
    found: Document = {}
    if facts.waterfall is not None:
        status = worst_status(facts.waterfall)
        found["waterfall"] = [_waterfall(row) for row in facts.waterfall]
        found["rate_status"] = status.value
        if status is not RateStatus.VERIFIED:
            found["provisional"] = True
    if facts.collected is not None:
        found |= _net(evaluation)
    if scheme.one_off is not None:
        found["one_off"] = [
            {
                "from": item.payer,
                "to": item.payee,
                "amount": yuan(item.amount),
                "due": item.due.isoformat(),
                "reason": item.reason,
                "fy": item.due.year,
            }
            for item in scheme.one_off
        ]
    if scheme.cash is not None:
        found["cash"] = {key: amounts(held) for key, held in attribution.cash(evaluation).items()}
    if evaluation.waiting:
        found["not_started"] = True
    if scheme.indicators is not None:
        found["indicators"] = _indicators(evaluation)
    if scheme.eligibility is not None:
        found["eligible"] = evaluation.eligible
    if facts.settled is not None:
        found["adjustments"] = {
            f"re {key}": amounts(moved) for key, moved in settle.adjustments(evaluation).items()
        }
        found["net_adjustment"] = amounts(settle.net_adjustment(evaluation))
    return found


def _net(evaluation: Evaluation) -> Document:
    netted = settle.net(evaluation)
    return {
        "net": {f"{year:04d}": amounts(parts) for year, parts in netted.items()},
        "payments": [
            {
                "year": each.year,
                "from": each.payer,
                "to": each.payee,
                "amount": yuan(each.amount),
            }
            for each in settle.payments(netted)
        ],
    }


def _waterfall(row: WaterfallRow) -> Document:
    entry = row.entry
    rates = [
        {
            "at": rate.at,
            "tax": rate.tax,
            "of": rate.of,
            "from": rate.first.isoformat(),
            "status": rate.status.value,
            **({"doc_no": rate.doc_no} if rate.doc_no else {}),
        }
        for rate in row.rows
    ]
    return {
        "at": entry.at,
        "date": entry.on.isoformat(),
        "tax": entry.tax,
        "amount": yuan(entry.amount),
        **amounts(dict(zip(ALL_LEVELS, row.levels, strict=True))),
        "rates": rates,
        "text": sentences.waterfall(row),
    }


def _indicators(evaluation: Evaluation) -> Document:
    decimals = {item.name: item.decimals for item in evaluation.scheme.indicators or ()}
    return {
        name: {
            f"{year:04d}": {party: _decimal(value, decimals[name]) for party, value in own.items()}
            for year, own in years.items()
        }
        for name, years in attribution.indicators(evaluation).items()
    }


def _decimal(value: int, decimals: int) -> str:
    """A whole number of the last decimal as a decimal string."""
    digits = str(abs(value)).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)
