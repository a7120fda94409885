"""The use cases of 企业库: the public directory, its hint, and what a district logs about them.

    find_or_add   code → full or former name → a new entry; twins that add at once get one entry
    match         same enterprise · same group · similar names, with what one may see of each
    index_name    leads and projects stand in the same index, seen by their own district only

Every district reads the directory; who entered a row, and when, is for its own district, which
alone edits it. Contacts and interactions are a district's own.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select

from app.enterprises import candidates, contacts, directory, merging, names
from app.enterprises import clash as clashes
from app.enterprises import interactions as logbook
from app.enterprises.contacts import READERS
from app.enterprises.matching import unified
from app.enterprises.models import Enterprise, NamedRecord
from app.enterprises.schemas import (
    KINDS,
    AddAlias,
    AddEnterprise,
    ClashView,
    ContactView,
    EditEnterprise,
    EditInteraction,
    Engage,
    EngagementView,
    EnterpriseFilter,
    EnterpriseView,
    FileView,
    Hint,
    InteractionFilter,
    InteractionView,
    LogInteraction,
    MatchQuery,
    MatchView,
    MeetingView,
    NamedEnterprise,
    OverviewView,
    SaveContact,
)
from app.errors import DuplicateSuspected, Forbidden, Invalid
from app.kit.schemas import Page
from app.kit.work import STAFF, Role, Work, use_case

EDITORS = (Role.OFFICER, Role.UNIT_HEAD, Role.NEGOTIATOR, Role.PARTNER)
WRITERS = (Role.OFFICER, Role.UNIT_HEAD, Role.PARTNER)
_REGISTERED = "有统一社会信用代码的企业不是境外或尚未注册的企业"


def find_or_add(work: Work, command: NamedEnterprise) -> EnterpriseView:
    """The enterprise of this code, full or former name; a new entry when there is none."""
    row = directory.resolve(work, command)
    if row is None:
        directory.take_turn(work, command)
        row = directory.resolve(work, command)
    if row is None:
        abroad = command.unregistered and command.uscc is None
        entry = AddEnterprise(name=command.name, uscc=command.uscc, unregistered=abroad)
        row = directory.add(work, entry)
    work.session.flush()
    return directory.views(work, [row])[0]


@use_case("enterprise.read", *STAFF, reads=True)
def enterprise(work: Work, id: str) -> EnterpriseView:
    """One entry of the directory; NotFound for an unknown id."""
    return directory.views(work, [directory.row_of(work, id)])[0]


def enterprises(work: Work, ids: Iterable[str]) -> dict[str, EnterpriseView]:
    """Entries by id; unknown ids are left out."""
    rows = work.session.scalars(select(Enterprise).where(Enterprise.id.in_(set(ids)))).all()
    return {view.id: view for view in directory.views(work, rows)}


def root(work: Work, id: str) -> str:
    """The enterprise that stays after merges."""
    return directory.root_of(work, directory.row_of(work, id)).id


def same_as(work: Work, id: str) -> frozenset[str]:
    """All ids of one enterprise: its root and everything merged into it."""
    return directory.merged_with(work, id)


def meant_by(work: Work, query: MatchQuery) -> tuple[list[str], list[str]]:
    """The ids of who bears this code or whole name, and of its group or who is named almost so."""
    return candidates.meant_by(work, query)


def identities(work: Work, ids: Iterable[str]) -> dict[str, list[str]]:
    """By root the codes and ids that it and all merged into it go by, the one that counts first."""
    return directory.identities(work, ids)


@use_case("enterprise.list", *STAFF, reads=True)
def browse(work: Work, command: EnterpriseFilter) -> Page[EnterpriseView]:
    """A page of the directory by name; with `q` the best that fit, on one page."""
    query = select(Enterprise).where(Enterprise.merged_into_id.is_(None))
    if command.q:
        found = names.search(work, command.q, ("ent_",))[: command.limit]
        views = enterprises(work, found)
        items = [views[id] for id in found if views[id].root_id == id]
        return Page(items=items, total=len(items) if command.count else None)
    down = command.sort.startswith("-")
    order = (
        (Enterprise.name.desc(), Enterprise.id.desc()) if down else (Enterprise.name, Enterprise.id)
    )
    page = directory.paged(work, query.order_by(*order), command, directory.views)
    if command.count:
        total = work.session.scalar(query.order_by(None).with_only_columns(func.count()))
        page = page.model_copy(update={"total": total})
    return page


@use_case("enterprise.relations", *STAFF, reads=True)
def relations(work: Work, id: str) -> list[EnterpriseView]:
    """Other enterprises of the same group or controller."""
    found = candidates.relatives(work, [directory.row_of(work, id)])
    return directory.views(work, found)


@use_case("enterprise.overview", *STAFF, reads=True)
def overview(work: Work, id: str) -> OverviewView:
    """All about one enterprise that the reader may see."""
    row = directory.row_of(work, id)
    ids = directory.merged_with(work, id)
    reads_own = work.actor.has(*READERS)
    records = candidates.records(work).where(NamedRecord.enterprise_id.in_(ids))
    found = work.session.scalars(records.order_by(NamedRecord.name, NamedRecord.id)).all()
    return OverviewView(
        enterprise=directory.views(work, [row])[0],
        relatives=relations(work, id),
        records=[candidates.record_view(work, record) for record in found],
        may_edit=directory.owns(work, row) and work.actor.has(*EDITORS),
        may_write=work.actor.has(*WRITERS),
        contacts=contacts.of_enterprise(work, ids) if reads_own else None,
        interactions=logbook.about(work, [one.id for one in found], ids) if reads_own else None,
    )


@use_case("enterprise.add", *EDITORS)
def add_enterprise(work: Work, command: AddEnterprise) -> EnterpriseView:
    """A new entry; DuplicateSuspected with the candidates when it seems to be there already."""
    if command.uscc is not None and command.unregistered:
        raise Invalid.at("/unregistered", "registered", _REGISTERED)
    directory.take_turn(work, command)
    _refuse_duplicate(work, command)
    return directory.views(work, [directory.add(work, command)])[0]


def _refuse_duplicate(work: Work, command: AddEnterprise) -> None:
    found = candidates.match(work, MatchQuery(name=command.name, uscc=command.uscc))
    alike = [*found.same, *(one for one in found.similar if one.score)]
    suspects = [one.model_dump(mode="json") for one in alike if one.kind == "enterprise"]
    if command.uscc and any(one["uscc"] == command.uscc for one in suspects):
        raise DuplicateSuspected(
            "企业库中已有这个统一社会信用代码", candidates=suspects, override_with=None
        )
    if suspects and not command.override:
        raise DuplicateSuspected(
            "企业库中有疑似同一企业，请核对；确认不是同一企业后仍可新增",
            candidates=suspects,
            override_with={"override": True},
        )


@use_case("enterprise.add_form", *EDITORS, reads=True)
def may_add(work: Work) -> None:
    """Refuse who may not add an entry, before a form is shown."""


@use_case("enterprise.edit_form", *EDITORS, reads=True)
def editable(work: Work, id: str) -> EnterpriseView:
    """One's own entry, to be changed."""
    return directory.views(work, [_own_row(work, id)])[0]


