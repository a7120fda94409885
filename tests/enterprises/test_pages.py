"""企业库 as people use it: find, add, edit, talk, and what each may see."""

import re

import pytest
from starlette.testclient import TestClient

from app.enterprises import service
from app.enterprises.schemas import NamedEnterprise
from app.kit.trail import AuditEntry
from app.kit.work import Actor, Office

# What differs between the databases lies below the pages.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

QINZE, CODE = "西安秦泽航空零部件有限公司", "91610131MA6TX8AB35"
NEW = {"name": QINZE, "uscc": CODE, "unregistered": "false", "group_name": "", "controller": ""}


@pytest.fixture
def entry(office: Office, officer: Actor) -> str:
    """An entry of the officer's own district."""
    with office.open(officer) as work:
        return service.find_or_add(work, NamedEnterprise(name=QINZE, uscc=CODE)).id


def version_in(page: str) -> str:
    return re.search(r'name="_version" value="(\d+)"', page)[1]


def test_an_empty_directory_tells_what_to_do(mine: TestClient):
    page = mine.get("/enterprises")
    assert page.status_code == 200
    assert "企业库还是空的" in page.text
    assert 'href="/enterprises/new"' in page.text


def test_an_enterprise_is_added_and_shown(mine: TestClient):
    made = mine.post("/enterprises", data={**NEW, "controller": "秦泽集团"})
    assert made.status_code == 303
    page = mine.get(made.headers["location"])
    assert all(text in page.text for text in (QINZE, CODE, "秦泽集团", "zhou"))
    assert QINZE in mine.get("/enterprises").text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "请填写企业名称"),
        ({"name": "（——）"}, "名称至少有一个汉字、字母或数字"),
        ({"name": "长" * 121}, "企业名称最多 120 个字"),
        ({"uscc": CODE[:-1]}, "应为 18 位，现为 17 位"),
        ({"uscc": CODE[:-1] + "6"}, "校验位不符"),
        ({"unregistered": "true"}, "不是境外或尚未注册的企业"),
        ({"unregistered": "也许"}, "境外或尚未注册应为是或否"),
        ({"sql": "'; DROP TABLE enterprise; --"}, "没有“sql”这个字段"),
    ],
)
def test_what_is_wrong_with_a_new_entry_is_said_and_the_input_kept(
    mine: TestClient, typed: dict[str, str], message: str
):
    page = mine.post("/enterprises", data={**NEW, "group_name": "秦泽系", **typed})
    assert page.status_code == 422
    assert message in page.text
    assert "秦泽系" in page.text
    assert "企业库还是空的" in mine.get("/enterprises").text


def test_one_that_looks_like_another_is_added_after_a_second_look(mine: TestClient, entry: str):
    alike = {**NEW, "name": "秦泽航空零部件(西安)股份有限公司", "uscc": ""}
    asked = mine.post("/enterprises", data=alike)
    assert asked.status_code == 409
    assert f'href="/enterprises/{entry}"' in asked.text
    assert mine.post("/enterprises", data={**alike, "override": "true"}).status_code == 303


@pytest.mark.usefixtures("entry")
def test_a_code_that_is_there_is_not_added_again(mine: TestClient):
    page = mine.post("/enterprises", data={**NEW, "name": "另一家公司", "override": "true"})
    assert page.status_code == 409
    assert "企业库中已有这个统一社会信用代码" in page.text
    assert 'name="override"' not in page.text


@pytest.mark.parametrize("words", ["秦泽", "航空", "qzhk", "xaqz", "91610131", "秦澤航空"])
def test_words_initials_and_codes_find_it(mine: TestClient, entry: str, words: str):
    assert f"/enterprises/{entry}" in mine.get("/enterprises", params={"q": words}).text


@pytest.mark.usefixtures("entry")
def test_a_search_without_a_hit_offers_the_next_step(mine: TestClient):
    page = mine.get("/enterprises", params={"q": "不存在的企业"})
    assert "没有与“不存在的企业”相近的企业" in page.text
    assert "/enterprises/new?name=" in page.text


def test_a_script_in_a_name_is_text(mine: TestClient):
    made = mine.post("/enterprises", data={**NEW, "name": "<script>alert(1)</script>公司"})
    assert "<script>alert(1)" not in mine.get(made.headers["location"]).text


