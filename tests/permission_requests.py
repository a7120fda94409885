"""One request per route and reader: the address filled in, a body that is right in form.

Who is admitted is sent an old row version, so that the act is refused after all (412) and the
world stays as it is; who is not gets the present one: nothing but the right may refuse.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZipFile

from starlette.testclient import TestClient

from tests.builders import LONGMATAN
from tests.permission_world import Reader, World, calculation, draft, scenario

FILE = object()
"""Stands for a file: uploaded with a form, or before a JSON call."""
OLD = 9999
REFUSED_AFTER_ALL = (409, 412, 422)
"""How the domain refuses somebody whom the right has let in."""
_SENT = ("随附.pdf", b"%PDF-1.7 sent along")

ADDRESSES: dict[str, dict[str, str]] = {
    "/leads/{id}/restore": {"id": "gone"},
    "/leads/{id}": {"id": "lead", "file_id": "lead_file"},
    "/leads/imports/{id}": {"id": "import"},
    "/leads/views/{id}": {"id": "view"},
    "/projects/{id}": {"id": "project", "need": "need", "file_id": "voucher"},
    "/projects/{id}/paid-in": {"id": "project", "entry": "paid_in"},
    "/projects/{id}/first-tax": {"id": "project", "entry": "first_tax"},
    "/projects/{id}/relocation": {"id": "moved"},
    "/projects/relocations/{id}": {"id": "relocation", "proof_id": "relocation_proof"},
    "/relocation-cases/{id}": {"id": "relocation"},
    "/first-talk/interests/{id}": {"id": "interest"},
    "/first-talk-interests/{id}": {"id": "interest"},
    "/first-talk/transfers/{id}": {"id": "transfer"},
    "/first-talk-transfers/{id}": {"id": "transfer"},
    "/enterprises/{id}": {"id": "enterprise"},
    "/contacts/{id}": {"id": "contact"},
    "/interactions/{id}": {"id": "interaction", "file_id": "interaction_file"},
    "/first-talk/evidence/{id}": {"id": "evidence"},
    "/first-talk/{id}": {"id": "right"},
    "/first-talk/cases/{id}": {"id": "case"},
    "/first-talk/joins/{id}": {"id": "join"},
    "/first-talk/call-backs/{id}": {"id": "call_back"},
    "/first-talk-call-backs/{id}": {"id": "call_back"},
    "/first-talk-draws/{id}": {"id": "draw"},
    "/first-talk-joins/{id}": {"id": "join"},
    "/cases/{id}": {"id": "case"},
    "/first-talk/letters/{id}": {"id": "letter"},
    "/first-talk-letters/{id}": {"id": "letter"},
    "/first-talk-evidence/{id}": {"id": "evidence"},
    "/first-talk-receipts/{number}": {"number": "receipt"},
    "/first-talk-rights/{id}": {"id": "right"},
    "/agreements/{id}": {"id": "agreement", "record": "record"},
    "/first-talk/receipts/{number}": {"number": "receipt"},
    "/verify/{number}": {"number": "receipt"},
    "/admin/users/{id}": {"id": "user"},
    "/admin/keys/{id}": {"id": "key"},
    "/parameters/proposals/{id}": {"id": "proposal"},
    "/bench/scenarios/{id}": {"id": "scenario"},
    "/bench": {"scenario": "scenario"},
    "/scenarios/{id}": {"id": "scenario"},
    "/agreements/calculations/{id}": {"id": "calculation"},
    "/calculations/{id}": {"id": "calculation"},
}
"""Which record of the world stands in an address, by how the address begins."""
WORDS = {"name": "drop_reason", "kind": "parameter", "n": "1"}
STAGES = {"/leads/": "assessing", "/projects/": "signed"}

QUERIES = {
    "GET /leads/{id}/logged": "receipt={receipt}",
    "GET /leads/{id}/move": "to=assessing",
    "GET /projects/{id}/move": "to=signed",
    "GET /projects/{id}/status": "to=on_hold",
    "GET /agreements/{id}/diff": "a=1&b=1",
    "GET /agreements/{id}/versions/diff": "a=1&b=1",
    "DELETE /leads/{id}": "reason=重复登记",
    "GET /verify": "number={receipt}&d=00000000",
    "GET /leads": "count=exact",
    "GET /projects": "count=exact",
    "GET /first-talk-rights": "count=exact",
    "GET /events": "limit=200",
}

_NOTE = {"note": "改一次"}
_WHY = {"reason": "企业暂缓投资"}
_CHECK = {"identity": "没有登记过的企业有限公司", "division": "26"}
_TALK = {"kind": "visit", "happened_on": "2026-03-02", "content": "谈用地"}
_COMPANY = {"name": "丁机械有限公司", "override": True}
_PROJECT = {"name": "另一个项目", "source": "superior", "candidate_year": 2026}
_APPROVAL = {"number": "泸市府函1号", "approved_on": "2026-03-01", "file": FILE}
_RECORD = {"kind": "review", "reference": "1号", "dated_on": "2026-03-01", "file": FILE}
_OBJECTION = {"ground": "earlier_contact", "statement": "会议纪要在先"}
_DISPUTED = {"figures": ["output"], "statement": "仍在我区入统", "file": FILE}
_TERMS = {"output": "0.5", "since": "2026-03-01", "years": 5}
_DISMISSED = {"effect": "dismiss", "reasons": "证据不足"}
_CORRECTED = {"statement": "单位名称有误", "reason": "来函"}
_DRAWN = {"first": "2026-03-01", "last": "2026-03-02", "number": 1}
_ANSWERED = {"outcome": "unreached", "called_on": "2026-03-02"}
_LETTER = {"file": FILE, "written_on": "2026-03-02"}
_DECLARED = {"obstacle": "land", "reason": "没有合适地块", "truthful": True, "consent": FILE}
_TAKEN = {"lead_id": "{lead}", "confirmation": FILE, "fits_zone": True}
_RULING = {"effect": "uphold", "reasons": "维持"}
_PAID_IN = {
    "paid_on": "2026-03-02",
    "amount": "5",
    "kind": "fixed_assets",
    "source": "industry",
    "voucher_kind": "bank_slip",
    "voucher": FILE,
}
_TAKEN_BACK = {"paid_on": "2026-03-02", "amount": "1", "voucher": FILE, "note": "重复入账"}
_FIRST_TAX = {"collected_on": "2026-03-02", "voucher": FILE}
_CHECKED = {"agree": True}
_DIVIDED = {
    "parts": [{"district": LONGMATAN, "share": "0.5"}, {"district": "510504-CKQ", "share": "0.5"}],
    "reference": "联席会议纪要",
}
_CASE = {key: scenario()[key] for key in ("scheme", "facts")}
_VALUED = _CASE | {"party": "龙马潭区", "rate": "0.05", "year_zero": 2027}
_SOUGHT = {
    "party": "龙马潭区",
    "at": "/scheme/term/years",
    "lowest": "1",
    "highest": "2",
    "step": "1",
    "target": "1.00",
}

BODIES: dict[str, dict[str, Any]] = {
    "POST /enterprises": _COMPANY,
    "POST /enterprises/match": {"name": "甲包装有限公司", "phone": "13900471177"},
    "POST /enterprises/{id}/edit": {"controller": "某人"},
    "PATCH /enterprises/{id}": {"controller": "某人"},
    "POST /enterprises/{id}/merge": {"into_id": "{enterprise}"},
    "POST /enterprises/{id}/aliases": {"name": "甲包装厂"},
    "POST /enterprises/{id}/contacts": {"name": "王总"},
    "POST /enterprises/{id}/interactions": _TALK | {"enterprise_id": "{enterprise}"},
    "POST /contacts/{id}": {"name": "王总"},
    "POST /interactions": _TALK | {"enterprise_id": "{enterprise}"},
    "POST /interactions/{id}": _TALK,
    "PATCH /interactions/{id}": {"content": "改一次"},
    "POST /leads": {"name": "丙纸业有限公司", "source": "expo"},
    "POST /leads/{id}/edit": _NOTE,
    "PATCH /leads/{id}": _NOTE,
    "POST /leads/{id}/claim": {"first_talked_on": "2026-02-27"},
    "POST /leads/{id}/progress": {"line": "已通电话"},
    "POST /leads/{id}/talk": _TALK,
    "POST /leads/{id}/interactions": _TALK,
    "POST /leads/{id}/evidence": {"kind": "visit_record", "file": FILE},
    "POST /leads/{id}/move": {"to": "assessing"},
    "POST /first-talk/{id}/evidence": {"division": "37"},
    "POST /leads/{id}/transition": {"to": "assessing"},
    "POST /leads/{id}/assess": {"conclusion": "proceed", "reason": "符合主导产业"},
    "POST /leads/{id}/distinguish": {"other_id": "{gone}"},
    "POST /leads/{id}/assign": {"owner_id": "{me}"},
    "POST /leads/{id}/pool": _WHY,
    "POST /leads/{id}/drop": {"reason_code": "no_progress"},
    "POST /leads/{id}/delete": _WHY,
    "POST /leads/batch": {"operations": [{"op": "create", "body": {"name": "己纸业有限公司"}}]},
    "POST /leads/views": {"name": "新视图", "query": "sort=name"},
    "POST /leads/imports": {"pasted": "企业名称\n庚纸业有限公司", "source": "expo"},
    "POST /leads/imports/{id}": {"then": "save"},
    "POST /leads/hand-over": {
        "from_owner_id": "{me}",
        "to_owner_id": "{me}",
        "lead_ids": ["{gone}"],
    },
    "POST /first-talk/check": _CHECK,
    "POST /first-talk/check/cooperation": _CHECK,
    "POST /first-talk-rights/check": _CHECK,
    "POST /first-talk-rights/request-cooperation": _CHECK,
    "POST /first-talk/{id}/release": _WHY,
    "POST /first-talk/{id}/extend": _WHY,
    "POST /first-talk/{id}/decide": {"agree": True},
    "POST /first-talk/{id}/suspend": _WHY | {"file": FILE},
    "POST /first-talk/{id}/resume": _WHY,
    "POST /first-talk/{id}/revoke": _WHY | {"file": FILE},
    "POST /first-talk/{id}/challenge": _OBJECTION,
    "POST /first-talk/{id}/join": {"statement": "两区共同接洽"},
    "POST /first-talk-rights/{id}/join": {"statement": "两区共同接洽"},
    "POST /first-talk/call-backs/draw": _DRAWN,
    "POST /first-talk-draws": _DRAWN,
    "POST /first-talk/call-backs/{id}/record": _ANSWERED,
    "POST /first-talk-call-backs/{id}/record": _ANSWERED,
    "POST /first-talk/joins/{id}/answer": {"agree": True},
    "POST /first-talk-joins/{id}/answer": {"agree": True},
    "POST /first-talk/{id}/enterprise-left": _LETTER,
    "POST /first-talk/{id}/declare": _DECLARED,
    "POST /first-talk/{id}/close-pool": _WHY,
    "POST /first-talk/{id}/accept": _TAKEN,
    "POST /first-talk-rights/{id}/declare": _DECLARED,
    "POST /first-talk-rights/{id}/close-pool": _WHY,
    "POST /first-talk-rights/{id}/accept": _TAKEN,
    "POST /first-talk-rights/{id}/decide": {"agree": True},
    "POST /first-talk-rights/{id}/release": _WHY,
    "POST /first-talk-rights/{id}/extend": _WHY,
    "POST /first-talk-rights/{id}/suspend": _WHY | {"file": FILE},
    "POST /first-talk-rights/{id}/resume": _WHY,
    "POST /first-talk-rights/{id}/revoke": _WHY | {"file": FILE},
    "POST /first-talk-rights/{id}/challenge": _OBJECTION,
    "POST /first-talk-rights/{id}/enterprise-left": _LETTER,
    "POST /first-talk/receipts/{number}/correct": _CORRECTED,
    "POST /first-talk-receipts/{number}/correct": _CORRECTED,
    "POST /first-talk/cases/{id}/answer": {"answer": "我方接触在先"},
    "POST /first-talk/cases/{id}/appeal": {"statement": "日期有误"},
    "POST /first-talk/cases/{id}/rule": _RULING,
    "POST /first-talk/cases/{id}/rule-on-appeal": {"reverse": True, "reasons": "维持"},
    "POST /projects/{id}/relocation": _DISPUTED,
    "POST /projects/{id}/relocation-cases": _DISPUTED,
    "POST /projects/relocations/{id}/answer": {"answer": "投资在我区"},
    "POST /projects/relocations/{id}/propose": _TERMS,
    "POST /projects/relocations/{id}/appeal": {"statement": "比例偏低"},
    "POST /projects/relocations/{id}/rule": _DISMISSED,
    "POST /relocation-cases/{id}/answer": {"answer": "投资在我区"},
    "POST /relocation-cases/{id}/propose": _TERMS,
    "POST /relocation-cases/{id}/appeal": {"statement": "比例偏低"},
    "POST /relocation-cases/{id}/rule": _DISMISSED,
    "POST /cases/{id}/answer": {"answer": "我方接触在先"},
    "POST /cases/{id}/appeal": {"statement": "日期有误"},
    "POST /cases/{id}/rule": _RULING,
    "POST /cases/{id}/rule-on-appeal": {"reverse": True, "reasons": "维持"},
    "POST /projects/new": _PROJECT,
    "POST /projects": _PROJECT,
    "POST /projects/{id}/edit": {"line": "改一次"},
    "PATCH /projects/{id}": {"line": "改一次"},
    "POST /projects/{id}/gates/{stage}": {"line": "改一次"},
    "POST /projects/{id}/move": {"to": "signed"},
    "POST /projects/{id}/transition": {"to": "signed"},
    "POST /projects/{id}/status": {"status": "on_hold", "reason": "企业暂缓"},
    "POST /projects/{id}/set-status": {"status": "on_hold", "reason": "企业暂缓"},
    "POST /projects/{id}/progress": {"line": "已通电话"},
    "POST /projects/{id}/talk": _TALK,
    "POST /projects/{id}/identifiers": {
        "scheme": "city",
        "value": "LZ-1",
        "name": "上报名称",
        "reported_on": "2026-03-02",
    },
    "POST /projects/{id}/commitments": {"indicator": "jobs", "year": 2027, "promised": "80"},
    "POST /projects/{id}/paid-in": _PAID_IN,
    "POST /projects/{id}/paid-in/{entry}/correct": _TAKEN_BACK,
    "POST /projects/{id}/paid-in/{entry}/check": _CHECKED,
    "POST /projects/{id}/first-tax": _FIRST_TAX,
    "POST /projects/{id}/first-tax/{entry}/check": _CHECKED,
    "POST /first-talk/interests/{id}/split": {
        "parts.0.district": LONGMATAN,
        "parts.0.share": "0.5",
        "parts.1.district": "510504-CKQ",
        "parts.1.share": "0.5",
        "reference": "联席会议纪要",
    },
    "POST /first-talk-interests/{id}/split": _DIVIDED,
    "POST /first-talk/interests/{id}/void": _WHY | {"file": FILE},
    "POST /first-talk-interests/{id}/void": _WHY | {"file": FILE},
    "POST /projects/{id}/needs": {"kind": "water", "amount": "100 吨"},
    "POST /projects/{id}/needs/{need}": {"answer": "可以保障"},
    "POST /agreements": draft(),
    "PATCH /agreements/{id}/versions/{n}": draft(),
    "POST /agreements/{id}/versions/{n}/confirm": {"digest": "0" * 64},
    "POST /agreements/{id}/versions/{n}/terminate": _WHY,
    "POST /agreements/{id}/versions/{n}/records": _RECORD,
    "POST /agreements/{id}/versions/{n}/record": _RECORD,
    "POST /agreements/{id}/versions/{n}/approval": _APPROVAL,
    "POST /agreements/{id}/versions/{n}/approve": _APPROVAL,
    "POST /agreements/{id}/versions/{n}/approval/confirm": {"number": "泸市府函1号"},
    "POST /agreements/{id}/versions/{n}/confirm-approval": {"number": "泸市府函1号"},
    "POST /agreements/{id}/scenarios": scenario() | {"name": "另一情景"},
    "POST /agreements/calculators/equity": calculation(),
    "POST /agreements/calculators/factor_weights": calculation(),
    "POST /agreements/calculators/recovery_first": calculation(),
    "POST /agreements/calculators/shapley": calculation(),
    "POST /calculations": calculation(),
    "POST /calculations/evaluate": calculation(),
    "POST /bench/scenarios/{id}": {"name": "改名"},
    "PATCH /scenarios/{id}": {"name": "改名"},
    "POST /scenarios/evaluate": _CASE,
    "POST /scenarios/grid": _VALUED | {"ratios": ["0.5"], "years": [5]},
    "POST /scenarios/goal-seek": _CASE | _SOUGHT,
    "POST /scenarios/diff": {"before": draft()["scheme"], "after": draft()["scheme"]},
    "POST /today/put-off": {
        "occasion": "ftr_x/report/2026-03-23",
        "remind_on": "2026-03-03",
        "reason": "对方出差",
    },
    "POST /today/finish": {"occasion": "ftr_x/ends/2026-06-08/3"},
    "POST /sign-in/code": {"code": "123456"},
    "POST /sign-in/enrol": {"code": "123456", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"},
    "POST /parameters/proposals/{id}/refuse": {"answer": "依据不足"},
    "POST /admin/users": {"login": "zz-new", "name": "新账号", "unit_id": f"{LONGMATAN}-JWJ"},
    "POST /admin/users/{id}/roles": {"roles": ["officer"]},
    "POST /admin/keys": {"district_id": LONGMATAN, "name": "新密钥", "scopes": ["lead:read"]},
}
"""What is sent, by face-free route; forms and JSON carry the same fields."""

_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What one reader got, and everything that it had sent."""

    reader: Reader
    status: int
    text: str
    sent: str


