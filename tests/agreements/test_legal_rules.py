"""The legal rules on agreements: what they refuse, what cures it, which set a yes was judged by."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import exc, text
from starlette.testclient import TestClient

from app.agreements import listing, reviews, service
from app.agreements.schemas import VersionView
from app.agreements.states import State
from app.errors import Conflict, Invalid, LegallyBlocked, NotFound
from app.kit.work import Actor, Office
from app.parameters import proposals
from app.parameters import service as parameters
from app.parameters.schemas import Decide, ProposeParameter
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.builders import FrozenClock

STRUCK_OUT = [
    "地方留成部分 20% 奖励",
    "年纳税额每增加 100 万给 30 万",
    "前 3 年按地方财政贡献额全额奖励",
]


def rewarding(*names: str) -> dict[str, Any]:
    """A scheme with deductions of these names."""
    items = [
        {"name": name, "to": IN, "series": {"2028": "100.00"}, "carry": False} for name in names
    ]
    return support.scheme(deduct=items)


def blocked(office: Office, actor: Actor, version: VersionView) -> list[str]:
    """The rules that stop the actor's yes."""
    with pytest.raises(LegallyBlocked) as refused:
        support.confirm(office, actor, version)
    return [each["id"] for each in refused.value.members["findings"]]


def found(version: VersionView) -> set[str]:
    return {each.id for each in version.findings}


@pytest.mark.parametrize("words", STRUCK_OUT)
@pytest.mark.parametrize("place", ["deduct", "notes"])
def test_what_reviewers_struck_out_is_not_confirmed(
    office: Office, ours: Actor, words: str, place: str
):
    scheme = rewarding(words) if place == "deduct" else support.scheme(notes=[words + "。"])
    version = support.offered(office, ours, scheme=scheme)
    assert "W1" in found(version)
    assert "W1" in blocked(office, ours, version)
    with office.open(ours, reads=True) as work:
        assert service.version(work, version.agreement_id, 1).consents == []


def test_each_item_needs_its_own_legal_basis(office: Office, ours: Actor):
    first, second = "按纳税额的补助", "按地方贡献的奖励"
    version = support.offered(office, ours, scheme=rewarding(first, second))
    basis = {"kind": "legal_basis", "reference": "国务院令某号第几条", "file": None}
    support.record(office, ours, version, **basis, about=first)
    assert blocked(office, ours, version) == ["W1"]
    support.record(office, ours, version, **basis, about=second)
    assert support.confirm(office, ours, version).consents[0].rules == "2026-1"


def test_a_basis_for_no_item_of_the_scheme_is_refused(office: Office, ours: Actor):
    version = support.offered(office, ours)
    with pytest.raises(Invalid, match="没有这一项兑现"):
        support.record(office, ours, version, kind="legal_basis", about="补助")


def test_a_fulfilment_for_the_projects_one_enterprise_needs_a_review(
    office: Office, ours: Actor, theirs: Actor, a_project: str
):
    version = support.offered(office, ours, scheme=rewarding("设备补助"), project=a_project)
    assert blocked(office, theirs, version) == ["W3"]
    support.record(office, theirs, version)
    assert support.confirm(office, theirs, version).awaited == [OUT]


