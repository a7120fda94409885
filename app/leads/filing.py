"""What logging, claiming and editing a lead write: its subject, its amount, its proofs."""

from app.districts import service as districts
from app.districts.schemas import UserView
from app.enterprises import service as enterprises
from app.enterprises.schemas import Candidate, MatchQuery, NamedEnterprise, SaveContact
from app.errors import Conflict, Invalid
from app.first_talk import lead_rights
from app.first_talk import service as first_talk
from app.first_talk.policies import Exclusion
from app.first_talk.rights import ENDINGS, State
from app.first_talk.schemas import AddEvidence, EvidenceItem, FileClaim, Filed
from app.kit import files
from app.kit.files import StoredFile, Upload
from app.kit.work import Work
from app.leads import rows, views
from app.leads.models import Lead, LeadEvidence
from app.leads.schemas import ClaimFacts, EditLead, LogLead, Named
from app.money import Money


def chosen_owner(work: Work, owner_id: str | None) -> UserView | None:
    """Who shall look after a new lead: the one named, else the person who logs it."""
    if owner_id is not None:
        return rows.assignee(work, owner_id, "/owner_id")
    return districts.colleague(work, work.actor.id) if work.actor.is_person else None


def enterprise_of(work: Work, command: LogLead) -> str | None:
    """The enterprise that a new lead names; a project's name makes none."""
    if command.named is Named.ENTERPRISE:
        return _resolve(work, command.name, command.uscc, unregistered=command.unregistered)
    if command.scope.division and command.evidence:
        raise Invalid.at("/named", "enterprise", "申报首谈须填写企业名称，只有项目名称不够")
    if command.uscc is not None:
        raise Invalid.at("/named", "enterprise", "有统一社会信用代码时，请在名称处填写企业名称")
    return None


def similar(work: Work, command: LogLead) -> list[Candidate]:
    """What the directory and the visible records hold that looks like it; asked before adding."""
    query = MatchQuery(name=command.name, uscc=command.uscc, phone=command.contact_phone)
    found = enterprises.match(work, query)
    return [*found.group, *found.similar]


def index(work: Work, row: Lead) -> None:
    """Let the lead be found by what it is called."""
    enterprises.index_name(work, row.id, row.project_name or row.name, row.enterprise_id)


def keep_contact(work: Work, row: Lead, command: LogLead) -> None:
    """The investor's contact, kept with the enterprise."""
    if command.contact_name is None:
        if command.contact_phone is not None:
            raise Invalid.at("/contact_name", "missing", "请填写联系人姓名")
        return
    if row.enterprise_id is None:
        raise Invalid.at("/contact_name", "enterprise", "联系人记在企业名下，请先填写企业名称")
    contact = SaveContact(name=command.contact_name, phone=command.contact_phone)
    enterprises.add_contact(work, row.enterprise_id, contact)


def take_facts(work: Work, row: Lead, command: ClaimFacts) -> None:
    """What a claim tells of the lead; what it leaves open stays as it was."""
    row.division = command.scope.division or row.division
    row.line = command.scope.line or row.line
    row.first_talked_on = command.first_talked_on or row.first_talked_on
    row.fixed_asset_investment = command.fixed_asset_investment or row.fixed_asset_investment
    row.exclusions = [one.value for one in command.exclusions] or row.exclusions
    if command.planned_investment is not None:
        row.planned_investment_currency = command.planned_investment_currency
        set_investment(work, row, command.planned_investment, withheld=False)
    elif command.planned_investment_withheld:
        set_investment(work, row, None, withheld=True)


def set_investment(work: Work, row: Lead, amount: Money | None, *, withheld: bool) -> None:
    """The amount, or 企业暂未提供 with the day and the person who was told so, or neither."""
    row.planned_investment = amount
    if not withheld:
        row.withheld_on = row.withheld_by = None
    elif row.withheld_on is None:
        row.withheld_on, row.withheld_by = work.today, work.actor.id


def edit_investment(work: Work, row: Lead, command: EditLead) -> None:
    """Amount and 企业暂未提供 as sent; the one takes the other back."""
    sent = command.model_fields_set
    if "planned_investment_currency" in sent:
        row.planned_investment_currency = command.planned_investment_currency
    withheld = command.planned_investment_withheld
    if "planned_investment" in sent:
        set_investment(work, row, command.planned_investment, withheld=withheld)
    elif "planned_investment_withheld" in sent:
        amount = None if withheld else row.planned_investment
        set_investment(work, row, amount, withheld=withheld)