def is_api(route: str) -> bool:
    """Whether keys may call the route."""
    return "/api/" in route or "/openapi" in route


def plain(route: str) -> str:
    """The route without its face: `POST /api/v1/leads/{id}:claim` is `POST /leads/{id}/claim`."""
    method, _, path = route.partition(" ")
    path = path.removeprefix("/api/v1").partition("?")[0]
    return f"{method} {path.replace('}:', '}/').replace('s:', 's/')}"


def target(route: str) -> dict[str, str]:
    """Which records of the world the address names, by the part of it."""
    path = plain(route).partition(" ")[2]
    begins = [start for start in ADDRESSES if path.startswith(start)]
    return ADDRESSES[max(begins, key=len)] if begins else {}


def subject(world: World, route: str) -> str:
    """The record that the address is about; nothing for lists and forms."""
    named = target(route)
    return next((world.ids[named[part]] for part in named if f"{{{part}}}" in route), "")


def address(world: World, route: str) -> str:
    """The path and query of a route, filled in."""
    path = route.partition(" ")[2]
    words = {**world.ids, **WORDS}
    words |= {name: world.ids[place] for name, place in target(route).items()}
    words["stage"] = next((stage for begin, stage in STAGES.items() if begin in path), "")
    if route.startswith("GET") and path.endswith("{n}/edit"):
        words["n"] = "2"
    query = "" if "?" in path else QUERIES.get(plain(route), "")
    return f"{path}?{query}".rstrip("?").format_map(words)


