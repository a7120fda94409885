"""From a draft to an agreement in force: who may do what, and what can no longer be changed."""

import hashlib
import json

import pytest
from sqlalchemy import exc, text

from app.agreements import approvals, differences, listing, service
from app.agreements.schemas import AgreementFilter, CompareVersions, Confirm
from app.agreements.states import State
from app.clock import day_of
from app.engine.scheme import read_scheme
from app.engine.wording import text as wording_of
from app.errors import Conflict, Forbidden, ImmutableVersion, Invalid, NotFound, VersionMismatch
from app.kit.work import Actor, Office, Role
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import JIANGYANG, LONGMATAN, NAXI, FrozenClock, person


def version_of(office: Office, actor: Actor, id: str, n: int = 1):
    with office.open(actor, reads=True) as work:
        return service.version(work, id, n)


def listed(office: Office, actor: Actor, **filters: str) -> list[str]:
    with office.open(actor, reads=True) as work:
        return [one.id for one in listing.agreements(work, AgreementFilter(**filters)).items]


def test_a_draft_is_seen_by_its_own_district_alone(
    office: Office, ours: Actor, theirs: Actor, stranger: Actor, first: Actor
):
    made = support.drafted(office, ours)
    assert listed(office, ours) == [made.id]
    for other in (theirs, stranger, first):
        assert listed(office, other) == []
        with pytest.raises(NotFound):
            version_of(office, other, made.id)


def test_numbers_count_on_within_district_and_year(office: Office, ours: Actor):
    assert [support.drafted(office, ours).number for _ in range(2)] == [
        "LMT-XY-2026-001",
        "LMT-XY-2026-002",
    ]


def test_an_offer_reaches_the_parties_and_nobody_else(
    office: Office, ours: Actor, theirs: Actor, stranger: Actor, first: Actor
):
    version = support.offered(office, ours)
    assert version_of(office, theirs, version.agreement_id).state is State.OFFERED
    for other in (stranger, first):
        with pytest.raises(NotFound):
            version_of(office, other, version.agreement_id)


def test_the_digest_covers_parties_scheme_and_text(office: Office, ours: Actor):
    version = support.offered(office, ours)
    with office.open(ours, reads=True) as work:
        sealed = service.sealed(work, version.agreement_id, 1)
    assert hashlib.sha256(sealed).hexdigest() == version.digest
    assert json.loads(sealed) == {
        "parties": [{"name": OUT, "district": LONGMATAN}, {"name": IN, "district": NAXI}],
        "scheme": support.scheme(),
        "text": wording_of(read_scheme(support.scheme())),
    }


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"negative": None}, "负数年度"),
        ({"base": None}, "基数口径"),
        ({"calendar": {"fiscal_year_one": 2028}}, "起算与年度"),
        ({"calendar": {"rule": "fiscal_year"}}, "起算与年度"),
        (
            {"deduct": [{"name": "补助", "to": IN, "series": {"2028": "100.00"}}]},
            "兑现",
        ),
        ({"cap": [{"party": OUT, "cumulative": "100.00", "overflow": IN}]}, "封顶计入范围"),
    ],
)
def test_nothing_is_offered_with_a_reading_left_open(
    office: Office, ours: Actor, changes: dict, title: str
):
    made = support.drafted(office, ours, scheme=support.scheme(**changes))
    with office.open(ours) as work, pytest.raises(Invalid, match=title):
        service.offer(work, made.id, 1)
    assert version_of(office, ours, made.id).state is State.DRAFT


def test_a_term_the_engine_lacks_is_refused_with_its_place(office: Office, ours: Actor):
    with_interest = support.scheme(
        recover=[{"party": OUT, "amount": "100.00", "interest": {"rate": "0.035"}}]
    )
    with pytest.raises(Invalid) as refused:
        support.drafted(office, ours, scheme=with_interest)
    assert [(one.pointer, one.code) for one in refused.value.issues] == [
        ("/scheme/recover/0/interest", "unsupported")
    ]


