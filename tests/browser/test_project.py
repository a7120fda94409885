"""A lead becomes a project, and the gate of 签约 says what is missing and takes it in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.kit.work import Office, Role
from tests.browser.visitor import Visitor
from tests.builders import person
from tests.projects.support import PARK, lead_at_gate

Visit = Callable[..., Visitor]


@pytest.fixture
def lead(office: Office) -> str:
    """The id of a lead that may become a project."""
    return lead_at_gate(office, person(office, "head", Role.UNIT_HEAD))


def test_a_lead_becomes_a_project_and_is_signed(visit: Visit, lead: str, letter: Path):
    head = visit("head")
    head.open(f"/leads/{lead}")
    head.picture("lead")
    head.follow("转为项目")
    head.fill(name="酒类包装基地")
    head.press("转为项目")
    expect(head.heading("酒类包装基地")).to_be_visible()
    head.says("签约门槛")
    lacking = head.page.locator("#gate .checklist__ring")
    head.says(f"还缺 {lacking.count()} 项")
    head.picture("project")

    head.follow("补齐缺项")
    with head.keeping(fixed_asset_investment="两个亿"):
        head.press("填写并推进")
    head.wrong("fixed_asset_investment", "金额应为数字")
    head.picture("gate-errors")
    head.fill(fixed_asset_investment="2亿")
    head.press("填写并推进")
    head.says("还缺 9 项")
    head.picture("gate-part")

    head.choose("track", "固投开工类")
    head.fill(filing_amount="2亿", agreement__signed_on="2026-03-02")
    head.choose("agreement.kind", "投资协议")
    head.attach("agreement.file", letter)
    for name, value in (("park", PARK), ("park_fit", "leading"), ("land", "supplied")):
        head.page.locator(f'[name="{name}"]').select_option(value)
    head.page.get_by_label("没有要素需求").check()
    head.press("填写并推进")
    head.says("签约时定格")
    head.picture("signed")