def send(browser: TestClient, world: World, route: str, reader: Reader, version: int) -> Answer:
    """Ask as this reader, as of this row version."""
    method, path = route.partition(" ")[0], address(world, route)
    headers = dict(reader.headers)
    if method == "GET":
        return _answer(reader, browser.get(path, headers=headers), path)
    body = _filled(BODIES.get(plain(route), {}), world, reader)
    if not is_api(route):
        body = world.cards if "/agreements" in path and path.endswith("/edit") else body
        fields, files = _as_form(body)
        data = {**fields, "_version": str(version)}
        got = browser.request(method, path, headers=headers, data=data, files=files or None)
        return _answer(reader, got, f"{path} {body}")
    headers |= {"Idempotency-Key": _fresh(), "If-Match": f'"v{version}"'}
    if path.endswith("/files"):
        got = browser.post(path, headers=headers, files={"file": _SENT})
        return _answer(reader, got, path)
    for name in [name for name, value in body.items() if value is FILE]:
        body[name] = _uploaded(browser, reader)
    sent = None if method == "DELETE" else body
    return _answer(
        reader, browser.request(method, path, headers=headers, json=sent), f"{path} {sent}"
    )


def _fresh() -> str:
    return f"permission-{next(_numbers)}"


def _uploaded(browser: TestClient, reader: Reader) -> str:
    headers = {**dict(reader.headers), "Idempotency-Key": _fresh()}
    got = browser.post("/api/v1/files", headers=headers, files={"file": _SENT})
    return str(got.json().get("id", "fil_none"))