def test_pages_of_the_directory_neither_skip_nor_repeat(office, officer, mine: TestClient):
    with office.open(officer) as work:
        for number in range(7):
            service.find_or_add(work, NamedEnterprise(name=f"第{number}机械厂"))
    seen, address = [], "/enterprises?limit=3"
    while address:
        page = mine.get(address).text
        seen += re.findall(r'class="lines__title" href="[^"]*">([^<]+)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == [f"第{number}机械厂" for number in range(7)]


@pytest.mark.parametrize("cursor", ["nonsense", ">s:a", ">s:a~s:b~s:c"])
def test_a_place_in_the_list_that_is_not_ours_is_refused(mine: TestClient, cursor: str):
    assert mine.get("/enterprises", params={"cursor": cursor}).status_code == 400


@pytest.mark.parametrize("cursor", [">i:5~i:6", ">d:2026-01-01~s:a", ">s:a\0~s:b"])
def test_a_forged_place_in_the_list_breaks_nothing(mine: TestClient, cursor: str):
    assert mine.get("/enterprises", params={"cursor": cursor}).status_code in (200, 400)


def test_another_district_reads_it_without_who_entered_it(theirs: TestClient, entry: str):
    page = theirs.get(f"/enterprises/{entry}")
    assert QINZE in page.text
    assert "zhou" not in page.text
    assert "录入" not in page.text
    assert f"/enterprises/{entry}/edit" not in page.text
    assert theirs.get(f"/enterprises/{entry}/edit").status_code == 403
    assert theirs.post(f"/enterprises/{entry}/edit", data=NEW).status_code == 403
    assert theirs.post(f"/enterprises/{entry}/aliases", data={"name": "x"}).status_code == 403


def test_an_edit_is_saved(mine: TestClient, entry: str):
    form = mine.get(f"/enterprises/{entry}/edit").text
    changed = {**NEW, "controller": "秦某", "_version": version_in(form)}
    assert mine.post(f"/enterprises/{entry}/edit", data=changed).status_code == 303
    assert "秦某" in mine.get(f"/enterprises/{entry}").text


def test_two_who_edit_see_both_versions_and_lose_nothing(mine: TestClient, entry: str):
    form = mine.get(f"/enterprises/{entry}/edit").text
    opened = {**NEW, "_version": version_in(form)}
    mine.post(
        f"/enterprises/{entry}/edit", data={**opened, "controller": "甲", "group_name": "秦泽系"}
    )
    second = mine.post(f"/enterprises/{entry}/edit", data={**opened, "controller": "乙"})
    assert second.status_code == 412
    assert 'name="controller" value="甲"' in second.text
    assert 'name="controller" value="乙"' in second.text
    assert '<input type="hidden" name="group_name" value="秦泽系">' in second.text
    merged = {
        **NEW,
        "controller": "乙",
        "group_name": "秦泽系",
        "_version": version_in(second.text),
    }
    assert mine.post(f"/enterprises/{entry}/edit", data=merged).status_code == 303
    page = mine.get(f"/enterprises/{entry}").text
    assert "乙" in page
    assert "秦泽系" in page


def test_a_former_name_is_added_and_found(mine: TestClient, entry: str):
    added = mine.post(f"/enterprises/{entry}/aliases", data={"name": "西安秦泽精密锻造有限公司"})
    assert added.status_code == 303
    assert "精密锻造" in mine.get(f"/enterprises/{entry}").text
    assert f"/enterprises/{entry}" in mine.get("/enterprises", params={"q": "精密锻造"}).text


def test_a_name_that_it_has_already_is_refused(mine: TestClient, entry: str):
    page = mine.post(f"/enterprises/{entry}/aliases", data={"name": QINZE})
    assert page.status_code == 422
    assert "这家企业已有这个名称" in page.text


def test_a_contact_is_masked_shown_on_request_and_the_look_is_logged(
    mine: TestClient, theirs: TestClient, office: Office, entry: str
):
    contact = {"name": "李航", "post": "副总经理", "phone": "13812345678", "email": "li@qinze.cn"}
    assert mine.post(f"/enterprises/{entry}/contacts", data=contact).status_code == 303
    page = mine.get(f"/enterprises/{entry}").text
    assert "138****5678" in page
    assert "13812345678" not in page
    address = re.search(r"/contacts/\w+", page)[0]
    assert "13812345678" in mine.get(address).text
    assert theirs.get(address).status_code == 404
    assert "李航" not in theirs.get(f"/enterprises/{entry}").text
    with office.open(reads=True) as work:
        acts = {entry.act for entry in work.session.query(AuditEntry)}
        clear = [
            entry for entry in work.session.query(AuditEntry) if "13812345678" in entry.changes
        ]
    assert "lead.show_contact" in acts
    assert clear == []


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"phone": "请打手机"}, "电话的格式不对"),
        ({"email": "li at qinze"}, "邮箱的格式不对"),
        ({"post": "长" * 61}, "职务最多 60 个字"),
    ],
)
def test_what_is_wrong_with_a_contact_is_said(mine, entry, typed, message):
    contact = {"name": "李航", "phone": "13812345678", **typed}
    page = mine.post(f"/enterprises/{entry}/contacts", data=contact)
    assert page.status_code == 422
    assert message in page.text


def test_a_contact_is_changed(mine: TestClient, entry: str):
    mine.post(f"/enterprises/{entry}/contacts", data={"name": "李航"})
    address = re.search(r"/contacts/\w+", mine.get(f"/enterprises/{entry}").text)[0]
    form = mine.get(address).text
    changed = {"name": "李杭", "_version": version_in(form)}
    assert mine.post(address, data=changed).status_code == 303
    assert mine.post(address, data=changed).status_code == 412
    assert "李杭" in mine.get(f"/enterprises/{entry}").text


