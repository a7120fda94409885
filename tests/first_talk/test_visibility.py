"""Who is told of a right: strangers, districts that met it, and whoever only asks."""

import pytest
from pydantic import ValidationError

from app.errors import FirstTalkConflict, NotFound, RateLimited
from app.first_talk import checks, register, service
from app.first_talk.check_schemas import Check
from app.first_talk.rights import State
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import VISIT, at, on


def test_blocks_others_tells_the_gate_who_holds_but_not_ones_own_family(
    office: Office, longmatan: Actor, jiangyang: Actor, park: Actor
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    for actor, holder in ((jiangyang, "龙马潭区"), (longmatan, None), (park, None)):
        with office.open(actor, reads=True) as work:
            found = service.blocks_others(work, company, "26")
        assert (found and found.district.label) == holder
    with office.open(jiangyang, reads=True) as work:
        assert service.blocks_others(work, company, "22") is None


def test_a_stranger_cannot_read_a_right_its_receipt_or_its_evidence(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    with office.open(longmatan, reads=True) as work:
        proof = register.right_page(work, filed.right.id).evidence[0]
        assert register.evidence_file(work, proof.id)[0] == proof.name
    with office.open(jiangyang, reads=True) as work:
        for ask, what in (
            (register.right, filed.right.id),
            (register.right_page, filed.right.id),
            (register.receipt, filed.receipt.number),
            (register.receipt_of_right, filed.right.id),
            (register.evidence_file, proof.id),
        ):
            with pytest.raises(NotFound):
                ask(work, what)


def test_a_district_meets_the_row_that_its_filing_met_while_it_blocks(
    office: Office, longmatan: Actor, jiangyang: Actor, naxi: Actor
):
    company = claims.enterprise(office)
    right = claims.file(office, longmatan, company).right
    with pytest.raises(FirstTalkConflict):
        claims.file(office, jiangyang, company, if_taken="refuse")
    assert claims.listed(office, jiangyang) == [("龙马潭区", "待审核")]
    assert claims.listed(office, naxi) == []
    with office.open(longmatan) as work:
        service.release(work, right.id, None, "让出")
    assert claims.listed(office, jiangyang) == []


def test_checks_answer_alike_count_on_one_meter_and_stop_at_the_limit(
    office: Office, clock: FrozenClock, longmatan: Actor, jiangyang: Actor
):
    company = claims.enterprise(office)
    claims.file(office, longmatan, company)
    claims.file(office, longmatan, claims.enterprise(office, "丙公司", None), evidence=[VISIT])

    def check(identity: str, division: str = "26") -> tuple[object, ...]:
        with office.open(jiangyang) as work:
            found = checks.check(work, Check(identity=identity, division=division))
        holder = found.holder.label if found.holder else None
        return found.answer.value, holder, found.last_day, found.someone_filing

    assert check(claims.JIA) == ("held", "龙马潭区", on("03-23"), False)
    assert check("甲公司") == ("held", "龙马潭区", on("03-23"), False)
    assert check("甲公司", "22") == ("free", None, None, False)
    assert check("丙公司") == ("free", None, None, True)
    assert check("无人知晓公司") == ("free", None, None, False)
    with pytest.raises(ValidationError, match="校验位"):
        check(claims.JIA[:-1] + "3")
    for _ in range(25):
        check("无人知晓公司")
    for ask in (
        lambda: check(claims.JIA),
        lambda: claims.file(office, jiangyang, company, if_taken="refuse"),
    ):
        with pytest.raises(RateLimited) as limited:
            ask()
        assert limited.value.members == {"retry_after": 15 * 3600 + 1}
    assert claims.file(office, jiangyang, company).right.state is State.QUEUED
    clock.set(at("03-03"))
    assert check(claims.JIA)[0] == "held"


def test_a_similar_name_that_is_held_is_told_as_similar_and_nothing_more(
    office: Office, longmatan: Actor, jiangyang: Actor
):
    claims.file(office, longmatan, claims.enterprise(office, "四川新材料科技有限公司", None))
    with office.open(jiangyang) as work:
        found = checks.check(work, Check(identity="四川新材料科技集团有限公司", division="26"))
    assert found.model_dump() == {
        "answer": "similar",
        "holder": None,
        "last_day": None,
        "someone_filing": False,
    }