def _answer(reader: Reader, got: Any, sent: str) -> Answer:
    location = got.headers.get("location", "")
    return Answer(reader, got.status_code, f"{location} {text_of(got.content)}", sent)


def text_of(content: bytes) -> str:
    """The text of an answer; of a workbook, the text of its sheets."""
    if not content.startswith(b"PK\x03\x04"):
        return content.decode(errors="replace")
    with ZipFile(BytesIO(content)) as book:
        return " ".join(book.read(name).decode(errors="replace") for name in book.namelist())


def _filled(body: dict[str, Any], world: World, reader: Reader) -> dict[str, Any]:
    """The body with the ids of the world in it."""
    known = {**world.ids, "me": reader.actor.id if reader.actor else world.ids["user"]}

    def put(value: Any) -> Any:
        if isinstance(value, list):
            return [put(item) for item in value]
        if isinstance(value, str) and value[:1] == "{":
            return value.format_map(known)
        return value

    return {name: put(value) for name, value in body.items()}


def _as_form(body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    files = {name: _SENT for name, value in body.items() if value is FILE}
    flat = dict(_flat(body))
    return {name: value for name, value in flat.items() if name not in files}, files


def _flat(body: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in body.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        elif isinstance(value, bool):
            yield f"{before}{name}", "true" if value else ""
        elif not isinstance(value, list) or all(isinstance(item, str) for item in value):
            yield f"{before}{name}", value
