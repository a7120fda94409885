"""The acts of the demo script: each kind of step, whose part it is, and the use case it calls.

A step gives the fields of a command as people type them, with four liberties: a number in a field
`…_on` or `since` is so many days before the step, a number in a year is so many years after its
year, a file is given by its name alone, an owner by the login. What is always the same is preset.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from app.agreements import approvals, reviews
from app.agreements import service as agreements
from app.agreements.schemas import (
    AddRecord,
    Confirm,
    ConfirmApproval,
    DraftAgreement,
    EnterApproval,
)
from app.enterprises import service as enterprises
from app.enterprises.models import SubstantiveKind
from app.enterprises.schemas import EditEnterprise
from app.first_talk import (
    call_backs,
    cases,
    checks,
    disputes,
    joining,
    lead_rights,
    leaving,
    register,
    revocations,
    transfers,
)
from app.first_talk import service as first_talk
from app.first_talk.call_back_schemas import DrawCallBacks, ListCallBacks, RecordCallBack
from app.first_talk.case_schemas import AnswerCase, Challenge, Rule
from app.first_talk.check_schemas import Check
from app.first_talk.join_schemas import AskToJoin
from app.first_talk.leaving_schemas import FileLetter
from app.first_talk.policies import Evidence
from app.first_talk.register_schemas import RightFilter
from app.first_talk.rights import State
from app.first_talk.schemas import (
    Decide,
    EvidenceItem,
    Extend,
    Release,
    Revoke,
    Suspend,
)
from app.first_talk.transfer_schemas import Accept, Declare, Offer
from app.kit.files import Upload
from app.kit.schemas import Command
from app.kit.work import Work
from app.leads import service as leads
from app.leads.schemas import (
    AssessLead,
    AssignLead,
    ClaimLead,
    DropLead,
    EditLead,
    LogLead,
    LogProgress,
    LogTalk,
    MoveLead,
    PoolLead,
)
from app.projects import actuals, records, relocation_cases
from app.projects import service as projects
from app.projects.actual_schemas import CheckEntry, EnterPaidIn
from app.projects.commands import (
    AddFactorNeed,
    AddIdentifier,
    CreateProject,
    EditProject,
    Move,
    OpenProject,
    SetCommitment,
    SetStatus,
)
from app.projects.relocation_schemas import AnswerRelocation, OpenRelocation, ProposeTerms

YEARS = ("year", "candidate_year", "fiscal_year_one")
FILES = ("file", "consent", "confirmation", "voucher")
FIRST_VERSION = 1

Form = TypeVar("Form", bound=Command)


@dataclass
class Thread:
    """What becomes of one lead, project or agreement: its steps, and its ids once they are known.

    `firm` is a key of `enterprises.toml`; without one the lead is known by a project's name only.
    """

    district: str
    steps: list[list[Any]]
    firm: str = ""
    lead: str = ""
    project: str = ""
    agreement: str = ""


@dataclass(frozen=True)
class Scene:
    """One step on its day: in whose Work it is acted, and with what."""

    work: Work
    thread: Thread
    day: date
    given: Mapping[str, Any]
    firm: Mapping[str, Any]
    users: Mapping[str, str]

    def form(self, command: type[Form], preset: Mapping[str, Any] | None = None) -> Form:
        """The command that the step fills in, as a form is filled in."""
        return self.filled(command, {**(preset or {}), **self.given})

    def filled(self, command: type[Form], fields: Mapping[str, Any]) -> Form:
        """A command of these fields, read as a form is read."""
        return command.model_validate(self._read("", fields), context={"face": "form"})

    def _read(self, key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: self._read(name, inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._read("file" if key == "files" else "", item) for item in value]
        if isinstance(value, int) and key.endswith(("_on", "since")):
            return self.day - timedelta(days=value)
        if isinstance(value, int) and key in YEARS:
            return self.day.year + value
        if key in FILES:
            text = f"示范材料，没有法律效力。\n{value}，{self.day}\n"
            return Upload(f"{value}.txt", text.encode())
        return self.users[value] if key == "owner_id" else value


Act = Callable[[Scene], object]


def log(scene: Scene) -> None:
    """Log the lead; one that names an amount was entered in full, others by their two fields."""
    firm, given = scene.firm, dict(scene.given)
    preset: dict[str, Any] = {"if_taken": "queue", "named": "enterprise" if firm else "project"}
    if firm:
        preset |= {"name": firm["name"], "unregistered": "uscc" not in firm}
    if firm and "planned_investment" in given:
        preset |= {
            "uscc": firm.get("uscc"),
            "scope": {"division": firm["division"], "line": firm["line"]},
            "contact_name": firm["contact"]["name"],
            "contact_phone": firm["contact"]["phone"],
        }
    if "evidence" in given:
        preset["first_talked_on"] = 1
        given["evidence"] = [_proof(kind) for kind in given["evidence"]]
    command = scene.filled(LogLead, preset | given)
    scene.thread.lead = leads.log_lead(scene.work, command).id


def add_evidence(scene: Scene) -> None:
    """One more proof."""
    item = scene.filled(EvidenceItem, _proof(scene.given["kind"]))
    leads.add_evidence(scene.work, scene.thread.lead, item)


def claim(scene: Scene) -> None:
    """Claim the first talk for a lead that is there."""
    proofs = [_proof(kind) for kind in scene.given["evidence"]]
    preset = {"if_taken": "queue", **scene.given, "evidence": proofs}
    leads.claim(scene.work, scene.thread.lead, scene.filled(ClaimLead, preset), None)


def _proof(kind: str) -> dict[str, object]:
    return {"kind": kind, "file": Evidence(kind).label, "dated_on": 1}


def edit_enterprise(scene: Scene) -> None:
    """Complete the entry in the directory."""
    known = leads.lead(scene.work, scene.thread.lead).enterprise
    if known is not None:
        enterprises.edit_enterprise(scene.work, known.id, scene.form(EditEnterprise))


def talk(scene: Scene) -> None:
    """A talk about the project, else about the lead; substantive progress comes with a paper."""
    preset: dict[str, Any] = {"happened_on": 0, "participants": scene.work.actor.name}
    if scene.firm:
        contact = scene.firm["contact"]
        preset["counterparts"] = f"{contact['name']}（{contact['post']}）"
    if "substantive_kind" in scene.given:
        preset["files"] = [SubstantiveKind(scene.given["substantive_kind"]).label]
    command = scene.form(LogTalk, preset)
    if scene.thread.project:
        projects.log_talk(scene.work, scene.thread.project, command)
    else:
        leads.log_talk(scene.work, scene.thread.lead, command)


def note(scene: Scene) -> None:
    """A line of progress on the project, else on the lead."""
    line = scene.form(LogProgress)
    if scene.thread.project:
        projects.log_progress(scene.work, scene.thread.project, line)
    else:
        leads.log_progress(scene.work, scene.thread.lead, line)


def release(scene: Scene) -> None:
    """Give the right up."""
    first_talk.release(scene.work, _right_id(scene), None, scene.form(Release).reason)


def challenge(scene: Scene) -> None:
    """Object to the holder, on the claim of one's own."""
    disputes.challenge(scene.work, _right_id(scene), scene.form(Challenge))