def test_it_is_confirmed_when_the_last_party_has_said_yes(
    office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    half = support.confirm(office, ours, version)
    assert (half.state, half.awaited) == (State.OFFERED, [IN])
    whole = support.confirm(office, theirs, version)
    assert (whole.state, whole.awaited) == (State.CONFIRMED, [])
    assert [(one.party, one.name, one.digest) for one in whole.consents] == [
        (OUT, "ours", version.digest),
        (IN, "theirs", version.digest),
    ]


def test_another_digest_than_the_one_offered_is_refused(office: Office, ours: Actor, theirs: Actor):
    version = support.offered(office, ours)
    seen = "0" * 64
    with office.open(theirs) as work, pytest.raises(Invalid, match="重新打开"):
        service.confirm(work, version.agreement_id, 1, Confirm(digest=seen))
    assert version_of(office, theirs, version.agreement_id).consents == []


def test_a_party_says_yes_once(office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.confirm(office, ours, version)
    with pytest.raises(Conflict, match="已确认过"):
        support.confirm(office, ours, version)


def test_who_is_no_party_does_not_even_find_it(office: Office, ours: Actor, stranger: Actor):
    version = support.offered(office, ours)
    with pytest.raises(NotFound):
        support.confirm(office, stranger, version)


def test_only_negotiators_confirm(office: Office, ours: Actor):
    version = support.offered(office, ours)
    head = person(office, "head", Role.UNIT_HEAD, district=NAXI)
    with pytest.raises(Forbidden, match="谈判人员"):
        support.confirm(office, head, version)


def test_a_fund_is_a_party_that_confirms_nothing(office: Office, ours: Actor, theirs: Actor):
    fund = "滚动发展基金"
    with_fund = support.scheme(
        parties=[OUT, IN, fund], reserve=[{"to": fund, "pct": "10", "years": [1, None]}]
    )
    named = [
        {"name": OUT, "district": LONGMATAN},
        {"name": IN, "district": NAXI},
        {"name": fund},
    ]
    version = support.confirmed(office, ours, theirs, scheme=with_fund, parties=named)
    assert version.state is State.CONFIRMED


def test_an_offered_version_is_never_edited(office: Office, ours: Actor):
    version = support.offered(office, ours)
    with office.open(ours) as work, pytest.raises(ImmutableVersion):
        service.edit(work, version.agreement_id, 1, support.command(note="改一改"))


def test_the_database_keeps_terms_and_consents_as_they_are(
    office: Office, ours: Actor, theirs: Actor
):
    support.confirmed(office, ours, theirs)
    for statement in (
        "UPDATE agreement_terms SET text = 'x'",
        "DELETE FROM agreement_terms",
        "UPDATE agreement_consent SET digest = 'x'",
        "DELETE FROM agreement_consent",
    ):
        with pytest.raises(exc.DBAPIError, match="append-only"), office.engine.begin() as direct:
            direct.execute(text(statement))


def test_an_older_draft_does_not_overwrite_a_newer_one(office: Office, ours: Actor):
    made = support.drafted(office, ours)
    with office.open(ours) as work:
        service.edit(work, made.id, 1, support.command(note="甲"), version=1)
    with office.open(ours) as work, pytest.raises(VersionMismatch):
        service.edit(work, made.id, 1, support.command(note="乙"), version=1)
    assert version_of(office, ours, made.id).note == "甲"


def test_parties_can_be_changed_and_reordered_until_the_first_offer(office: Office, ours: Actor):
    made = support.drafted(office, ours)
    turned = support.command(
        parties=[
            {"name": IN, "district": NAXI},
            {"name": OUT, "district": LONGMATAN},
            {"name": "江阳区", "district": JIANGYANG},
        ],
        scheme=support.scheme(parties=[IN, OUT, "江阳区"]),
    )
    with office.open(ours) as work:
        service.edit(work, made.id, 1, turned)
    assert [one.name for one in version_of(office, ours, made.id).parties] == [IN, OUT, "江阳区"]


def test_the_parties_are_settled_once_something_was_offered(office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    support.amend(office, ours, version.agreement_id)
    renamed = support.command(
        parties=[{"name": "甲", "district": LONGMATAN}, {"name": IN, "district": NAXI}],
        scheme=support.scheme(
            parties=["甲", IN], split=[{"years": [1, None], "weights": {"甲": "1", IN: "1"}}]
        ),
    )
    with office.open(ours) as work, pytest.raises(Invalid, match="参与方不能再改"):
        service.edit(work, version.agreement_id, 2, renamed)


def test_the_city_sees_it_once_all_have_confirmed(
    office: Office, ours: Actor, theirs: Actor, first: Actor
):
    version = support.confirmed(office, ours, theirs)
    assert listed(office, first) == [version.agreement_id]


def test_it_comes_into_force_by_two_coordinators(
    office: Office, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    version = support.confirmed(office, ours, theirs)
    entered = support.enter(office, first, version, "泸市府函2026年第8号")
    assert entered.state is State.CONFIRMED
    with pytest.raises(Forbidden, match="另一位"):
        support.approve(office, first, version, "泸市府函2026年第8号")
    with pytest.raises(Invalid, match="不一致"):
        support.approve(office, second, version, "泸市府函2026年第9号")
    done = support.approve(office, second, version, "泸市府函2026年第8号")
    assert (done.state, done.in_force_on.isoformat()) == (State.IN_FORCE, "2026-03-02")
    assert (done.approval.entered_by_name, done.approval.confirmed_by_name) == ("first", "second")


def test_the_parties_read_the_file_of_the_approval(
    office: Office, ours: Actor, theirs: Actor, first: Actor
):
    version = support.confirmed(office, ours, theirs)
    support.enter(office, first, version, "泸市府函2026年第8号")
    with office.open(theirs, reads=True) as work:
        _, data = approvals.file(work, version.agreement_id, 1)
    assert data == support.PDF.data


def test_no_approval_before_all_have_confirmed(office: Office, ours: Actor, first: Actor):
    version = support.offered(office, ours)
    with pytest.raises(NotFound):
        support.enter(office, first, version, "泸市府函2026年第8号")


def test_a_new_version_supersedes_the_one_in_force(
    office: Office, clock: FrozenClock, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    version = support.confirmed(office, ours, theirs)
    support.enter(office, first, version, "1号")
    support.approve(office, second, version, "1号")
    clock.tick(days=30)
    draft = support.amend(office, ours, version.agreement_id)
    assert draft.scheme == support.scheme()
    changed = support.command(scheme=support.scheme(term={"years": 15, "after": IN}))
    with office.open(ours) as work:
        service.edit(work, version.agreement_id, 2, changed)
        newer = service.offer(work, version.agreement_id, 2)
    assert version_of(office, theirs, version.agreement_id).state is State.IN_FORCE
    support.record(office, ours, newer)
    for actor in (ours, theirs):
        support.confirm(office, actor, newer)
    support.enter(office, first, newer, "2号")
    support.approve(office, second, newer, "2号")
    assert version_of(office, ours, version.agreement_id, 1).state is State.SUPERSEDED
    with office.open(ours, reads=True) as work:
        today = day_of(clock())
        former = service.in_force(work, version.agreement_id, version.confirmed_on)
        current = service.in_force(work, version.agreement_id, today)
        assert (former.n, current.n) == (1, 2)


def test_a_difference_is_said_in_words(office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    support.amend(office, ours, version.agreement_id)
    changed = support.command(scheme=support.scheme(term={"years": 15, "after": IN}))
    with office.open(ours) as work:
        service.edit(work, version.agreement_id, 2, changed)
        diff = differences.diff(work, version.agreement_id, CompareVersions(a=1, b=2))
    (change,) = diff.changes
    assert change.title == "分享期"
    assert change.before.startswith("分享期 10 年")
    assert change.after.startswith("分享期 15 年")


def test_the_draft_of_an_amendment_stays_with_its_district(
    office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    support.terminate(office, theirs, version)
    support.amend(office, ours, version.agreement_id)
    with pytest.raises(NotFound):
        version_of(office, theirs, version.agreement_id, 2)


def test_only_one_version_is_under_way_at_a_time(office: Office, ours: Actor):
    version = support.offered(office, ours)
    with pytest.raises(Conflict, match="还没有结果"):
        support.amend(office, ours, version.agreement_id)


def test_either_party_ends_an_offer_and_the_city_ends_what_binds(
    office: Office, ours: Actor, theirs: Actor, first: Actor
):
    refused = support.terminate(office, theirs, support.offered(office, ours))
    assert (refused.state, refused.reason) == (State.TERMINATED, "双方另议")
    binding = support.confirmed(office, ours, theirs)
    with pytest.raises(Forbidden, match="市级统筹"):
        support.terminate(office, ours, binding)
    assert support.terminate(office, first, binding).state is State.TERMINATED


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"kind": "nothing"}, "/kind"),
        (
            {"parties": [{"name": OUT, "district": JIANGYANG}, {"name": IN, "district": NAXI}]},
            "/parties",
        ),
        (
            {"parties": [{"name": "甲", "district": LONGMATAN}, {"name": IN, "district": NAXI}]},
            "/scheme/parties",
        ),
        (
            {"parties": [{"name": OUT, "district": LONGMATAN}, {"name": IN, "district": "999999"}]},
            "/parties/1/district",
        ),
    ],
)
def test_a_draft_names_its_kind_and_its_own_parties(
    office: Office, ours: Actor, changes: dict, pointer: str
):
    with pytest.raises(Invalid) as refused:
        support.drafted(office, ours, **changes)
    assert [one.pointer for one in refused.value.issues] == [pointer]


def test_an_agreement_is_between_two_districts_at_least():
    with pytest.raises(ValueError, match="至少有两个区"):
        support.command(parties=[{"name": OUT, "district": LONGMATAN}, {"name": "基金"}])


def waiting(office: Office, actor: Actor) -> list[str]:
    with office.open(actor, reads=True) as work:
        return [one.id for one in listing.waiting(work)]


def test_it_waits_for_whoever_has_the_next_act(
    office: Office, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    everybody = (ours, theirs, first, second)
    version = support.offered(office, ours)
    id = version.agreement_id
    assert [waiting(office, actor) for actor in everybody] == [[id], [id], [], []]
    support.confirm(office, ours, version)
    assert [waiting(office, actor) for actor in everybody] == [[], [id], [], []]
    support.record(office, theirs, version)
    support.confirm(office, theirs, version)
    assert [waiting(office, actor) for actor in everybody] == [[], [], [id], [id]]
    support.enter(office, first, version, "1号")
    assert [waiting(office, actor) for actor in everybody] == [[], [], [], [id]]
    support.approve(office, second, version, "1号")
    assert [waiting(office, actor) for actor in everybody] == [[], [], [], []]
