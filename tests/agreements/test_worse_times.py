"""What changes, worse times and the law say about a scheme, on the pages and by API."""

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.agreements import scenarios
from app.agreements.bench_schemas import SaveScenario
from app.kit.work import Actor, Office
from tests.agreements import support
from tests.agreements.support import IN, OUT
from tests.agreements.test_api import DRAFT
from tests.agreements.test_bench import GOOD

Client = Callable[..., TestClient]
FACTS = {"annual": {"2028": "1000000.00", "2029": "1000000.00"}}


def rows_of(page: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading, as text."""
    body = page.split(heading)[1].split("</table>", maxsplit=1)[0].split("<tbody>")[1]
    return [
        [re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.split(r"</t[dh]>", row)[:-1]]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_diff_of_two_schemes_says_what_each_change_moves(client: Client, ours: Actor):
    before = support.scheme()
    after = support.scheme(
        split=[{"years": [1, None], "weights": {OUT: "5", IN: "5"}}],
        recover=[{"party": OUT, "amount": "100000"}],
    )
    body = {"before": before, "after": after}
    answer = client(ours).post("/api/v1/scenarios:diff", json=body)
    assert answer.json()["effects"] is None
    moved = client(ours).post("/api/v1/scenarios:diff", json=body | {"facts": FACTS}).json()
    effects = moved["effects"]
    assert effects["parties"] == [OUT, IN]
    assert effects["whole"] == ["-150000.00", "150000.00"]
    by_title = {"、".join(row["titles"]): row for row in effects["rows"]}
    assert by_title["投入优先覆盖"]["alone"] == ["40000.00", "-40000.00"]
    assert by_title["投入优先覆盖"]["last"] == ["50000.00", "-50000.00"]
    assert by_title["投入优先覆盖"]["fair"] == ["45000.00", "-45000.00"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_diff_on_receipts_that_cannot_be_run_says_where(client: Client, ours: Actor):
    body = {"before": support.scheme(), "after": support.scheme(), "facts": {"annual": {}}}
    answer = client(ours).post("/api/v1/scenarios:diff", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/facts/annual"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_diff_page_shows_the_money_of_each_change(client: Client, office: Office, ours: Actor):
    version = support.offered(office, ours)
    support.terminate(office, ours, version)
    id = version.agreement_id
    support.amend(office, ours, id)
    browser = client(ours)
    longer = support.scheme(term={"years": 1, "after": IN})
    found = browser.get(f"/api/v1/agreements/{id}/versions/2")
    saved = browser.patch(
        f"/api/v1/agreements/{id}/versions/2",
        json=DRAFT | {"scheme": longer},
        headers={"If-Match": found.headers["etag"]},
    )
    assert saved.status_code == 200, saved.text
    with office.open(ours) as work:
        kept = SaveScenario(name="两年", scheme=longer, facts=FACTS, agreement=id)
        scenarios.save(work, kept)
    page = browser.get(f"/agreements/{id}/diff?a=1&b=2").text
    assert rows_of(page, "各条改动移动的钱</caption>") == [
        ["分享期", *["−60.00", "+60.00"] * 3],
        ["合计", "", "−60.00", "+60.00"],
    ]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_bench_shows_what_is_left_when_the_receipts_fall(client: Client, ours: Actor):
    floor = {
        "guarantee.0.party": "0",
        "guarantee.0.per_year": "120",
        "guarantee.0.payer": "1",
        "guarantee.0.source": "share",
    }
    typed = GOOD | floor | {"facts.rows": "2028 200\n2029 200", "value.party": "0"}
    page = client(ours).get("/bench", params=typed).text
    shown = {row[0]: row[1].split()[0] for row in rows_of(page, "各方的合计和净现值</caption>")}
    assert (shown["按预测"], shown["晚一年"]) == ("240.00", "120.00")
    assert "低 41% 起：" in re.sub(r"<[^>]+>", "", page)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_bench_shows_legal_warnings_on_words_and_terms(client: Client, ours: Actor):
    assert "合规提示" not in client(ours).get("/bench", params=GOOD).text
    page = client(ours).get("/bench", params=GOOD | {"note": "地方留成部分 20% 奖励"}).text
    shown = page.split("合规提示")[1]
    assert "W1" in shown
    assert "地方留成部分20%奖励" in shown
    assert "W7" not in shown
