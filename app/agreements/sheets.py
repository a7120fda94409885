"""Between the cards and what is stored or run: cases and drafts out of a sheet, sheets out of them.

Where the cards do not say a scheme, Invalid names each field.
"""

from typing import Any

from app.agreements import compliance, filling, precedents, views
from app.agreements.bench_schemas import SaveScenario
from app.agreements.cards import BALANCES, Sheet
from app.agreements.forecasts import FORMS, FactsWriter, numbered
from app.agreements.listing import WRITERS
from app.agreements.models import Agreement
from app.agreements.schemas import DraftAgreement, FindingView, NamedParty
from app.agreements.writing import Writer
from app.districts import service as districts
from app.engine.cases import read_case
from app.engine.choices import open_choices, readings_beside
from app.engine.legal_rules import Through
from app.engine.scheme import read_scheme
from app.engine.taxes import TaxKind
from app.engine.terms import Level, Trigger
from app.errors import Invalid, Issue, NotFound
from app.kit.work import Work, use_case
from app.parameters import service as parameters

Document = dict[str, Any]
KEPT = (
    *("title", "kind", "project", "note", "facts", "agreement", "n", "scenario", "template"),
    *("compare", "transfer", "locked"),
)
"""What of a sheet says nothing of its scheme."""


def case_of(work: Work, sheet: Sheet) -> Document:
    """The case that the cards write; Invalid where they do not."""
    writer = writer_of(work, sheet)
    scheme = writer.scheme()
    facts = FactsWriter(sheet.facts, writer).facts()
    case: Document = with_rates(work, {"scheme": scheme, "facts": facts})
    _refuse(writer, case)
    return case


def writer_of(work: Work, sheet: Sheet) -> Writer:
    """The writer of a sheet, which knows what its parties are called."""
    return Writer(sheet, _district_names(work))


def scheme_of(work: Work, sheet: Sheet) -> Document:
    """The scheme that the cards write, for a draft; Invalid where they do not."""
    writer = writer_of(work, sheet)
    scheme = writer.scheme()
    _refuse(writer, {"scheme": scheme})
    return scheme


def said(work: Work, sheet: Sheet) -> dict[str, Any]:
    """What the cards say in words, and the keys of the readings they leave open."""
    scheme = writer_of(work, sheet).scheme()
    try:
        sentences = views.sentences(scheme)
    except Invalid:
        sentences = []
    open_keys = {one.key for one in open_choices(scheme)}
    return {"sentences": sentences, "open_keys": open_keys}


def findings(work: Work, sheet: Sheet) -> list[FindingView]:
    """What the legal rules say to the cards and words so far; nothing before they say a scheme."""
    texts = {"标题": sheet.title, "说明": sheet.note}
    try:
        return compliance.of_draft(work, scheme_of(work, sheet), sheet.kind, texts)
    except Invalid:
        return []


def draft_of(work: Work, sheet: Sheet) -> DraftAgreement:
    """The draft that the cards and the head of the sheet make."""
    missing = [
        Issue(f"/{field}", "missing", f"请填写{title}")
        for field, title in (("title", "协议名称"), ("kind", "协议类型"))
        if not getattr(sheet, field)
    ]
    scheme = scheme_of(work, sheet)
    if missing:
        raise Invalid("请核对标出的内容", *missing)
    rows = [row for row in sheet.parties if row.name or row.district]
    parties = [
        NamedParty(name=name, district=row.district or None)
        for name, row in zip(scheme["parties"], rows, strict=True)
    ]
    named = [party.district for party in parties if party.district]
    if len(named) < 2 or len(set(named)) < len(named):
        raise Invalid.at("/parties", "districts", "协议至少有两个区作为参与方，同一个区只列一次")
    return DraftAgreement(
        title=sheet.title,
        kind=sheet.kind,
        project=sheet.project or None,
        parties=parties,
        scheme=scheme,
        note=sheet.note,
    )


def scenario_of(work: Work, sheet: Sheet) -> SaveScenario:
    """The what-if to keep, under the name on the sheet."""
    case = case_of(work, sheet)
    if not sheet.title:
        raise Invalid.at("/title", "missing", "请填写情景名称")
    agreement = sheet.agreement or None
    return SaveScenario(
        name=sheet.title, scheme=case["scheme"], facts=case["facts"], agreement=agreement
    )