def answer(scene: Scene) -> None:
    """What the holder says to it."""
    disputes.answer(scene.work, _case_id(scene), None, scene.form(AnswerCase))


def rule(scene: Scene) -> None:
    """The arbiter's ruling on the right of this thread."""
    disputes.rule(scene.work, _case_id(scene), None, scene.form(Rule))


def _case_id(scene: Scene) -> str:
    right_id = _right_id(scene)
    return next(case.id for case in cases.pending(scene.work) if case.right_id == right_id)


def join(scene: Scene) -> None:
    """Ask the holder to hold it jointly, on the claim of one's own."""
    joining.ask(scene.work, _right_id(scene), scene.form(AskToJoin))


def draw(scene: Scene) -> None:
    """Draw among the claims of the last three months."""
    days = {"first": scene.day - timedelta(days=90), "last": scene.day}
    call_backs.draw(scene.work, scene.form(DrawCallBacks, days))


def call_back(scene: Scene) -> None:
    """Record a call to the first enterprise that was drawn and not called yet."""
    waiting = call_backs.listed(scene.work, ListCallBacks(done=False)).items
    first = min((one for one in waiting if one.outcome is None), key=lambda one: one.id)
    call_backs.record(scene.work, first.id, None, scene.form(RecordCallBack, {"called_on": 0}))


