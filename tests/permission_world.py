"""One world for the permission test: 龙马潭区 owns a record of each kind, full of secrets.

江阳区 has a part in the project and the agreement, the park of the same family holds the right
jointly, 纳溪区 has no part in anything. Every text that only some may read carries `SECRET`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.agreements import approvals, calculators, reviews, scenarios, sheets
from app.agreements import service as agreements
from app.agreements.bench_schemas import SaveScenario
from app.agreements.calculator_schemas import Equity
from app.agreements.filling import typed
from app.agreements.schemas import (
    AddRecord,
    Amend,
    Confirm,
    ConfirmApproval,
    DraftAgreement,
    EnterApproval,
)
from app.districts import service as districts
from app.districts import sign_in
from app.districts.schemas import CreateKey, CreateUser, GrantRoles
from app.enterprises import service as enterprises
from app.enterprises.schemas import LogInteraction, SaveContact
from app.first_talk import (
    call_backs,
    checks,
    disputes,
    interests,
    joining,
    leaving,
    pool,
    transfers,
)
from app.first_talk import service as first_talk
from app.first_talk.call_back_schemas import DrawCallBacks, ListCallBacks, RecordCallBack
from app.first_talk.case_schemas import Challenge
from app.first_talk.challenges import Ground
from app.first_talk.check_schemas import Check
from app.first_talk.interest_schemas import VoidInterest
from app.first_talk.join_schemas import ListJoins
from app.first_talk.leaving_schemas import FileLetter
from app.first_talk.policies import Evidence
from app.first_talk.schemas import Decide, EvidenceItem
from app.first_talk.transfer_schemas import Accept, Declare, Offer
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from app.leads import imports, saved_views
from app.leads import service as leads
from app.leads.import_schemas import OpenImport
from app.leads.models import Visibility
from app.leads.saved_views import SaveView
from app.leads.schemas import AssessLead, DeleteLead, LogLead, LogTalk, MoveLead, Scope
from app.leads.stages import Stage
from app.money import Money
from app.parameters import proposals
from app.parameters.schemas import ProposeCode
from app.projects import actuals, records, relocation_cases
from app.projects import service as projects
from app.projects.actual_schemas import EnterFirstTax, EnterPaidIn
from app.projects.commands import (
    AddFactorNeed,
    AddIdentifier,
    Assessment,
    Contract,
    CreateProject,
    EditProject,
    OpenProject,
    SetCommitment,
    TalkGiven,
)
from app.projects.relocation_schemas import OpenRelocation
from tests.builders import CITY, JIANGYANG, LONGMATAN, NAXI, FrozenClock

SECRET = "zz-"
"""No id has a hyphen, so none is mistaken for one."""
PHONE, EMAIL = "13900471177", "zz-chen@zz.example"
PARK = "510504-CKQ"
JIA, YI = "91320505MA1MM6J912", "91610131MA6TX8AB35"
ALL_SCOPES = (
    *(f"{kind}:*" for kind in ("enterprise", "lead", "project", "first_talk", "agreement")),
    "first_talk:check",
    "event:read",
)
BUSINESS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.FINANCE, Role.TAX)
STAFFED: dict[str, tuple[Role, ...]] = {
    LONGMATAN: BUSINESS,
    JIANGYANG: (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.FINANCE),
    NAXI: (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR),
    PARK: (Role.OFFICER, Role.NEGOTIATOR),
    CITY: (
        Role.COORDINATOR,
        Role.FINANCE,
        Role.TAX,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDITOR,
    ),
}


@dataclass(frozen=True)
class Reader:
    """Who asks: nobody, a person with one role or none, or a key with all scopes or none of use."""

    name: str
    role: Role | None
    district: str | None = None
    actor: Actor | None = None
    headers: tuple[tuple[str, str], ...] = ()
    scopes: tuple[str, ...] = ()

    @property
    def is_key(self) -> bool:
        """Whether a partner's system asks."""
        return bool(self.headers)

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is signed in."""
        return self.actor is None and not self.headers


@dataclass
class World:
    """The people and what 龙马潭区 owns, by the name of its place in an address."""

    office: Office
    clock: FrozenClock
    readers: list[Reader]
    ids: dict[str, str]
    names: set[str]
    cards: dict[str, Any]

    def one(self, role: Role, district: str = LONGMATAN) -> Actor:
        """The person with this role in this district."""
        return next(
            reader.actor
            for reader in self.readers
            if reader.role is role and reader.district == district and reader.actor
        )


def build(office: Office, clock: FrozenClock) -> World:
    """Everybody, and then every record, by the use cases that make them."""
    world = World(office, clock, list(_people(office)), {}, set(), {})
    world.names = {reader.actor.name for reader in world.readers if reader.actor}
    _held_lead(world)
    _shared_project(world)
    _paid_in(world)
    _handed_on(world)
    _agreement(world)
    _dispute(world)
    _relocation(world)
    _called_back(world)
    _elsewhere(world)
    return world


def _people(office: Office) -> Iterator[Reader]:
    yield Reader("nobody", None)
    roleless = _person(office, "zz-roleless", LONGMATAN, ())
    yield Reader("an account without a role", None, LONGMATAN, roleless)
    for district, roles in STAFFED.items():
        for role in roles:
            actor = _person(office, f"zz-{role.value}.{district}.x", district, (role,))
            yield Reader(f"{role.value} of {district}", role, district, actor)
    for district in (LONGMATAN, JIANGYANG, NAXI):
        yield _key(office, f"key of {district}", district, ALL_SCOPES)
    yield _key(office, "key without the scope", LONGMATAN, ("first_talk:check",))


def _person(office: Office, login: str, district: str, roles: tuple[Role, ...]) -> Actor:
    places = {Role.FINANCE: "CZJ", Role.TAX: "SWJ", Role.COORDINATOR: "LXB"}
    place = places.get(roles[0] if roles else Role.OFFICER, "ZSJ" if district == PARK else "JWJ")
    command = CreateUser(login=login, name=login, unit_id=f"{district}-{place}")
    with office.open() as work:
        account = districts.create_user(work, command, "no password fits", demo=True)
        districts.grant_roles(work, account.id, GrantRoles(roles=list(roles)))
        return sign_in.actor_of(work, login)


def _key(office: Office, name: str, district: str, scopes: tuple[str, ...]) -> Reader:
    command = CreateKey(district_id=district, name=f"zz-key-{district}", scopes=list(scopes))
    with office.open() as work:
        key, _ = sign_in.create_key(work, command)
    bearer = (("Authorization", f"Bearer {key}"),)
    return Reader(name, Role.PARTNER, district, None, bearer, scopes)


def _held_lead(world: World) -> None:
    """A lead with contact, evidence and talk; its right, decided and active, held jointly too."""
    officer, office = world.one(Role.OFFICER), world.office
    with office.open(officer) as work:
        lead = leads.log_lead(work, _lead("甲包装有限公司", JIA, "22"))
        talk = LogTalk(
            happened_on=work.today, participants="zz-participant", content="zz-first-talk"
        )
        leads.log_talk(work, lead.id, talk)
    world.ids |= {
        "lead": lead.id,
        "right": lead.right.id,
        "receipt": lead.receipt.number,
        "enterprise": lead.enterprise.id,
        "lead_file": lead.evidence[0].file_id,
    }
    _imported(world, officer)
    _granted(world, lead.right.id)
    with office.open(world.one(Role.OFFICER, PARK)) as work:
        leads.log_lead(work, _lead("甲包装有限公司", JIA, "22", mark="park"))
    with office.open(world.one(Role.OFFICER, JIANGYANG)) as work:
        checks.check(work, Check(identity=JIA, division="22"))
    with office.open(officer) as work:
        visit = LogTalk(
            happened_on=work.today,
            kind="visit",
            participants="zz-participant",
            counterparts="zz-counterpart",
            content="zz-content-of-the-visit",
            next_step="zz-next-step",
            substantive_kind="our_visit",
            files=[file("minutes")],
        )
        leads.log_talk(work, lead.id, visit)
        contact = SaveContact(name="zz-contact", post="zz-post", phone=PHONE, email=EMAIL)
        world.ids["contact"] = enterprises.add_contact(work, lead.enterprise.id, contact).id
        about = LogInteraction(
            enterprise_id=lead.enterprise.id,
            kind="visit",
            happened_on=work.today,
            content="zz-about-the-enterprise",
            demands="zz-demands",
            files=[file("note")],
        )
        logged = enterprises.log_interaction(work, about)
        world.ids |= {"interaction": logged.id, "interaction_file": logged.files[0].id}
        gone = leads.log_lead(work, LogLead(name="zz-gone", named="project", source="expo"))
        leads.delete(work, gone.id, DeleteLead(reason="zz-reason-to-delete"), None)
        world.ids["gone"] = gone.id


def _lead(name: str, uscc: str | None, division: str, mark: str = "own") -> LogLead:
    letter = EvidenceItem(
        kind=Evidence.INVESTOR_LETTER,
        file=file(f"letter-{mark}"),
        participants=f"zz-both-sides-{mark}",
    )
    return LogLead(
        name=name,
        uscc=uscc,
        unregistered=uscc is None,
        source="outbound_visit",
        project_name=f"zz-name-{mark}",
        planned_investment=Money(31_765_432_100_00),
        first_talked_on=date(2026, 2, 27),
        scope=Scope(division=division, line=f"zz-line-{mark}"),
        evidence=[letter],
        contact_name=f"zz-person-{mark}",
        contact_phone=PHONE if mark == "own" else None,
        note=f"zz-note-{mark}",
    )


def _granted(world: World, right_id: str) -> None:
    """The coordinator lets the claim into 公示, and its time passes without an objection."""
    with world.office.open(world.one(Role.COORDINATOR, CITY)) as work:
        first_talk.decide(work, right_id, None, Decide(agree=True))
    world.clock.tick(days=15)
    with world.office.open() as work:
        first_talk.settle_due(work)


def _imported(world: World, officer: Actor) -> None:
    """A list that came in, with rows to mend, and a view of the list of leads."""
    rows = f"企业名称,zz-head,电话\n辛纸业有限公司,zz-cell,{PHONE}\n".encode()
    command = OpenImport(file=Upload("zz-import.csv", rows), source="expo")
    with world.office.open(officer) as work:
        table = imports.read_table(command)
        world.ids["import"] = imports.open_import(work, command, table)
        shared = SaveView(name="zz-view", query="q=zz-query", visibility=Visibility.DISTRICT)
        saved_views.save(work, shared)
        world.ids["view"] = saved_views.visible(work)[0].id


def _shared_project(world: World) -> None:
    """A project in talks that is to land in 江阳区, with all that belongs to one."""
    head, office = world.one(Role.UNIT_HEAD), world.office
    with office.open(head) as work:
        lead = leads.log_lead(work, _lead("乙新材料有限公司", YI, "30", mark="project"))
        talk = LogTalk(happened_on=work.today, participants="zz-participant", content="zz-talk")
        leads.log_talk(work, lead.id, talk)
        leads.move(work, lead.id, MoveLead(to=Stage.ASSESSING), None)
        judged = AssessLead(conclusion="proceed", reason="zz-judged", capital_origin="domestic")
        leads.assess(work, lead.id, judged, None)
        opened = projects.open_from_lead(work, lead.id, OpenProject(name="zz-project"), None)
        fields = EditProject(
            content="zz-what-it-makes",
            host_district=JIANGYANG,
            fixed_asset_investment=Money(21_654_321_100_00),
            agreement=Contract(kind="investment", signed_on=work.today, file=file("contract")),
        )
        projects.edit(work, opened.id, fields, None)
        projects.log_talk(work, opened.id, LogTalk(happened_on=work.today, content="zz-of-project"))
        identity = AddIdentifier(
            scheme="district", value="zz-number", name="zz-reported", reported_on=work.today
        )
        records.add_identifier(work, opened.id, identity)
        promise = SetCommitment(indicator="tax", year=2028, promised="44700000.00")
        records.set_commitment(work, opened.id, promise)
        need = AddFactorNeed(kind="energy", amount="zz-amount", supplier="zz-supplier")
        needs = records.add_factor_need(work, opened.id, need)
        world.ids |= {"project": opened.id, "need": needs[0].id, "another_right": lead.right.id}


def _paid_in(world: World) -> None:
    """Money and the first tax of the project, entered and waiting for a second person."""
    money = EnterPaidIn(
        paid_on=date(2026, 3, 2),
        amount=Money(1_234_567_89),
        kind="fixed_assets",
        source="foreign",
        voucher_kind="bank_slip",
        voucher=file("voucher"),
        division_proof=file("division-proof"),
        note="zz-note-of-money",
    )
    tax = EnterFirstTax(collected_on=date(2026, 3, 2), voucher=file("tax-voucher"))
    with world.office.open(world.one(Role.OFFICER)) as work:
        paid = actuals.enter_paid_in(work, world.ids["project"], money).rows[0]
        taxed = actuals.enter_first_tax(work, world.ids["project"], tax).first_tax[0]
    world.ids |= {"paid_in": paid.id, "voucher": paid.voucher.code, "first_tax": taxed.id}


def _handed_on(world: World) -> None:
    """A right that could not land here and that 江阳区 took over; the interest that stays."""
    office, officer = world.office, world.one(Role.OFFICER)
    name, division = "丁电子有限公司", "39"
    with office.open(officer) as work:
        held = leads.log_lead(work, _lead(name, None, division, mark="handed-on"))
    _granted(world, held.right.id)
    with office.open(officer) as work:
        cannot = Declare(
            obstacle="land", reason="zz-no-land", truthful=True, consent=file("consent")
        )
        transfers.declare(work, held.right.id, None, cannot)
    with office.open(world.one(Role.COORDINATOR, CITY)) as work:
        transfers.offer(work, held.right.id, None, Offer())
    with office.open(world.one(Role.OFFICER, JIANGYANG)) as work:
        lead = leads.log_lead(work, LogLead(name=name, unregistered=True, source="superior"))
    with office.open(world.one(Role.OFFICER, JIANGYANG)) as work:
        taken = Accept(
            lead_id=lead.id,
            confirmation=file("confirmation"),
            first_talker="zz-signer-one",
            receiver="zz-signer-two",
            enterprise="zz-signer-three",
            fits_zone=True,
            scheme=draft()["scheme"],
        )
        transfers.accept(work, held.right.id, None, taken)
    with office.open(officer, reads=True) as work:
        world.ids["transfer"] = str(pool.transfer(work, held.right.id).steps[0].id)
        world.ids["interest"] = interests.interests(work)[0].id
    with office.open(world.one(Role.COORDINATOR, CITY)) as work:
        untrue = VoidInterest(reason="zz-untrue", file=file("untrue"))
        interests.void(work, world.ids["interest"], None, untrue)


def _agreement(world: World) -> None:
    """An agreement in force, with a second version that its drafter still keeps to itself."""
    first = world.one(Role.COORDINATOR, CITY)
    second = _person(world.office, f"zz-second.{CITY}.x", CITY, (Role.COORDINATOR,))
    ours, theirs = (world.one(Role.NEGOTIATOR, place) for place in (LONGMATAN, JIANGYANG))
    office, number = world.office, "泸市府函2026年第8号"
    with office.open(ours) as work:
        first_draft = draft() | {"project": world.ids["project"]}
        made = agreements.draft(work, DraftAgreement.model_validate(first_draft))
        offered = agreements.offer(work, made.id, 1)
        name = SaveScenario.model_validate(scenario() | {"agreement": made.id})
        reviewed = reviews.add(work, made.id, 1, _review(work.today))
        world.ids |= {"agreement": made.id, "scenario": scenarios.save(work, name).id}
        world.ids["record"] = reviewed.records[0].id
        worked_out = Equity.model_validate(calculation() | {"agreement": made.id})
        world.ids["calculation"] = calculators.keep(work, worked_out).id
    for actor in (ours, theirs):
        with office.open(actor) as work:
            agreements.confirm(work, made.id, 1, Confirm(digest=offered.digest))
    with office.open(first) as work:
        entry = EnterApproval(number=number, approved_on=work.today, file=file("approval"))
        approvals.enter(work, made.id, 1, entry)
    with office.open(second) as work:
        approvals.confirm(work, made.id, 1, ConfirmApproval(number=number))
    with office.open(ours) as work:
        agreements.amend(work, made.id, Amend(note="zz-thoughts"))
        sheet = typed(sheets.of_version(work, made.id, 2))
    world.cards = {name: value for name, value in sheet.items() if name[:5] != "facts"}


def _review(day: date) -> AddRecord:
    return AddRecord(kind="review", reference="公审1号", dated_on=day, file=file("review"))


def _dispute(world: World) -> None:
    """江阳区 objects to another right of 龙马潭区 during 公示; a letter about the first one."""
    office, officer = world.office, world.one(Role.OFFICER)
    theirs = world.one(Role.OFFICER, JIANGYANG)
    with office.open(officer) as work:
        named = _lead("丙储能有限公司", None, "38", mark="disputed")
        held = leads.log_lead(work, named.model_copy(update={"co_holder": JIANGYANG}))
        world.ids["join"] = joining.listed(work, ListJoins()).items[0].id
        letter = FileLetter(file=file("letter-of-leaving"), written_on=work.today)
        left = leaving.file_letter(work, world.ids["another_right"], letter)
    with office.open(theirs) as work:
        queued = _lead("丙储能有限公司", None, "38", mark="theirs")
        earlier = {"first_talked_on": date(2026, 2, 25), "if_taken": "queue"}
        leads.log_lead(work, queued.model_copy(update=earlier))
    with office.open(world.one(Role.COORDINATOR, CITY)) as work:
        first_talk.decide(work, held.right.id, None, Decide(agree=True))
    with office.open(theirs) as work:
        objection = Challenge(ground=Ground.EARLIER_CONTACT, statement="zz-statement")
        world.ids["case"] = disputes.challenge(work, held.right.id, objection).id
    world.ids["letter"] = left.letters[0].id


def _relocation(world: World) -> None:
    """A firm of 江阳区 has signed here, and we dispute whose output counts."""
    with world.office.open(world.one(Role.UNIT_HEAD)) as work:
        moved = CreateProject(
            entry="back_entry",
            stage=Stage.SIGNED,
            name="zz-moved-project",
            enterprise_name="丁酒业有限公司",
            uscc="91510502MA6AAAAA47",
            source="referral",
            division="15",
            planned_investment=Money(8_800_007_00),
            capital_origin="domestic",
            assessment=Assessment(conclusion="proceed", reason="zz-assessed"),
            talk=TalkGiven(
                happened_on=work.today, participants="zz-participant", content="zz-talked"
            ),
            track="construction",
            fixed_asset_investment=Money(7_700_006_00),
            filing_amount=Money(6_600_005_00),
            agreement=Contract(kind="investment", signed_on=work.today, file=file("moved")),
            park=PARK,
            park_fit="leading",
            land="supplied",
            no_factor_needs=True,
        )
        world.ids["moved"] = projects.create(work, moved).id
        dispute = OpenRelocation(
            figures=("output",), statement="zz-disputed", file=file("relocation-proof")
        )
        case = relocation_cases.open_case(work, world.ids["moved"], dispute)
        world.ids |= {"relocation": case.id, "relocation_proof": case.proofs[0].id}


def _called_back(world: World) -> None:
    """Every right that still blocks was drawn, and the enterprise of the first one has answered."""
    with world.office.open(world.one(Role.COORDINATOR, CITY)) as work:
        days = {"first": work.today - timedelta(days=90), "last": work.today}
        world.ids["draw"] = call_backs.draw(work, DrawCallBacks(**days, number=50)).id
        found = call_backs.listed(work, ListCallBacks()).items
        world.ids["call_back"] = next(one.id for one in found if one.right_id == world.ids["right"])
        answer = RecordCallBack(
            outcome="denied", called_on=work.today, spoke_with="zz-spoke-with", said="zz-said"
        )
        call_backs.record(work, world.ids["call_back"], None, answer)


def _elsewhere(world: World) -> None:
    """A proposal of the coordinators; an account and a key to be administered."""
    office = world.office
    with office.open(world.one(Role.COORDINATOR, CITY)) as work:
        code = ProposeCode(name="drop_reason", code="zz", label="某种原因", reason="zz-reason")
        world.ids["proposal"] = proposals.propose(work, code).id
    world.ids["user"] = _person(office, "zz-target", LONGMATAN, (Role.OFFICER,)).id
    with office.open() as work:
        spare = CreateKey(district_id=NAXI, name="zz-spare", scopes=["lead:read"])
        world.ids["key"] = sign_in.create_key(work, spare)[1].id


def file(name: str) -> Upload:
    """A file whose name and bytes are secrets of their own."""
    return Upload(f"zz-{name}.pdf", f"%PDF-1.7 zz-bytes-of-{name}.".encode())


def draft() -> dict[str, Any]:
    """An agreement of 龙马潭区 and 江阳区 that leaves nothing to choose."""
    ours, theirs = "龙马潭区", "江阳区"
    scheme = {
        "parties": [ours, theirs],
        "base": {
            "taxes": ["增值税"],
            "level": "district",
            "kinds_out": ["滞纳金"],
            "vat_credit_refund": "booked",
        },
        "calendar": {"rule": "fiscal_year", "fiscal_year_one": 2028},
        "term": {"years": 10, "after": theirs},
        "negative": "carry",
        "split": [{"years": [1, None], "weights": {ours: "6", theirs: "4"}}],
    }
    parties = [{"name": ours, "district": LONGMATAN}, {"name": theirs, "district": JIANGYANG}]
    return {
        "title": "zz-title",
        "kind": "enclave",
        "parties": parties,
        "scheme": scheme,
    }


def scenario() -> dict[str, Any]:
    """A what-if that the engine reads."""
    scheme = draft()["scheme"]
    return {"name": "zz-scenario", "scheme": scheme, "facts": {"annual": {"2028": "39000000.00"}}}


def calculation() -> dict[str, Any]:
    """A ratio by equity, with its papers."""
    papers = {"basis": "paid_in", "on": "2026-02-01", "approver": "zz-approver"}
    row = {"factor": "capital", "amount": "5.00", "document": "zz-document", **papers}
    return {
        "kind": "equity",
        "title": "zz-calculation",
        "reasons": "zz-reasons",
        "inputs": [row | {"party": "龙马潭区"}, row | {"party": "江阳区"}],
    }