def test_no_approval_is_entered_without_a_review(
    office: Office, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    version = support.offered(office, ours)
    for actor in (ours, theirs):
        version = support.confirm(office, actor, version)
    with pytest.raises(LegallyBlocked) as refused:
        support.enter(office, first, version, "1号")
    for party in (ours, theirs):
        with office.open(party, reads=True) as work:
            assert [one.id for one in listing.waiting(work)] == [version.agreement_id]
    (missing,) = refused.value.members["findings"]
    assert (missing["id"], missing["version"]) == ("W7", "2026-1")
    assert "公平竞争审查" in missing["cure"]
    support.record(office, theirs, version)
    with office.open(ours, reads=True) as work:
        assert listing.waiting(work) == []
    support.enter(office, first, version, "1号")
    done = support.approve(office, second, version, "1号")
    assert (done.state, done.approval.rules) == (State.IN_FORCE, "2026-1")


def test_warnings_are_shown_and_stop_nothing(office: Office, ours: Actor, theirs: Actor):
    scheme = support.scheme(settle={"form": "区与区直接支付"}, notes=["企业承诺 10 年内不迁离。"])
    version = support.offered(office, ours, kind="relocation", scheme=scheme)
    assert {"W4", "W5", "W10"} <= found(version)
    led = support.record(office, ours, version, kind="led_by", file=None, reference="会议纪要3号")
    assert "W5" not in found(led)
    for actor in (ours, theirs):
        version = support.confirm(office, actor, version)
    assert version.state is State.CONFIRMED


def test_a_review_names_its_day_and_brings_its_file():
    with pytest.raises(ValueError, match="审查日期、结论文件"):
        reviews.AddRecord(kind="review", reference="1号")


def test_a_record_says_who_and_when_and_stays(office: Office, ours: Actor, theirs: Actor):
    version = support.offered(office, ours)
    done = support.record(office, theirs, version)
    (record,) = done.records
    assert (record.recorded_by_name, record.reference) == ("theirs", "公平竞争审查2026年第1号")
    for statement in (
        "UPDATE agreement_record SET reference = 'x'",
        "DELETE FROM agreement_record",
    ):
        with pytest.raises(exc.DBAPIError, match="append-only"), office.engine.begin() as direct:
            direct.execute(text(statement))


def test_the_file_is_read_by_who_sees_the_version(
    office: Office, ours: Actor, theirs: Actor, first: Actor, stranger: Actor
):
    version = support.confirmed(office, ours, theirs)
    id, record = version.agreement_id, version.records[0].id
    for reader in (ours, theirs, first):
        with office.open(reader, reads=True) as work:
            assert reviews.file(work, id, 1, record)[1] == support.PDF.data
    with office.open(stranger, reads=True) as work, pytest.raises(NotFound):
        reviews.file(work, id, 1, record)


def test_what_forbids_a_settlement_is_said_once_it_binds(
    office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours)
    assert "W8" not in found(version)
    support.record(office, ours, version)
    for actor in (ours, theirs):
        version = support.confirm(office, actor, version)
    assert found(version) == {"W8"}


def test_nothing_is_recorded_once_it_is_in_force(
    office: Office, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    version = support.confirmed(office, ours, theirs)
    support.enter(office, first, version, "1号")
    done = support.approve(office, second, version, "1号")
    with pytest.raises(Conflict, match="不能再补"):
        support.record(office, ours, done)


def propose_rules(office: Office, first: Actor, day: str) -> str:
    """Another set from a day on: only the rule against direct payment, and it blocks."""
    with office.open(first) as work:
        rows = parameters.general_rows(work, work.today)
        value = rows["legal.warnings"].value
        rule = next(each for each in value["warning"] if each["id"] == "W10")
        rule = rule | {"level": "block", "act": "confirm"}
        proposal = proposals.propose(
            work,
            ProposeParameter(
                key="legal.warnings",
                value=value | {"set": "2026-2", "warning": [rule]},
                effective_from=day,
                reference="法律顾问意见",
                status="unverified",
                reason="整套替换",
            ),
        )
    return proposal.id


def test_a_replaced_set_counts_from_its_day(
    office: Office, clock: FrozenClock, ours: Actor, theirs: Actor, first: Actor, second: Actor
):
    scheme = support.scheme(settle={"form": "区与区直接支付"})
    version = support.offered(office, ours, scheme=scheme)
    proposal = propose_rules(office, first, "2026-03-12")
    with office.open(second) as work:
        proposals.approve(work, proposal, Decide())
    assert support.confirm(office, ours, version).consents[0].rules == "2026-1"
    clock.tick(days=10)
    assert blocked(office, theirs, version) == ["W10"]
    with office.open(theirs, reads=True) as work:
        shown = service.version(work, version.agreement_id, 1).findings
    assert [(each.id, each.version) for each in shown] == [("W10", "2026-2")]


def test_the_second_coordinator_reads_the_new_set_to_the_letter(
    client: Callable[..., TestClient], office: Office, first: Actor, second: Actor
):
    proposal = propose_rules(office, first, "2026-03-12")
    page = html.unescape(client(second).get(f"/parameters/proposals/{proposal}").text)
    assert "2026-2（未核实）；W10 阻止确认：区与区之间直接支付" in page
    assert '"不得直接"' in page


def test_the_page_lists_what_blocks_and_takes_what_cures(
    client: Callable[..., TestClient], office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours, scheme=rewarding("按纳税额的补助"))
    path = f"/agreements/{version.agreement_id}"
    browser = client(theirs)
    page = html.unescape(browser.get(path).text)
    assert "兑现按企业的纳税额" in page
    assert "公平竞争审查条例（国令第783号）第十条" in page
    refused = browser.post(f"{path}/versions/1/confirm", data={"digest": version.digest})
    assert refused.status_code == 422
    assert "合规规则不允许确认" in refused.text
    assert "阻止确认，补充记录或改写条款后再办" in html.unescape(refused.text)
    row_version = re.findall(r'name="_version" value="(\d+)"', page)[0]
    cure = {
        "kind": "legal_basis",
        "about": "按纳税额的补助",
        "reference": "国务院令某号",
        "_version": row_version,
    }
    assert browser.post(f"{path}/versions/1/records", data=cure).status_code == 303
    assert "国务院令某号" in browser.get(path).text
    done = browser.post(f"{path}/versions/1/confirm", data={"digest": version.digest})
    assert done.status_code == 303


def test_the_editor_shows_what_the_rules_say_to_a_draft(
    client: Callable[..., TestClient], office: Office, ours: Actor
):
    made = support.drafted(office, ours, scheme=rewarding("按纳税额的补助"))
    page = html.unescape(client(ours).get(f"/agreements/{made.id}/versions/1/edit").text)
    assert "先行扣除：“按纳税额的补助”" in page
    assert "逐项记录兑现的法律依据" in page


def test_partner_systems_get_the_findings_with_the_problem(
    client: Callable[..., TestClient], office: Office, ours: Actor, theirs: Actor
):
    version = support.offered(office, ours, scheme=rewarding("按纳税额的补助"))
    path = f"/api/v1/agreements/{version.agreement_id}/versions/1"
    headers = {"If-Match": f'"v{version.version}"', "Idempotency-Key": "key-000000000001"}
    answer = client(theirs).post(
        f"{path}:confirm", json={"digest": version.digest}, headers=headers
    )
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (422, "/problems/legally-blocked")
    (finding,) = problem["findings"]
    assert finding["level"] == {"code": "block", "label": "阻止"}
    assert finding["reasons"] == ["先行扣除：“按纳税额的补助”"]
