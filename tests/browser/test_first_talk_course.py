"""A right from start to end at the screen: two at once, reports and 续期, 流转, 异议 and appeal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.districts import sign_in
from app.first_talk.models import Right
from app.kit.work import Actor, Office
from tests.browser.test_first_talk import CODE, NAME, complete, log
from tests.browser.visitor import Visitor
from tests.builders import JIANGYANG, LONGMATAN, FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import at, on

Visit = Callable[..., Visitor]


def actor(office: Office, login: str) -> Actor:
    """One of the people of the site, to act behind the pages."""
    with office.open() as work:
        return sign_in.actor_of(work, login)


def newest(office: Office, district: str = LONGMATAN) -> str:
    """The address of the newest right of a district."""
    with office.open(reads=True) as work:
        rows = select(Right).where(Right.district_id == district).order_by(Right.arrived_at.desc())
        return f"/first-talk/{work.session.scalars(rows).first().id}"


def claimed(visitor: Visitor, letter: Path, kind: str = "investor_letter") -> None:
    """A lead and its claim, with one file of evidence."""
    log(visitor, NAME)
    if visitor.page.locator('form [name="uscc"]').count():  # else the directory knows it
        visitor.fill(uscc=CODE)
    complete(visitor, letter, kind)


def wide(width: int) -> pytest.MarkDecorator:
    """Each course is walked once: two at a desk, two on a phone."""
    return pytest.mark.parametrize("width", [width], indirect=True)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Any document with a signature."""
    file = tmp_path / "签字件.pdf"
    file.write_bytes(b"%PDF-1.4 signed")
    return file


@wide(360)
def test_a01_who_files_completely_first_leads_and_the_other_is_told_who(
    visit: Visit, office: Office, clock: FrozenClock, letter: Path, pdf: Path
):
    clock.set(at("03-02", "09:15:03.120"))
    wang = visit("wang")
    claimed(wang, letter, "visit_record")
    wang.says("待补正")
    wang.picture("a01-incomplete")
    own = newest(office, JIANGYANG)

    clock.set(at("03-02", "09:15:41.007"))
    zhou = visit("zhou")
    claimed(zhou, letter)
    zhou.says("暂保护中，审核最迟 2026-03-05")

    clock.set(at("03-02", "09:30"))
    wang.open(own)
    wang.page.locator('[name="evidence.0.kind"]').select_option("signed_minutes")
    wang.attach("evidence.0.file", pdf)
    clock.set(at("03-02", "09:40"))
    wang.press("提交补正")
    wang.says("前面是龙马潭区")
    wang.says("2026-03-02 09:40:00")
    assert "LMT-FT" not in wang.page.locator("main").inner_text()
    wang.picture("a01-queued")
    zhou.open(newest(office))
    zhou.says("2026-03-02 09:15:41")
    zhou.picture("a01-leader")


