"""A run of the engine as the bench shows it: years, workings, and the money that clauses move.

Everything is read off the document that the command `split` prints, so page and command agree.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.agreements import views
from app.agreements.schemas import EffectsView, EffectView, SentenceView
from app.agreements.trials import (
    ChoiceTrial,
    ColumnView,
    CountedView,
    HoldersView,
    IndicatorView,
    LineView,
    MoveView,
    OptionView,
    OriginView,
    PaymentView,
    RateView,
    TrialView,
    YearView,
)
from app.engine import casefile, choices
from app.engine.cases import Case, Part, read_case
from app.engine.effects import effects as effects_of
from app.engine.pipeline import evaluate
from app.engine.trace import leave_out
from app.errors import Invalid
from app.money import Money

Document = dict[str, Any]
MOVABLE = ("baseline", "deduct", "recover", "reserve", "guarantee", "cap")
"""Clauses whose worth is shown as the difference to the scheme without them."""

_ORIGINS = {
    "baseline": "存量",
    "deduct": "兑现",
    "recover": "投入回收",
    "reserve": "滚动发展",
    "split": "按比例分得",
    "tiers": "分档分得",
    "guarantee": "保底补足",
    "cap": "封顶调整",
    "after": "期外归属",
}


def trial(case: Document, columns: list[ColumnView]) -> TrialView:
    """Run a case that was read without findings; `columns` stand beside it."""
    document: Document = casefile.split(read_case(case))
    parties: list[str] = case["scheme"]["parties"]
    sentences = views.sentences(case["scheme"])
    years = list(_years(document, sentences))
    totals = [_sum(year.shares[place] for year in years) for place in range(len(parties))]
    return TrialView(
        parties=parties,
        years=years,
        base=_sum(year.base for year in years),
        totals=totals,
        sentences=sentences,
        choices=list(choice_trials(case["scheme"], case)),
        moves=dict(_moves(case, totals)),
        warnings=[warning["message"] for warning in document["warnings"]],
        complete=document["complete"],
        rates=_rates(document.get("waterfall", ())),
        payments=[_payment(each) for each in document.get("payments", ())],
        holders=[*parties, *case["scheme"].get("funds", ())] if "cash" in document else [],
        cash=[_held(year, held) for year, held in document.get("cash", {}).items()],
        indicators=list(_indicators(document.get("indicators", {}), case, sentences)),
        eligible=document.get("eligible", True),
        columns=columns,
        chart=_chart(parties, years),
    )


def years_of(part: Part, sentences: list[SentenceView]) -> list[YearView]:
    """The slices of one part of a case, with their workings."""
    return list(_years(casefile.split(Case((replace(part, ledger=None),))), sentences))


def totals_of(case: Document) -> list[Money] | None:
    """Each party's total, None where the case cannot be run."""
    try:
        part = read_case(case).parts[0]
    except Invalid:
        return None
    shares = [sheet.shares for sheet in evaluate(part.scheme, part.facts, leave_out).sheets]
    return [Money(sum(year[party] for year in shares)) for party in part.scheme.parties]


def effects(before: Document, after: Document, rest: Document) -> EffectsView | None:
    """The money that each changed clause moves; None where the schemes cannot be compared so."""
    try:
        found = effects_of(before, after, rest)
    except Invalid:
        return None
    return EffectsView(
        parties=list(found.parties),
        rows=[
            EffectView(
                titles=[change.title for change in row.changes],
                alone=_money(row.alone),
                last=_money(row.last),
                fair=_money(row.fair),
            )
            for row in found.rows
        ],
        whole=_money(found.whole),
        averaged=found.averaged,
    )


def _money(amounts: Iterable[int]) -> list[Money]:
    return [Money(fen) for fen in amounts]


def _years(document: Document, sentences: list[SentenceView]) -> Iterator[YearView]:
    titles = {each.at: each.title for each in sentences}
    keys = [key for key in document if key[:4].isdigit()]
    for key, step in zip(keys, document["steps"], strict=True):
        yield YearView(
            key=key,
            fiscal_year=step["fy"],
            contract_year=step["contract_year"],
            base=Money.parse(step["base"]),
            shares=[Money.parse(amount) for amount in step["share"].values()],
            origins=[_origins(step["origin"].get(party, {})) for party in step["share"]],
            lines=[
                LineView(title=titles.get(line["at"], "入库"), text=line["text"])
                for line in step["lines"]
            ],
        )


def _origins(terms: Mapping[str, str]) -> list[OriginView]:
    return [
        OriginView(title=_origin_title(term), amount=Money.parse(amount))
        for term, amount in terms.items()
    ]