@use_case("enterprise.edit", *EDITORS)
def edit_enterprise(
    work: Work, id: str, command: EditEnterprise, version: int | None = None
) -> EnterpriseView:
    """Change what is given of one's own entry."""
    row = _own_row(work, id, version)
    given = command.model_dump(include=command.model_fields_set)
    if "name" in given:
        directory.rename(work, row, given.pop("name"))
    for column, value in given.items():
        setattr(row, column, value)
    _check_code(work, row)
    work.session.flush()
    return directory.views(work, [row])[0]


def clash(
    work: Work, id: str, version: int | None, command: EditEnterprise | None
) -> ClashView | None:
    """What somebody else saved since the version that was opened; None when nobody did."""
    if version is None or command is None:
        return None
    return clashes.between(work, _own_row(work, id), version, command)


def _check_code(work: Work, row: Enterprise) -> None:
    """One code, one entry; and who has one is registered."""
    if row.uscc is None:
        return
    if row.unregistered:
        raise Invalid.at("/unregistered", "registered", _REGISTERED)
    with work.session.no_autoflush:
        directory.take_turn(work, NamedEnterprise(name=row.name, uscc=row.uscc))
        holder = directory.coded(work, row.uscc)
    if holder is not None and holder is not row:
        raise Invalid.at(
            "/uscc",
            "taken",
            f"这个统一社会信用代码属于 {holder.name}；是同一家的，由单位负责人合并",
        )


