"""The directory on both databases: resolving, matching, search, and what is told to whom."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from app.enterprises import service
from app.enterprises.models import Enterprise, GramCount, NameGram
from app.enterprises.schemas import (
    AddAlias,
    AddEnterprise,
    EditEnterprise,
    Engage,
    EnterpriseView,
    LogInteraction,
    MatchQuery,
    MatchView,
    NamedEnterprise,
    SaveContact,
)
from app.errors import DuplicateSuspected, Forbidden, Invalid, NotFound
from app.kit.db import Share
from app.kit.files import Upload
from app.kit.work import Actor, Office, Role
from tests.builders import JIANGYANG, LONGMATAN, NAXI, person

QINZE = "西安秦泽航空零部件有限公司"
CODE, OTHER_CODE = "91610131MA6TX8AB35", "91310000MA1FL70B67"


def found(office: Office, actor: Actor, name: str, uscc: str | None = None) -> EnterpriseView:
    with office.open(actor) as work:
        return service.find_or_add(work, NamedEnterprise(name=name, uscc=uscc))


def matched(office: Office, actor: Actor, name: str = "", **more: str) -> MatchView:
    with office.open(actor, reads=True) as work:
        return service.match(work, MatchQuery(name=name, **more))


def named(office: Office, actor: Actor, id: str, name: str, enterprise_id: str | None = None):
    with office.open(actor) as work:
        service.index_name(work, id, name, enterprise_id)


def searched(office: Office, actor: Actor, text: str, *kinds: str) -> list[str]:
    with office.open(actor, reads=True) as work:
        return service.search_names(work, text, kinds or ("ent_", "led_", "prj_"))


def ids(candidates) -> list[str]:
    return [one.id for one in candidates]


class TestFindOrAdd:
    def test_a_full_name_finds_what_another_district_entered(self, office, officer, neighbour):
        first = found(office, neighbour, QINZE)
        assert found(office, officer, "西安秦澤航空零部件有限公司　").id == first.id

    def test_a_code_finds_it_whatever_the_name(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        assert found(office, officer, "改了名的公司", CODE).id == first.id

    def test_a_former_name_finds_it(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        with office.open(officer) as work:
            service.add_alias(work, first.id, AddAlias(name="西安秦泽精密锻造有限公司"))
        assert found(office, officer, "西安秦泽精密锻造有限公司").id == first.id

    def test_an_entry_without_a_code_is_given_the_one_that_comes_with_its_name(
        self, office, officer
    ):
        first = found(office, officer, QINZE)
        completed = found(office, officer, QINZE, CODE)
        assert (completed.id, completed.uscc) == (first.id, CODE)

    def test_the_same_name_with_another_code_is_another_enterprise(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        assert found(office, officer, QINZE, OTHER_CODE).id != first.id

    def test_a_name_that_two_have_asks_for_the_code(self, office, officer):
        found(office, officer, QINZE, CODE)
        found(office, officer, QINZE, OTHER_CODE)
        with pytest.raises(Invalid, match="2 家企业"):
            found(office, officer, QINZE)

    def test_another_legal_form_is_not_taken_for_the_same_by_itself(self, office, officer):
        first = found(office, officer, QINZE)
        assert found(office, officer, "西安秦泽航空零部件股份有限公司").id != first.id

    @pytest.mark.parametrize("database", ["postgresql"], indirect=True)
    def test_many_who_add_it_at_once_get_one_entry(self, office, officer, neighbour):
        with ThreadPoolExecutor(8) as pool:
            asked = [
                pool.submit(found, office, (officer, neighbour)[n % 2], QINZE, CODE)
                for n in range(24)
            ]
            assert len({one.result().id for one in asked}) == 1


class TestMerges:
    @pytest.fixture
    def merged(self, office: Office, officer: Actor) -> tuple[str, str]:
        gone, stays = (found(office, officer, name).id for name in (QINZE, "秦泽航空控股公司"))
        with office.open(officer) as work:
            work.session.get_one(Enterprise, gone).merged_into_id = stays
        return gone, stays

    def test_both_have_one_root_and_are_the_same(self, office, officer, merged):
        gone, stays = merged
        with office.open(officer) as work:
            assert {service.root(work, gone), service.root(work, stays)} == {stays}
            assert service.same_as(work, gone) == service.same_as(work, stays) == {gone, stays}

    def test_the_old_name_leads_to_the_one_that_stays(self, office, officer, merged):
        assert found(office, officer, QINZE).id == merged[1]
        assert ids(matched(office, officer, QINZE).same) == [merged[1]]


class TestAdding:
    def test_one_that_is_called_alike_is_added_after_a_second_look(self, office, officer):
        first = found(office, officer, QINZE)
        alike = AddEnterprise(name="秦泽航空零部件（西安）股份有限公司")
        with pytest.raises(DuplicateSuspected) as refused, office.open(officer) as work:
            service.add_enterprise(work, alike)
        assert [one["id"] for one in refused.value.members["candidates"]] == [first.id]
        sure = alike.model_copy(update=refused.value.members["override_with"])
        with office.open(officer) as work:
            assert service.add_enterprise(work, sure).id != first.id

    def test_a_code_is_entered_once_even_so(self, office, officer):
        found(office, officer, QINZE, CODE)
        again = AddEnterprise(name="另一家公司", uscc=CODE, override=True)
        with pytest.raises(DuplicateSuspected), office.open(officer) as work:
            service.add_enterprise(work, again)

    def test_finance_adds_nothing(self, office, finance):
        with pytest.raises(Forbidden), office.open(finance) as work:
            service.add_enterprise(work, AddEnterprise(name=QINZE))


class TestEditing:
    def test_what_is_not_given_stays(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        with office.open(officer) as work:
            edited = service.edit_enterprise(work, first.id, EditEnterprise(controller="秦某"))
        assert (edited.name, edited.uscc, edited.controller) == (QINZE, CODE, "秦某")

    def test_the_code_of_another_is_refused(self, office, officer):
        found(office, officer, "另一家公司", CODE)
        first = found(office, officer, QINZE)
        with pytest.raises(Invalid, match="另一家公司"), office.open(officer) as work:
            service.edit_enterprise(work, first.id, EditEnterprise(uscc=CODE))

    def test_a_new_name_is_found_and_the_old_one_no_more(self, office, officer):
        first = found(office, officer, QINZE)
        with office.open(officer) as work:
            service.edit_enterprise(work, first.id, EditEnterprise(name="宝鸡楚凌氟材料厂"))
        assert searched(office, officer, "楚凌") == [first.id]
        assert searched(office, officer, "秦泽") == []
        with office.open(reads=True) as work:
            postings = work.session.scalar(select(func.count()).select_from(NameGram))
            counted = work.session.scalar(select(func.sum(GramCount.n)))
        assert counted == postings

    def test_another_district_edits_nothing(self, office, officer, neighbour):
        first = found(office, officer, QINZE)
        with pytest.raises(Forbidden), office.open(neighbour) as work:
            service.edit_enterprise(work, first.id, EditEnterprise(controller="x"))

    def test_who_entered_it_and_when_is_for_its_own_district(self, office, officer, neighbour):
        own = found(office, officer, QINZE)
        other = found(office, neighbour, QINZE)
        assert (own.own, own.entered_by, own.entered_at) == (True, "zhou", office.clock())
        assert (other.own, other.entered_by, other.entered_at) == (False, None, None)


class TestMatch:
    def test_the_typed_name_without_its_legal_form_is_the_same(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        assert ids(matched(office, officer, "西安秦泽航空零部件").same) == [first.id]

    def test_a_code_alone_is_enough(self, office, officer):
        first = found(office, officer, QINZE, CODE)
        same = matched(office, officer, uscc=CODE.lower()).same
        assert [(one.id, one.score) for one in same] == [(first.id, 100)]

    def test_a_half_typed_code_matches_nothing(self, office, officer):
        found(office, officer, QINZE, CODE)
        assert matched(office, officer, uscc=CODE[:9]).same == []

    def test_those_of_one_controller_are_a_group_with_the_reason(self, office, officer):
        first = found(office, officer, QINZE)
        sister = found(office, officer, "宝鸡特种合金有限公司")
        with office.open(officer) as work:
            for id in (first.id, sister.id):
                service.edit_enterprise(work, id, EditEnterprise(controller="秦泽控股"))
        group = matched(office, officer, QINZE).group
        assert [(one.id, one.score, one.reasons) for one in group] == [
            (sister.id, 45, ["同一实际控制人"])
        ]

    def test_similar_names_are_told_apart_from_the_same(self, office, officer):
        found(office, officer, QINZE)
        near = found(office, officer, "陕西秦泽实业发展有限公司")
        far = found(office, officer, "湖北楚凌氟材料有限公司")
        similar = ids(matched(office, officer, QINZE).similar)
        assert near.id in similar
        assert far.id not in similar

    def test_a_phone_that_ones_own_district_knows_leads_to_its_enterprise(
        self, office, officer, neighbour
    ):
        first = found(office, officer, QINZE)
        with office.open(officer) as work:
            contact = SaveContact(name="李航", phone="138-1234-5678")
            service.add_contact(work, first.id, contact)
        similar = matched(office, officer, phone="+86 13812345678").similar
        assert [(one.id, one.score) for one in similar] == [(first.id, 20)]
        assert matched(office, neighbour, phone="13812345678").similar == []

    def test_records_are_told_to_their_district_and_to_those_they_are_shared_with(
        self, office, officer, neighbour
    ):
        stranger = person(office, "liu", Role.OFFICER, district=NAXI)
        first = found(office, officer, QINZE)
        named(office, officer, "led_a", QINZE, first.id)
        with office.open() as work:
            work.session.add(Share(resource_id="led_a", district_id=JIANGYANG))
        told = {
            actor.name: [(one.id, one.own) for one in matched(office, actor, QINZE).same[0].own]
            for actor in (officer, neighbour, stranger)
        }
        assert told == {"zhou": [("led_a", True)], "chen": [("led_a", False)], "liu": []}

    def test_a_project_name_finds_ones_own_project_only(self, office, officer, neighbour):
        named(office, officer, "prj_a", "高端酒类包装产业园")
        assert ids(matched(office, officer, "酒类包装产业园").similar) == ["prj_a"]
        assert matched(office, neighbour, "酒类包装产业园").similar == []


class TestSearch:
    @pytest.mark.parametrize("text", ["秦泽", "航空", "qzhk", "XAQZ", "91610131ma", "秦"])
    def test_words_initials_and_codes_find_an_enterprise(self, office, officer, text):
        first = (
            found(office, officer, "秦泽航空", CODE)
            if text == "秦"
            else found(office, officer, QINZE, CODE)
        )
        assert searched(office, officer, text) == [first.id]

    def test_of_leads_only_the_visible_ones_are_found(self, office, officer, neighbour):
        named(office, officer, "led_a", "酒类包装产业园")
        assert searched(office, officer, "包装", "led_") == ["led_a"]
        assert searched(office, officer, "jlbz") == ["led_a"]
        assert searched(office, officer, "包装", "prj_") == []
        assert searched(office, neighbour, "包装") == []
        assert searched(office, neighbour, "jlbz") == []

    @pytest.mark.parametrize("text", ["", "  ", "%", "_", "（）", "'; --"])
    def test_what_says_nothing_finds_nothing(self, office, officer, text):
        found(office, officer, QINZE)
        assert searched(office, officer, text) == []


def noisy(name: str, chance: random.Random) -> str:
    """The name as a colleague might type it."""
    place, core = name[:2], name[2:-4]
    dropped = chance.randrange(len(core))
    return chance.choice(
        (
            f"{place}市{core}有限责任公司",
            f"{core}（{place}）股份有限公司",
            core,
            f"{place}{core[:dropped]}{core[dropped + 1 :]}有限公司",
            f"{place}{core[:dropped]}大{core[dropped + 1 :]}公司",
            f"四川省{place}{core}",
        )
    )


def test_noisy_names_are_found_among_the_best_five(office: Office, officer: Actor):
    chance = random.Random(20260302)  # noqa: S311 - the same noise every time, no secret
    letters = "秦泽楚凌渝拓远江苏瀚精佛睿陶宁海衡冷链明屿锐微纳立澄光粤禾甬澜恒鑫"
    lines = ("机械", "新材料", "智能装备", "食品", "电子科技", "包装", "物流", "能源")
    places = ("成都", "泸州", "宜宾", "苏州", "宁波", "西安", "武汉", "重庆")
    directory = {
        chance.choice(places)
        + "".join(chance.sample(letters, 2))
        + chance.choice(lines)
        + "有限公司"
        for _ in range(300)
    }
    with office.open(officer) as work:
        known = {
            name: service.find_or_add(work, NamedEnterprise(name=name)).id
            for name in sorted(directory)
        }
    asked = chance.sample(sorted(known), 100)
    with office.open(officer, reads=True) as work:
        hits = 0
        for name in asked:
            view = service.match(work, MatchQuery(name=noisy(name, chance)))
            hits += known[name] in ids([*view.same, *view.similar])[:5]
    assert hits >= 97


class TestInteractions:
    def visit(self, **more: object) -> LogInteraction:
        fields = {"kind": "visit", "happened_on": date(2026, 2, 27), "content": "看厂房", **more}
        return LogInteraction(**fields)

    def test_one_about_a_lead_belongs_to_its_enterprise_too(self, office, officer):
        first = found(office, officer, QINZE)
        named(office, officer, "led_a", QINZE, first.id)
        with office.open(officer) as work:
            logged = service.log_interaction(work, self.visit(about_id="led_a"))
            of_lead = service.interactions(work, {"led_a"})
            of_enterprise = service.interactions(work, set(), first.id)
        assert logged.enterprise_id == first.id
        assert ids(of_lead) == ids(of_enterprise) == [logged.id]

    def test_substantive_progress_needs_people_and_a_file(self, office, officer):
        first = found(office, officer, QINZE)
        bare = self.visit(enterprise_id=first.id, substantive_kind="site_survey")
        with pytest.raises(Invalid) as refused, office.open(officer) as work:
            service.log_interaction(work, bare)
        assert {issue.pointer for issue in refused.value.issues} == {"/participants", "/files"}
        whole = bare.model_copy(
            update={"participants": "周岚", "files": [Upload("纪要.txt", b"x")]}
        )
        with office.open(officer) as work:
            assert service.log_interaction(work, whole).substantive_kind == "site_survey"

    @pytest.mark.parametrize("kind", ["call", "message", "note"])
    def test_a_call_a_message_or_a_line_is_never_substantive(self, office, officer, kind):
        first = found(office, officer, QINZE)
        command = self.visit(
            enterprise_id=first.id,
            kind=kind,
            substantive_kind="terms",
            participants="周岚",
            files=[Upload("纪要.txt", b"x")],
        )
        with pytest.raises(Invalid, match="不算实质进展"), office.open(officer) as work:
            service.log_interaction(work, command)

    def test_nothing_is_logged_about_a_strangers_lead(self, office, officer, neighbour):
        named(office, officer, "led_a", QINZE)
        with pytest.raises(NotFound), office.open(neighbour) as work:
            service.log_interaction(work, self.visit(about_id="led_a"))

    def test_nor_about_one_that_is_only_shared(self, office, officer, neighbour):
        named(office, officer, "led_a", QINZE)
        with office.open() as work:
            work.session.add(Share(resource_id="led_a", district_id=JIANGYANG))
        with pytest.raises(NotFound), office.open(neighbour) as work:
            service.log_interaction(work, self.visit(about_id="led_a"))

    def test_a_file_of_somebody_else_cannot_be_attached(self, office, officer):
        colleague = person(office, "wang", Role.OFFICER)
        first = found(office, officer, QINZE)
        with office.open(officer) as work:
            command = self.visit(enterprise_id=first.id, files=[Upload("纪要.txt", b"x")])
            file = service.log_interaction(work, command).files[0].id
        with pytest.raises(NotFound), office.open(colleague) as work:
            service.log_interaction(work, self.visit(enterprise_id=first.id, files=[file]))


class TestEngagements:
    def test_a_claim_sees_who_negotiates_since_when_and_the_last_talk(
        self, office, officer, neighbour
    ):
        first = found(office, officer, QINZE)
        named(office, officer, "led_a", QINZE, first.id)
        with office.open(officer) as work:
            service.engage(
                work,
                Engage(
                    about_id="led_a",
                    enterprise_id=first.id,
                    division="34",
                    unit=LONGMATAN,
                    status="negotiating",
                    since=date(2026, 2, 1),
                ),
            )
            for kind, day in (("talk", 20), ("visit", 24), ("call", 27)):
                service.log_interaction(
                    work,
                    LogInteraction(
                        about_id="led_a", kind=kind, happened_on=date(2026, 2, day), content="谈"
                    ),
                )
        with office.open(neighbour) as work:
            (seen,) = service.engagements(work, [first.id])
        assert (seen.unit, seen.division, seen.status) == (LONGMATAN, "34", "negotiating")
        assert (seen.since, seen.until, seen.talked_on) == (
            date(2026, 2, 1),
            None,
            date(2026, 2, 24),
        )
        with office.open(officer) as work:
            service.disengage(work, "led_a", date(2026, 3, 1))
            assert service.engagements(work, [first.id])[0].until == date(2026, 3, 1)