def file_letter(scene: Scene) -> None:
    """The enterprise writes that it has chosen another place."""
    leaving.file_letter(scene.work, _right_id(scene), scene.form(FileLetter))


def verify_letter(scene: Scene) -> None:
    """A second person has asked the enterprise."""
    right_id = _right_id(scene)
    letters = leaving.unverified(scene.work)
    letter = next(letter for letter in letters if letter.right_id == right_id)
    leaving.verify_letter(scene.work, letter.id)


def accept(scene: Scene) -> None:
    """Take over what another district has in the pool."""
    pooled = register.rights(scene.work, RightFilter(state=(State.POOLED,))).items[0]
    command = scene.form(Accept, {"lead_id": scene.thread.lead, "fits_zone": True})
    transfers.accept(scene.work, pooled.id, None, command)


def check_money(scene: Scene) -> None:
    """The second person has seen the voucher of what came in last."""
    waiting = actuals.actuals(scene.work, scene.thread.project).rows
    entry = next(one.id for one in waiting if one.may_check)
    agreed = CheckEntry(agree=True)
    actuals.check_paid_in(scene.work, scene.thread.project, entry, None, agreed)


def ask(use_case: Callable[[Work, Check], object]) -> Act:
    """A question of the district about the firm's subject, which its holder gets to see."""
    return lambda scene: use_case(
        scene.work, Check(identity=scene.firm["uscc"], division=scene.firm["division"])
    )


def open_project(scene: Scene) -> None:
    """The lead goes on as a project."""
    command = scene.form(OpenProject)
    opened = projects.open_from_lead(scene.work, scene.thread.lead, command, None)
    scene.thread.project = opened.id


def create_project(scene: Scene) -> None:
    """A project without a lead."""
    firm = scene.firm
    preset = {"enterprise_name": firm["name"], "uscc": firm["uscc"]} if firm else {}
    command = scene.form(CreateProject, preset)
    scene.thread.project = projects.create(scene.work, command).id


def _relocation(
    use_case: Callable[[Work, str, int | None, Form], object], command: type[Form]
) -> Act:
    """What is said in the dispute over the project's figures that was opened last."""

    def say(scene: Scene) -> None:
        found = relocation_cases.of_project(scene.work, scene.thread.project)
        if found is None:
            raise LookupError("the project's investor has not moved")
        use_case(scene.work, found.cases[0].id, None, scene.form(command))

    return say


def draft_agreement(scene: Scene) -> None:
    """The first version; the scheme's parties are those of the agreement."""
    names = [party["name"] for party in scene.given["parties"]]
    preset = {"project": scene.thread.project}
    scheme = {"scheme": {"parties": names, **scene.given["scheme"]}}
    command = scene.filled(DraftAgreement, preset | dict(scene.given) | scheme)
    scene.thread.agreement = agreements.draft(scene.work, command).id


def confirm_agreement(scene: Scene) -> None:
    """A party says yes to the digest that it sees."""
    id = scene.thread.agreement
    seen = agreements.version(scene.work, id, FIRST_VERSION)
    agreements.confirm(scene.work, id, FIRST_VERSION, Confirm(digest=seen.digest or ""))


def _lead(use_case: Callable[[Work, str, Form, int | None], object], command: type[Form]) -> Act:
    return lambda scene: use_case(scene.work, scene.thread.lead, scene.form(command), None)


def _right(
    use_case: Callable[[Work, str, int | None, Form], object],
    command: type[Form],
    **preset: object,
) -> Act:
    return lambda scene: use_case(scene.work, _right_id(scene), None, scene.form(command, preset))