def edit_subject(work: Work, row: Lead, command: EditLead) -> None:
    """Enterprise, project name and 大类; what a claim rests on cannot be changed under it."""
    before = (row.enterprise_id, row.division)
    sent = command.model_fields_set
    if "division" in sent:
        row.division = command.division
    if "project_name" in sent:
        row.project_name = command.project_name or ""
    if sent & {"uscc", "unregistered"}:
        row.unregistered = command.unregistered
    if sent & {"enterprise_name", "uscc"}:
        _point_to_enterprise(work, row, command)
    elif row.enterprise_id is None:
        row.name = row.project_name
    if not row.name:
        raise Invalid.at("/enterprise_name", "missing", "请填写企业名称或项目名称")
    if (row.enterprise_id, row.division) != before and _has_live_right(work, row):
        raise Conflict("这条线索已申报首谈，企业和行业大类不能更改；需要更改的，先释放首谈")
    index(work, row)


def _point_to_enterprise(work: Work, row: Lead, command: EditLead) -> None:
    known = enterprises.enterprise(work, row.enterprise_id) if row.enterprise_id else None
    name = command.enterprise_name
    if "enterprise_name" not in command.model_fields_set:
        name = known.name if known else None
    uscc = command.uscc
    if "uscc" not in command.model_fields_set:
        uscc = known.uscc if known else None
    if name is None:
        if uscc is not None:
            raise Invalid.at("/enterprise_name", "missing", "请填写企业名称，信用代码记在企业名下")
        row.enterprise_id, row.name = None, row.project_name
        return
    if known is None or (name, uscc) != (known.name, known.uscc):
        row.enterprise_id = _resolve(work, name, uscc, unregistered=command.unregistered)
    row.name = name


def identify(work: Work, row: Lead, uscc: str) -> None:
    """Give the enterprise of the lead its code; it must be the same one."""
    known = enterprises.enterprise(work, row.enterprise_id or "")
    if _resolve(work, known.name, uscc, unregistered=False) != known.id:
        raise Invalid.at("/uscc", "other", "这个信用代码属于另一家企业，请先在线索中更正企业")


def link(work: Work, row: Lead, item: EvidenceItem) -> EvidenceItem:
    """File a proof with the lead; the same item, by the id of its stored file."""
    stored = files.linkable(work, item.file)
    work.add(
        LeadEvidence(
            lead_id=row.id,
            file_id=stored.id,
            kind=item.kind,
            dated_on=item.dated_on,
            participants=item.participants,
            added_by=work.actor.id,
            added_at=work.now,
        )
    )
    return item.model_copy(update={"file": stored.id})


def claim(
    work: Work,
    row: Lead,
    new: list[EvidenceItem],
    if_taken: str,
    co_holder: str | None = None,
) -> Filed:
    """File the claim with all proofs of the lead, or complete the one that lacked something."""
    right = lead_rights.right_of_lead(work, row.id)
    if right is not None and right.state is State.INCOMPLETE:
        lacking = AddEvidence(
            unregistered=row.unregistered,
            division=row.division,
            amount=row.planned_investment,
            fixed_amount=row.fixed_asset_investment,
            exclusions=[Exclusion(code) for code in row.exclusions or []],
            first_talked_on=row.first_talked_on,
            evidence=new,
        )
        return first_talk.complete(work, right.id, right.version, lacking)
    return first_talk.file(
        work,
        FileClaim(
            lead_id=row.id,
            lead_name=row.name,
            enterprise_id=row.enterprise_id,
            unregistered=row.unregistered,
            division=row.division,
            line=row.line,
            amount=row.planned_investment,
            currency=row.planned_investment_currency,
            fixed_amount=row.fixed_asset_investment,
            exclusions=[Exclusion(code) for code in row.exclusions or []],
            first_talked_on=row.first_talked_on,
            evidence=_all_evidence(work, row),
            co_holder=co_holder,
            if_taken=if_taken,
        ),
    )


def _all_evidence(work: Work, row: Lead) -> list[EvidenceItem]:
    """The proofs of the lead; a colleague's file is filed by its bytes, which are stored once."""
    items = []
    for proof in views.proofs(work, row):
        stored = work.get(StoredFile, proof.file_id)
        mine = stored.uploaded_by == work.actor.id
        file = stored.id if mine else Upload(stored.name, files.content(work, stored))
        items.append(
            EvidenceItem(
                kind=proof.kind,
                file=file,
                dated_on=proof.dated_on,
                participants=proof.participants,
            )
        )
    return items


def _has_live_right(work: Work, row: Lead) -> bool:
    right = lead_rights.right_of_lead(work, row.id)
    return right is not None and right.state not in ENDINGS


def _resolve(work: Work, name: str, uscc: str | None, *, unregistered: bool) -> str:
    named = NamedEnterprise(name=name, uscc=uscc, unregistered=unregistered)
    return enterprises.find_or_add(work, named).id