def mergeable(work: Work, id: str, version: int | None) -> EnterpriseView:
    """One's own entry that can be merged into another one."""
    return directory.views(work, [merging.mergeable(work, id, version)])[0]


def merge_target(work: Work, id: str, into_id: str) -> EnterpriseView:
    """The entry that would stay; Invalid for the same one."""
    return directory.views(work, [merging.root(work, id, into_id)])[0]


def merge(work: Work, id: str, into_id: str) -> None:
    """Let one's own entry point to another one; called by the act that looks after the rights."""
    merging.merge(work, id, into_id, None)


def part(work: Work, id: str, version: int | None) -> None:
    """Let one's own entry stand for itself again; called likewise."""
    merging.undo(work, id, version)


def merged_below(work: Work, id: str) -> frozenset[str]:
    """An entry and everything merged into it, not what it is merged into itself."""
    return directory.merged_below(work, id)


@use_case("enterprise.add_alias", *EDITORS)
def add_alias(work: Work, id: str, command: AddAlias) -> EnterpriseView:
    """A former or other name of one's own entry, found by it from now on."""
    row = _own_row(work, id)
    directory.add_alias(work, row, command.name)
    return directory.views(work, [row])[0]


def _own_row(work: Work, id: str, version: int | None = None) -> Enterprise:
    row = directory.row_of(work, id, version)
    if not directory.owns(work, row):
        raise Forbidden("这家企业由其他单位录入，只能由录入单位修改")
    return row


@use_case("enterprise.match", *STAFF, reads=True)
def match(work: Work, query: MatchQuery) -> MatchView:
    """What a name, code or phone may mean, from the directory and from visible records."""
    return candidates.match(work, query)


@use_case("enterprise.hint", *STAFF, reads=True)
def hint(work: Work, command: Hint) -> MatchView | None:
    """The same while somebody types; None for less than two letters."""
    if len(unified(command.name)) < 2 and not command.uscc:
        return None
    return candidates.match(work, MatchQuery(name=command.name, uscc=command.uscc or None))


def index_name(
    work: Work,
    owner_id: str,
    name: str,
    enterprise_id: str | None = None,
    district_id: str | None = None,
) -> None:
    """Let a lead or project be found by its name, by its own district and those it is shared with.

    `district_id` is the record's, by default the actor's.
    """
    rows = work.rows(NamedRecord).where(NamedRecord.id == owner_id)
    row = work.session.scalars(rows).one_or_none()
    if row is None:
        row = NamedRecord(id=owner_id, district_id=district_id or work.district_id)
    for column, value in names.forms(name).items():
        setattr(row, column, value)
    row.enterprise_id = enterprise_id
    work.add(row)
    names.enter(work.session, owner_id, [name])


def own_names(work: Work, owner_ids: Iterable[str]) -> dict[str, str]:
    """The names of those of these leads and projects that are the actor's district's own."""
    mine = work.rows(NamedRecord).where(
        NamedRecord.district_id == work.district_id, NamedRecord.id.in_(list(owner_ids))
    )
    return {row.id: row.name for row in work.session.scalars(mine)}


def search_names(
    work: Work, text: str, kinds: tuple[str, ...] = tuple(KINDS), limit: int = 50
) -> list[str]:
    """The owners whose name, initials or code fit what was typed, best first.

    `kinds` are prefixes of ids; of leads and projects only those that the actor may see.
    """
    return names.search(work, text, kinds)[:limit]