def _origin_title(term: str) -> str:
    kind, _, name = term.partition("/")
    said = _ORIGINS.get(kind, kind)
    return f"{said}：{name}" if kind in ("deduct", "recover") else said


def _sum(amounts: Iterable[Money]) -> Money:
    return Money(sum(amount.fen for amount in amounts))


def _moves(case: Document, totals: list[Money]) -> Iterator[tuple[str, MoveView]]:
    """Pointer of a clause to what it gives each party against the scheme without it."""
    for number, (pointer, rest) in enumerate(lacking(case["scheme"])):
        others = totals_of({**case, "scheme": rest})
        if others is not None:
            deltas = [mine - other for mine, other in zip(totals, others, strict=True)]
            yield pointer, MoveView(title="与无本条之差", run=f"without.{number}", deltas=deltas)


def lacking(scheme: Document) -> Iterator[tuple[str, Document]]:
    """Pointer of each movable clause, and the scheme without it."""
    for key in MOVABLE:
        for place, rest in _without(scheme, key):
            yield f"/scheme/{key}{place}", rest


def _without(scheme: Document, key: str) -> Iterator[tuple[str, Document]]:
    clause = scheme.get(key)
    rest = {name: value for name, value in scheme.items() if name != key}
    if isinstance(clause, list):
        for place in range(len(clause)):
            left = [item for other, item in enumerate(clause) if other != place]
            yield f"/{place}", {**rest, key: left}
    elif clause is not None:
        yield "", rest


def choice_trials(scheme: Document, rest: Document | None) -> Iterator[ChoiceTrial]:
    """The readings, each with what its answers move on the facts of `rest` (a case file's keys)."""
    totals = totals_of({**rest, "scheme": scheme}) if rest is not None else None
    shown = views.choice_views(scheme)
    for choice, view in zip(choices.CHOICES, shown, strict=True):
        variants = {option.sentence: variant for option, variant in choice.variants(scheme)}
        asked = choice.options if variants or not choice.settled(scheme) else ()
        options = [
            OptionView(
                title=option.sentence,
                deltas=_deltas(totals, rest, variants.get(option.sentence)),
            )
            for option in asked
        ]
        yield ChoiceTrial(**dict(view), options=options)


def _deltas(
    totals: list[Money] | None, rest: Document | None, variant: Mapping[str, object] | None
) -> list[Money] | None:
    others = totals_of({**(rest or {}), "scheme": variant}) if totals and variant else None
    if totals is None or others is None:
        return None
    return [other - mine for mine, other in zip(totals, others, strict=True)]


def _rates(waterfall: Any) -> list[RateView]:
    """The rate rows used, each once."""
    used = {rate["at"]: rate for row in waterfall for rate in row["rates"]}
    return [
        RateView(
            tax=rate["tax"],
            of=rate["of"],
            starts_on=rate["from"],
            status=rate["status"],
            reference=rate.get("doc_no", ""),
        )
        for rate in used.values()
    ]


def _chart(parties: list[str], years: list[YearView]) -> Document:
    """Stacked bars by year and party, in 万元; each opens the number that it stands for."""
    return {
        "tooltip": {"trigger": "axis", "renderMode": "richText"},
        "legend": {"top": 0, "left": 0},
        "xAxis": {"type": "category", "data": [year.key for year in years]},
        "yAxis": {"type": "value"},
        "series": [
            {
                "name": party,
                "type": "bar",
                "stack": "all",
                "barMaxWidth": 32,
                "data": [
                    {
                        "value": f"{Decimal(year.shares[place].fen) / 10**6:f}",
                        "opens": f"opens-{row}.{place}",
                    }
                    for row, year in enumerate(years)
                ],
            }
            for place, party in enumerate(parties)
        ],
    }


def _indicators(
    counted: Document, case: Document, sentences: list[SentenceView]
) -> Iterator[IndicatorView]:
    rules = [each.text for each in sentences if "/indicators/" in each.at]
    for (name, years), rule in zip(counted.items(), rules, strict=True):
        given = case["facts"].get("indicators", {}).get(name, {})
        found = [
            CountedView(year=year, whole=given[year], parts=list(own.values()))
            for year, own in years.items()
        ]
        yield IndicatorView(name=name, rule=rule, years=found)


def _held(year: str, held: Mapping[str, str]) -> HoldersView:
    return HoldersView(year=year, amounts=[Money.parse(amount) for amount in held.values()])


def _payment(each: Document) -> PaymentView:
    return PaymentView(
        year=each["year"],
        payer=each["from"],
        payee=each["to"],
        amount=Money.parse(each["amount"]),
    )