def _right_id(scene: Scene) -> str:
    right = lead_rights.right_of_lead(scene.work, scene.thread.lead)
    if right is None:
        raise LookupError("the lead has no claim")
    return right.id


def _project(use_case: Callable[[Work, str, Form, int | None], object], command: type[Form]) -> Act:
    return lambda scene: use_case(scene.work, scene.thread.project, scene.form(command), None)


def _record(use_case: Callable[[Work, str, Form], object], command: type[Form]) -> Act:
    return lambda scene: use_case(scene.work, scene.thread.project, scene.form(command))


def _version(use_case: Callable[[Work, str, int, Form], object], command: type[Form]) -> Act:
    return lambda scene: use_case(
        scene.work, scene.thread.agreement, FIRST_VERSION, scene.form(command)
    )


ACTS: dict[str, tuple[str, Act]] = {
    "log": ("officer", log),
    "claim": ("officer", claim),
    "evidence": ("officer", add_evidence),
    "enterprise": ("officer", edit_enterprise),
    "talk": ("officer", talk),
    "note": ("officer", note),
    "amend": ("officer", _lead(leads.edit, EditLead)),
    "move": ("officer", _lead(leads.move, MoveLead)),
    "assess": ("head", _lead(leads.assess, AssessLead)),
    "assign": ("head", _lead(leads.assign, AssignLead)),
    "pool": ("officer", _lead(leads.pool, PoolLead)),
    "drop": ("officer", _lead(leads.drop, DropLead)),
    "decide": ("lz.coordinator", _right(first_talk.decide, Decide, agree=True)),
    "suspend": ("lz.coordinator", _right(first_talk.suspend, Suspend)),
    "extend": ("officer", _right(first_talk.extend, Extend)),
    "revoke": ("lz.coordinator", _right(revocations.accuse, Revoke)),
    "challenge": ("officer", challenge),
    "answer": ("officer", answer),
    "rule": ("lz.coordinator", rule),
    "join": ("officer", join),
    "draw": ("lz.coordinator", draw),
    "call_back": ("lz.coordinator", call_back),
    "letter": ("officer", file_letter),
    "verify": ("lz.coordinator", verify_letter),
    "release": ("officer", release),
    "declare": ("officer", _right(transfers.declare, Declare, truthful=True)),
    "pool_offer": ("lz.coordinator", _right(transfers.offer, Offer)),
    "accept": ("officer", accept),
    "check": ("officer", ask(checks.check)),
    "cooperate": ("officer", ask(checks.request_cooperation)),
    "open": ("head", open_project),
    "create": ("officer", create_project),
    "edit": ("officer", _project(projects.edit, EditProject)),
    "stage": ("head", _project(projects.move, Move)),
    "status": ("head", _project(projects.set_status, SetStatus)),
    "identify": ("officer", _record(records.add_identifier, AddIdentifier)),
    "commit": ("officer", _record(records.set_commitment, SetCommitment)),
    "need": ("officer", _record(records.add_factor_need, AddFactorNeed)),
    "pay": ("officer", _record(actuals.enter_paid_in, EnterPaidIn)),
    "check_money": ("head", check_money),
    "dispute": ("officer", _record(relocation_cases.open_case, OpenRelocation)),
    "reply": ("officer", _relocation(relocation_cases.answer, AnswerRelocation)),
    "terms": ("officer", _relocation(relocation_cases.propose, ProposeTerms)),
    "draft": ("negotiator", draft_agreement),
    "offer": (
        "negotiator",
        lambda scene: agreements.offer(scene.work, scene.thread.agreement, FIRST_VERSION),
    ),
    "record": ("negotiator", _version(reviews.add, AddRecord)),
    "confirm": ("negotiator", confirm_agreement),
    "approve": ("lz.coordinator", _version(approvals.enter, EnterApproval)),
    "second": ("lz.coordinator2", _version(approvals.confirm, ConfirmApproval)),
}
"""Every act by name: whose part it is unless the step says `by`, and what it does.

A part is a login, or its second half, then played by the thread's own district.
"""
