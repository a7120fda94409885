"""Receipts on paper and in Word, and their public check."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from docx import Document
from docx.table import Table
from starlette.testclient import TestClient

from app.audit import checkpoints
from app.first_talk import register, service
from app.first_talk.certificates import BASIS
from app.first_talk.receipt_schemas import ReceiptView
from app.first_talk.receipts import short_digest
from app.kit.work import Actor, Office
from tests.builders import FrozenClock
from tests.first_talk import claims
from tests.first_talk.claims import at
from tests.first_talk.test_pages import main_of

Browse = Callable[..., TestClient]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

STATED = [
    ("登记单位", "泸州市龙马潭区经济合作外事局（510504）"),
    ("企业", "甲公司", "统一社会信用代码　91320505MA1MM6J912"),
    ("首谈范围", "化学原料和化学制品制造业（大类 26）", "产品线　硝化棉"),
    ("首报时间", "2026年6月29日 10:00:00.318", "首次完整申请的台账时间，决定先后"),
    ("首谈时间", "2026年2月20日", "首次实质接触，有佐证，用于异议裁定"),
    ("状态", "保护中，2026年7月3日起，90 日"),
    ("名义截止", "2026年10月1日（星期四）"),
    ("有效截止", "2026年10月8日（星期四）24 时", "遇休息日顺延"),
    ("政策依据", BASIS, "政策版本 luzhou_default/1，参数为演示值"),
]
CLOSING = "本凭证仅供协作机制内部证明，不限制企业自主选择。"
SCANNED = "扫码核验只答：有效、已被后续记录更新、校验失败。"


@pytest.fixture
def granted(office: Office, clock: FrozenClock, longmatan: Actor, registrar: Actor) -> ReceiptView:
    """The receipt of a right that has become active."""
    clock.set(at("06-29", "10:00:00.318"))
    right = claims.file(office, longmatan, claims.enterprise(office)).right
    claims.agree(office, registrar, right.id)
    clock.set(at("07-03"))
    with office.open() as work:
        service.settle_due(work)
    with office.open(longmatan, reads=True) as work:
        return register.receipt(work, "LMT-FT-2026-000002")


def rows(table: Table) -> list[tuple[str, ...]]:
    """The paragraphs of each row of a table, those of a merged cell once."""
    return [
        tuple(line.text for cell in dict.fromkeys(row.cells) for line in cell.paragraphs)
        for row in table.rows
    ]


def test_the_word_document_states_the_fields_of_the_rules_and_no_others(
    granted: ReceiptView, longmatan: Actor, client: Browse
):
    answer = client(longmatan).get(f"/first-talk/receipts/{granted.number}/word")
    assert answer.headers["Content-Disposition"].endswith("LMT-FT-2026-000002.docx")
    document = Document(BytesIO(answer.content))
    stated, proof = document.tables
    assert rows(stated) == STATED
    digest, previous = (
        short_digest(full.removeprefix("sha256:")) for full in (granted.digest, granted.previous)
    )
    assert [row[1:] for row in rows(proof)] == [
        ("数字摘要", digest),
        ("摘要算法", "SHA-256"),
        ("签名", f"Ed25519，密钥 {granted.key_id}"),
        ("上一条", previous),
        (SCANNED,),
    ]
    assert [line.text for line in document.paragraphs if line.text.strip()] == [
        "\t台账序号 2",
        "首谈凭证",
        "凭证号　LMT-FT-2026-000002",
        CLOSING,
        "三区联席会议办公室（登记机关）",
        "2026年7月3日",
    ]
    assert len(document.inline_shapes) == 1


def test_the_printed_sheet_states_the_same(granted: ReceiptView, longmatan: Actor, client: Browse):
    sheet = client(longmatan).get(f"/first-talk/receipts/{granted.number}/print").text
    shown = main_of(sheet).replace("　", " ")
    for line in (*STATED, ("首谈凭证 凭证号 LMT-FT-2026-000002",), (CLOSING,)):
        assert " ".join(line).replace("　", " ") in shown
    assert "300" not in shown
    assert "张三" not in shown
    assert "<svg" in sheet


def test_the_registration_of_a_lead_is_a_receipt_without_a_right(
    office: Office, longmatan: Actor, client: Browse
):
    incomplete = claims.file(office, longmatan, claims.enterprise(office), evidence=[])
    number = incomplete.receipt.number
    answer = client(longmatan).get(f"/first-talk/receipts/{number}/word")
    document = Document(BytesIO(answer.content))
    assert [line.text for line in document.paragraphs if line.text.strip()] == [
        "\t台账序号 1",
        "登记回执",
        "回执号　LMT-LD-2026-000001",
        CLOSING,
    ]
    assert [row[0] for row in rows(document.tables[0])] == [
        "登记单位",
        "企业",
        "登记时间",
        "政策依据",
    ]


def test_what_is_typed_by_a_user_cannot_break_the_document(
    office: Office, longmatan: Actor, client: Browse
):
    line = "<棉> & {{ 7 * 7 }} {% if x %}"
    filed = claims.file(office, longmatan, claims.enterprise(office), line=line)
    answer = client(longmatan).get(f"/first-talk/receipts/{filed.receipt.number}/word")
    document = Document(BytesIO(answer.content))
    assert rows(document.tables[0])[2][2] == f"产品线　{line}"


def test_the_proof_taken_away_is_what_the_command_verify_reads(
    granted: ReceiptView, office: Office, longmatan: Actor, client: Browse, tmp_path
):
    answer = client(longmatan).get(f"/first-talk/receipts/{granted.number}/proof")
    file = tmp_path / "凭证.json"
    file.write_bytes(answer.content)
    held = checkpoints.read_receipt(file)
    with office.open(reads=True) as work:
        assert checkpoints.disagreement(work, held) is None
        moved = held.model_copy(update={"at": held.at + timedelta(seconds=1)})
        assert checkpoints.disagreement(work, moved) == "凭证本身不成立：摘要不符"


def test_strangers_get_neither_document_nor_proof(
    granted: ReceiptView, jiangyang: Actor, client: Browse
):
    stranger = client(jiangyang)
    for kind in ("", "/print", "/word", "/proof"):
        answer = stranger.get(f"/first-talk/receipts/{granted.number}{kind}")
        assert answer.status_code == 404


def test_anybody_checks_a_printed_receipt_and_learns_one_word(
    office: Office, client: Browse, longmatan: Actor
):
    company = claims.enterprise(office)
    filed = claims.file(office, longmatan, company)
    number, digest = filed.receipt.number, filed.receipt.digest.removeprefix("sha256:")
    page = client(longmatan).get(f"/first-talk/receipts/{number}").text
    scanned = urlsplit(re.search(r'href="(http://[^"]+)"', page)[1])
    visitor = client()
    good = visitor.get(f"{scanned.path}?{scanned.query}")
    assert (good.status_code, "有效" in good.text) == (200, True)
    assert "甲公司" not in good.text
    for wrong in (f"/verify/{number}?d={digest[:7]}", f"/verify/{number}", "/verify/LMT-FT-2026-9"):
        assert "校验失败" in visitor.get(wrong).text
    with office.open(longmatan) as work:
        service.release(work, filed.right.id, None, "企业暂缓")
    assert "已被后续记录更新" in visitor.get(f"/verify/{number}?d={digest[:16]}").text


def test_a_receipt_on_paper_is_checked_by_hand(office: Office, client: Browse, longmatan: Actor):
    filed = claims.file(office, longmatan, claims.enterprise(office))
    digest = filed.receipt.digest.removeprefix("sha256:")
    visitor = client()
    assert 'name="number"' in visitor.get("/verify").text

    def typed(number: str, d: str) -> str:
        return main_of(visitor.get("/verify", params={"number": number, "d": d}).text)

    assert "有效" in typed(f" {filed.receipt.number.lower()} ", digest[:8].upper())
    assert "校验失败" in typed(filed.receipt.number, "00000000")
    assert "校验失败" in typed("LMT-FT-2026-000009", digest[:8])
    assert "请填写数字摘要" in typed(filed.receipt.number, "")