def of_version(work: Work, id: str, n: int) -> Sheet:
    """The cards of a version, on invented receipts."""
    row = work.get(Agreement, id)
    scheme = views.scheme_of(views.seen(work, row, n))
    return filling.sheet_of(
        scheme,
        precedents.SAMPLE_FACTS,
        {party.name: party.district_id or "" for party in row.parties},
        title=row.title,
        kind=row.kind,
        project=row.project_id or "",
        agreement=id,
        n=str(n),
    )


def with_scheme(sheet: Sheet, writer: Writer, scheme: Document) -> Sheet:
    """The same sheet with the cards of another scheme of the same parties; all else is kept."""
    rows = {old: str(new) for new, old in enumerate(writer.names)}
    named = {writer.names[old]: sheet.parties[int(old)].district for old in rows}
    cards = filling.sheet_of(scheme, None, named)
    kept = {key: getattr(sheet, key) for key in KEPT}
    kept["value"] = sheet.value.model_copy(
        update={
            "party": rows.get(sheet.value.party, ""),
            "rates": {rows[old]: typed for old, typed in sheet.value.rates.items() if old in rows},
        }
    )
    kept["goal"] = sheet.goal.model_copy(update={"party": rows.get(sheet.goal.party, "")})
    return cards.model_copy(update=kept)


@use_case("agreement.evaluate", *WRITERS, reads=True)
def samples(_work: Work) -> tuple[precedents.Precedent, ...]:
    """The published schemes that a draft can start from."""
    return precedents.PRECEDENTS


def of_precedent(id: str) -> Sheet:
    """The cards of a published scheme, on invented receipts."""
    found = precedents.BY_ID.get(id)
    if found is None:
        raise NotFound("没有这个样例")
    return filling.sheet_of(found.scheme, found.facts, template=id)


def with_rates(work: Work, case: Any) -> Any:
    """The case, on the 收入分享表 where it needs rates and brings none."""
    if not isinstance(case, dict) or "rates" in case:
        return case
    facts = case.get("facts")
    gross = isinstance(facts, dict) and "gross" in facts
    return {**case, "rates": parameters.tax_sharing(work)} if gross else case


def _district_names(work: Work) -> dict[str, str]:
    return {one.id: one.name for one in districts.districts(work)}


def _refuse(writer: Writer, case: Document) -> None:
    """Invalid with the writer's own issues, then the engine's where it has said nothing yet."""
    found = list(writer.issues)
    told = {place for place, _ in found}
    for issue in () if "parties" in told else _findings(case):
        place, message = writer.place_of(numbered(issue))
        if place not in told and issue.code != "exclusive":
            found.append((place, message))
    if found:
        issues = [Issue("/" + place.replace(".", "/"), "card", said) for place, said in found]
        raise Invalid(f"有 {len(issues)} 处需要改正", *issues)


def _findings(case: Document) -> tuple[Issue, ...]:
    """What the engine has to say against a case, or against a scheme alone."""
    try:
        if "facts" in case:
            read_case(case)
        else:
            read_scheme(case["scheme"])
    except Invalid as refusal:
        return refusal.issues
    return ()


def options(work: Work) -> dict[str, Any]:
    """What the fields of the cards may be chosen from."""
    places = districts.districts(work)
    rates = parameters.tax_sharing(work)
    taxes = sorted({rate["tax"] for rate in rates if rate["of"] == "gross"})
    return {
        "districts": [(one.id, one.name) for one in places],
        "district_names": {one.id: one.name for one in places},
        "tax_options": [(tax, tax) for tax in taxes],
        "tax_kinds": [(kind.value, kind.label) for kind in TaxKind],
        "levels": [(level.value, level.label) for level in Level],
        "triggers": [(trigger.value, trigger.label) for trigger in Trigger],
        "kinds": [(one.code, one.label) for one in parameters.codes(work, "agreement_kind")],
        "forms": list(FORMS.items()),
        "balance_kinds": "、".join(BALANCES),
        "readings": readings_beside,
        "settle_forms": [(way.label, way.label) for way in Through],
    }