TALK = {"kind": "visit", "happened_on": "2026-02-27", "content": "看了三处厂房"}


def test_a_visit_is_logged_with_its_file_and_read_again(mine: TestClient, theirs, entry: str):
    assert mine.get(f"/enterprises/{entry}/interactions/new").status_code == 200
    substantive = {"substantive_kind": "site_survey", "participants": "周岚、王磊"}
    logged = mine.post(
        f"/enterprises/{entry}/interactions",
        data={**TALK, **substantive, "enterprise_id": entry},
        files={"files": ("踏勘.txt", "三处".encode())},
    )
    assert logged.status_code == 303
    page = mine.get(f"/enterprises/{entry}").text
    assert "选址踏勘" in page
    address = re.search(r"/interactions/\w+/files/\w+", page)[0]
    assert mine.get(address).content == "三处".encode()
    assert theirs.get(address).status_code == 404
    assert "看了三处厂房" not in theirs.get(f"/enterprises/{entry}").text


@pytest.mark.parametrize(
    ("typed", "messages"),
    [
        ({"content": ""}, ["请填写内容"]),
        ({"kind": "dream"}, ["请从列表中选择方式"]),
        ({"happened_on": "昨天"}, ["日期应为日期"]),
        ({"happened_on": "2026-03-03"}, ["日期不能晚于今天"]),
        ({"substantive_kind": "site_survey"}, ["请填写参加人员", "请附上材料"]),
        ({"kind": "call", "substantive_kind": "terms"}, ["电话联系不算实质进展"]),
    ],
)
def test_what_is_wrong_with_a_visit_is_said_and_the_input_kept(mine, entry, typed, messages):
    page = mine.post(
        f"/enterprises/{entry}/interactions",
        data={**TALK, "next_step": "再约", "enterprise_id": entry, **typed},
    )
    assert page.status_code == 422
    assert all(message in page.text for message in messages)
    assert "再约" in page.text


def test_a_visit_becomes_substantive_by_its_four_fields(mine: TestClient, entry: str):
    mine.post(f"/enterprises/{entry}/interactions", data={**TALK, "enterprise_id": entry})
    address = re.search(r'"(/interactions/\w+)"', mine.get(f"/enterprises/{entry}").text)[1]
    form = mine.get(address).text
    assert "看了三处厂房" in form
    saved = mine.post(
        address,
        data={
            **TALK,
            "substantive_kind": "our_visit",
            "participants": "周岚",
            "_version": version_in(form),
        },
        files={"files": ("纪要.txt", "双方".encode())},
    )
    assert saved.status_code == 303
    assert "上门拜访企业决策人" in mine.get(f"/enterprises/{entry}").text


def test_finance_reads_the_directory_but_no_contacts_or_talks(client, finance, mine, entry):
    mine.post(f"/enterprises/{entry}/contacts", data={"name": "李航"})
    mine.post(f"/enterprises/{entry}/interactions", data={**TALK, "enterprise_id": entry})
    page = client(finance).get(f"/enterprises/{entry}")
    assert QINZE in page.text
    assert "李航" not in page.text
    assert "看了三处厂房" not in page.text
    assert client(finance).get("/enterprises/new").status_code == 403


def test_an_unknown_enterprise_is_not_found(mine: TestClient):
    for address in ("", "/edit", "/interactions/new"):
        assert mine.get(f"/enterprises/ent_none{address}").status_code == 404


def test_nobody_reads_the_directory_without_signing_in(client):
    assert client().get("/enterprises").status_code == 401


def test_the_hint_groups_what_the_typed_name_may_mean(office, officer, mine: TestClient, entry):
    with office.open(officer) as work:
        service.index_name(work, "led_own", "秦泽增资项目", entry)
    page = mine.get("/enterprises/hint", params={"name": "西安秦泽航空零部件"}).text
    assert "同一企业" in page
    assert "<mark>西安秦泽航空零部件</mark>有限公司" in page
    assert 'href="/leads/led_own"' in page
    assert "他区是否持有首谈" in page


def test_the_hint_keeps_strangers_records_to_themselves(office, officer, theirs, entry):
    with office.open(officer) as work:
        service.index_name(work, "led_own", "秦泽增资项目", entry)
        service.index_name(work, "led_plain", "秦泽航空产业园项目")
    page = theirs.get("/enterprises/hint", params={"name": "秦泽航空产业园"}).text
    assert "led_own" not in page
    assert "产业园项目" not in page


@pytest.mark.parametrize("typed", ["", " ", "秦", "（）"])
def test_less_than_two_letters_give_no_hint(mine: TestClient, typed: str):
    assert mine.get("/enterprises/hint", params={"name": typed}).text.strip() == ""