@wide(1440)
def test_a06_a_right_is_reported_on_and_extended_on_the_second_word(
    visit: Visit, office: Office, clock: FrozenClock, letter: Path, pdf: Path
):
    zhou, lian = visit("zhou"), visit("lian")
    claimed(zhou, letter)
    right = newest(office)
    id = right.rpartition("/")[2]
    claims.agree(office, actor(office, "lian"), id)
    clock.set(at("03-09", "09:00"))
    claims.begin(office, id)
    lead = "/leads/" + claims.read(office, actor(office, "zhou"), id).lead_id

    clock.set(at("03-20", "10:00"))
    zhou.sign_in("zhou")
    zhou.open(right)
    zhou.says("剩 3 天")
    zhou.open(f"{lead}/progress")
    zhou.fill(line="电话联系，企业在比选厂房")
    zhou.press("保存")
    clock.set(at("04-11", "10:00"))
    zhou.sign_in("zhou")
    zhou.open(right)
    zhou.says("04-20（一）")
    zhou.picture("a06-missed")
    clock.set(at("04-17", "15:00"))
    zhou.sign_in("zhou")
    survey(zhou, lead, "2026-04-17", "site_survey", pdf)
    zhou.open(right)
    zhou.says("05-06（三）")

    clock.set(at("05-20", "10:00"))
    zhou.sign_in("zhou")
    zhou.open(right)
    zhou.says("不能申请：近期没有实质进展")
    zhou.picture("a06-refused-by-rule")
    survey(zhou, lead, "2026-05-08", "review", pdf)
    for word in ("不予续期", "准予续期"):
        zhou.open(right)
        zhou.fill(reason="部门会审已过，尚待环评批复")
        zhou.press("申请续期")
        zhou.says("续期待审")
        zhou.picture(f"a06-asked-{word}")
        lian.sign_in("lian")
        lian.open(right)
        lian.choose("agree", word)
        lian.fill(reason="材料不齐" if word == "不予续期" else "")
        lian.press("提交结论")
    zhou.open(right)
    zhou.says("2026-09-05（六）")
    zhou.says("2026-09-07（一） 24 时")
    zhou.says("不能申请：续期次数已满")
    zhou.picture("a06-granted")


def survey(visitor: Visitor, lead: str, day: str, kind: str, file: Path) -> None:
    """A visit that counts as substantive progress."""
    visitor.open(f"{lead}/talk")
    visitor.fill(
        happened_on=day, content="踏勘 A 地块", participants="经外局", counterparts="总经理"
    )
    visitor.page.locator('[name="substantive_kind"]').select_option(kind)
    visitor.attach("files", file)
    visitor.press("保存")


@wide(360)
def test_a09_a_project_without_land_goes_to_another_district(
    visit: Visit, office: Office, clock: FrozenClock, letter: Path, pdf: Path
):
    clock.set(at("05-25", "10:00"))
    wang = visit("wang")
    claimed(wang, letter)
    right = newest(office, JIANGYANG)
    claims.agree(office, actor(office, "lian"), right.rpartition("/")[2])

    clock.set(at("06-15", "10:00"))
    wang.sign_in("wang")
    wang.open(right)
    wang.follow("流转")
    wang.press("申明不能落地")
    wang.wrong("reason", "请填写情况说明")
    wang.picture("a09-declare-errors")
    wang.page.locator('[name="obstacle"]').select_option("land")
    wang.fill(reason="园区无成片工业用地，需 120 亩")
    wang.attach("consent", pdf)
    wang.page.locator('label:has([name="truthful"])').click()
    wang.press("申明不能落地")
    wang.says("2026-06-18（四） 24 时起自动进入流转池")
    wang.picture("a09-declared")

    clock.set(at("06-18", "09:00"))
    lian = visit("lian")
    lian.page.get_by_role("link", name=NAME).first.click()
    lian.press("进入流转池")
    lian.says("承接截止")
    lian.says("2026-06-26 24 时前")
    lian.picture("a09-offered")

    taken_over(visit("luo"), right, pdf)
    clock.set(at("06-18", "09:20"))
    wang.sign_in("wang")
    wang.open(f"{right}/transfer")
    wang.says("已流转，由承接单位取得首谈权")
    wang.picture("a09-interest")


def taken_over(luo: Visitor, right: str, pdf: Path) -> None:
    """The pool read, a lead logged, the 引荐确认表 with all three signatures."""
    luo.open("/first-talk?state=pooled")
    luo.says(NAME)
    luo.picture("a09-pool")
    luo.open(f"{right}/transfer")
    luo.says("园区无成片工业用地")
    log(luo, NAME)
    luo.open(f"{right}/transfer")
    luo.attach("confirmation", pdf)
    luo.page.locator('[name="lead_id"]').select_option(index=1)
    luo.fill(first_talker="王主任", receiver="罗科长", enterprise="")
    luo.page.locator('label:has([name="fits_zone"])').click()
    luo.press("承接")
    luo.wrong("enterprise", "引荐确认表须有企业签字")
    luo.picture("a09-accept-errors")
    luo.fill(enterprise="陈总")
    luo.attach("confirmation", pdf)
    luo.press("承接")
    luo.says("保护中")
    luo.picture("a09-accepted")
    luo.follow("流转")
    luo.says("江阳区 → 纳溪区")
    luo.picture("a09-chain")