@use_case("lead.add_contact", *WRITERS)
def add_contact(work: Work, enterprise_id: str, command: SaveContact) -> ContactView:
    """A new contact, known to the actor's district only."""
    return contacts.add_contact(work, enterprise_id, command)


@use_case("lead.edit_contact", *WRITERS)
def edit_contact(
    work: Work, id: str, command: SaveContact, version: int | None = None
) -> ContactView:
    """The contact as it shall be."""
    return contacts.edit_contact(work, id, command, version)


@use_case("lead.show_contact", *READERS, reads=True, confidential=True)
def show_contact(work: Work, id: str) -> ContactView:
    """A contact with phone and e-mail in full; the read is logged."""
    return contacts.one(work, id, masked=False)


@use_case("lead.contact_form", *WRITERS, reads=True)
def contact(work: Work, id: str) -> ContactView:
    """A contact whose form is shown again, masked."""
    return contacts.one(work, id)


@use_case("lead.log_interaction", *WRITERS)
def log_interaction(work: Work, command: LogInteraction) -> InteractionView:
    """A talk, a visit or a line of progress."""
    return logbook.log(work, command)


@use_case("lead.edit_interaction", *WRITERS)
def edit_interaction(
    work: Work, id: str, command: EditInteraction, version: int | None = None
) -> InteractionView:
    """Change what is given of an interaction; files are added."""
    return logbook.edit(work, id, command, version)


@use_case("lead.log_form", *WRITERS, reads=True)
def interaction_form(work: Work, enterprise_id: str) -> EnterpriseView:
    """The enterprise that a talk or visit is about, for who may log one."""
    return directory.views(work, [directory.row_of(work, enterprise_id)])[0]


@use_case("lead.edit_form", *WRITERS, reads=True)
def talk(work: Work, id: str) -> InteractionView:
    """An interaction about an enterprise, to be changed; of a record it is changed there."""
    found = logbook.one(work, id)
    if found.about_id is not None:
        raise Forbidden("这条记录属于线索或项目，请在那里修改")
    return found


@use_case("lead.list_interactions", *READERS, reads=True)
def list_interactions(work: Work, command: InteractionFilter) -> Page[InteractionView]:
    """A page of the district's interactions, newest first."""
    return logbook.listed(work, command)


@use_case("lead.read_interaction", *READERS, reads=True)
def interaction(work: Work, id: str) -> InteractionView:
    """One interaction."""
    return logbook.one(work, id)


@use_case("lead.read_attachment", *READERS, reads=True)
def attachment(work: Work, id: str, file_id: str) -> tuple[FileView, bytes]:
    """A file of an interaction."""
    return logbook.attachment(work, id, file_id)


def interactions(
    work: Work, about_ids: Iterable[str], enterprise_id: str | None = None
) -> list[InteractionView]:
    """The visible interactions about these records, or about an enterprise; newest first."""
    ids = same_as(work, enterprise_id) if enterprise_id is not None else frozenset()
    return logbook.about(work, about_ids, ids)


def last_talks(work: Work, about_ids: Iterable[str]) -> dict[str, date]:
    """The day of the last talk or visit about each record, of whatever district."""
    return logbook.last_talks(work, about_ids)


def meetings(
    work: Work, enterprise_ids: Iterable[str], since: date, through: date
) -> list[MeetingView]:
    """The talks and visits of every district with an enterprise in a time: when and what kind."""
    return logbook.meetings(work, enterprise_ids, since, through)


def engage(work: Work, command: Engage) -> None:
    """Write down that a unit negotiates or has signed with an enterprise; one per record."""
    logbook.engage(work, command)


def disengage(work: Work, about_id: str, until: date) -> None:
    """Write down that it is over; nothing when there was none."""
    logbook.disengage(work, about_id, until)


def engagements(work: Work, enterprise_ids: Iterable[str]) -> list[EngagementView]:
    """Which units negotiate or have signed with these enterprises, of every district."""
    return logbook.engagements(work, enterprise_ids)