@pytest.fixture
def contested(office: Office, clock: FrozenClock) -> tuple[str, str]:
    """龙马潭's claim in 公示 to Thu 03-12, and 江阳's behind it, talked two days earlier."""
    company = claims.enterprise(office, NAME, CODE)
    zhou, wang = actor(office, "zhou"), actor(office, "wang")
    clock.set(at("03-06", "10:00"))
    held = claims.file(office, zhou, company, first_talked_on=on("02-27")).right
    clock.set(at("03-09", "10:00"))
    claims.agree(office, actor(office, "lian"), held.id)
    clock.set(at("03-10", "10:00"))
    own = claims.file(office, wang, company, first_talked_on=on("02-25")).right
    return f"/first-talk/{held.id}", f"/first-talk/{own.id}"


@wide(1440)
def test_a11_a_contested_claim_is_ruled_on_and_appealed_against(
    visit: Visit, clock: FrozenClock, contested: tuple[str, str]
):
    held, own = contested
    clock.set(at("03-12", "16:00"))
    wang, zhou = visit("wang"), visit("zhou")
    case = objected(wang, own)
    zhou.open(held)
    zhou.says("争议中，冻结")
    zhou.picture("a11-frozen")
    zhou.open(case)
    zhou.fill(answer="2 月 20 日已电话联系，2 月 27 日正式来访")
    zhou.press("提交答复")

    clock.set(at("04-02", "10:00"))
    lian, heng = visit("lian"), visit("heng")
    ruled(lian, case)
    wang.sign_in("wang")
    wang.open(own)
    wang.says("2026-07-01（三） 24 时")
    wang.picture("a11-won")

    clock.set(at("04-17", "16:00"))
    zhou.sign_in("zhou")
    zhou.open(case)
    zhou.fill(statement="纪要上的日期系笔误")
    zhou.press("提出上诉")
    zhou.says("上诉中")
    zhou.picture("a11-appealed")
    lian.sign_in("lian")
    lian.open(case)
    assert lian.page.get_by_role("button", name="作出上诉裁定").count() == 0
    heng.sign_in("heng")
    heng.open(case)
    heng.choose("reverse", "维持原裁定")
    heng.fill(reasons="核对原件无误")
    heng.press("作出上诉裁定")
    heng.says("终局")
    heng.picture("a11-final")
    wang.sign_in("wang")
    wang.open("/first-talk/cases")
    wang.says("终局")
    wang.picture("a11-cases")


def objected(wang: Visitor, own: str) -> str:
    """An objection on the last day of 公示; the address of the case."""
    wang.open(own)
    wang.choose("ground", "首谈在先")
    wang.press("提出异议")
    wang.wrong("statement", "请填写事实与理由")
    wang.picture("a11-objection-errors")
    wang.fill(statement="2 月 25 日双方签字的会议纪要在先")
    wang.press("提出异议")
    wang.says("双方协商至")
    wang.says("03-19（四）")
    wang.picture("a11-opened")
    return wang.page.url


def ruled(lian: Visitor, case: str) -> None:
    """The ruling for the objector, on the last day."""
    lian.open(case)
    lian.says("作出裁定")
    lian.choose("effect", "改由异议方取得")
    lian.press("作出裁定")
    lian.wrong("reasons", "请填写裁定理由")
    lian.picture("a11-ruling-errors")
    lian.fill(reasons="江阳区纪要双方签字，日期在先")
    lian.press("作出裁定")
    lian.says("上诉期至")
    lian.says("04-17（五）")
    lian.picture("a11-ruled")
