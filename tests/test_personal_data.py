"""Personal data at rest: what people enter of a contact is nowhere in the database in clear.

Entered through every face with marks that occur nowhere else, then looked for in all bytes.
"""

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from starlette.testclient import TestClient

from app.kit.work import Actor, Office, Role
from tests.builders import LONGMATAN, partner_key, person
from tests.leads.partners import Partner

NAME, MAIL = "孟之标", "meng.zhibiao@marked.example"
PHONE, PHONES = "13987654321", ("139-8765-4321", "13976543210", "13965432109", "13954321098")
QINZE, HUAFENG, CHANGJIANG = (
    "西安秦泽航空零部件有限公司",
    "泸州华丰包装有限公司",
    "长江酒业有限公司",
)
SECRET = "JBSWY3DPEHPK3PXP"
LEAD = {"source": "expo", "if_taken": "queue"}


@pytest.fixture
def officer(office: Office) -> Actor:
    return person(office, "zhou", Role.OFFICER)


@pytest.fixture
def entered(client: Callable[..., TestClient], office: Office, officer: Actor) -> tuple[str, bytes]:
    """Contacts entered by page, key and list: the address of one, the body of one request."""
    mine = client(officer)
    person_met = {"contact_name": NAME, "contact_phone": PHONES[0]}
    by_page = {**LEAD, "name": QINZE, "named": "enterprise", "_key": "logged", **person_met}
    assert mine.post("/leads", data=by_page).status_code == 303
    assert mine.post("/leads", data=by_page).status_code == 303
    partner = Partner(client(), partner_key(office, "lead:*", "enterprise:*", district=LONGMATAN))
    by_key = {**LEAD, "name": HUAFENG, "contact_name": NAME, "contact_phone": PHONES[1]}
    for _ in range(2):
        made = partner.post("/leads", by_key, **{"Idempotency-Key": "one-registration"})
        assert made.status_code == 201, made.text
    assert partner.post("/enterprises:match", {"phone": PHONES[1]}).json()["similar"]
    enterprise = made.json()["enterprise"]["id"]
    home = f"/enterprises/{enterprise}"
    assert mine.post(f"{home}/contacts", data=contact(PHONES[2], _key="added")).status_code == 303
    address = re.findall(r"/contacts/\w+", mine.get(home).text)[-1]
    version = re.search(r'name="_version" value="([^"]*)"', mine.get(address).text)[1]
    changed = contact(PHONE, _version=version, _key="edited")
    assert mine.post(address, data=changed).status_code == 303
    talk = {"kind": "visit", "happened_on": "2026-02-27", "content": "看厂", "counterparts": NAME}
    talk["enterprise_id"] = enterprise
    assert mine.post(f"{home}/interactions", data=talk).status_code == 303
    pasted = f"单位名称\t来源\t联系人\t手机\n{CHANGJIANG}\t展会\t{NAME}\t{PHONES[3]}\n"
    assert mine.post("/leads/imports", data={"pasted": pasted, "source": "expo"}).status_code == 303
    return address, made.request.content


def contact(phone: str, **more: str) -> dict[str, str]:
    return {"name": NAME, "phone": phone, "email": MAIL, **more}


def everything(office: Office, folder: Path) -> bytes:
    """All that the database holds: its files, or every column of every row as text."""
    if office.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in folder.glob("test.db*"))
    with office.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = [
            row
            for table in tables
            for row in connection.scalars(text(f'SELECT CAST(t AS text) FROM "{table}" t'))
        ]
    return "\n".join(rows).encode()


def spellings(mark: str) -> set[bytes]:
    """How the text may stand in a database: plain, escaped in JSON, as hex or as base64."""
    plain = mark.encode()
    return {plain, json.dumps(mark)[1:-1].encode(), plain.hex().encode(), b64encode(plain)[:-2]}


def test_no_contact_entered_anywhere_is_in_the_database_in_clear(
    entered: tuple[str, bytes],
    client: Callable[..., TestClient],
    officer: Actor,
    office: Office,
    tmp_path: Path,
):
    address, body = entered
    held = everything(office, tmp_path)
    assert HUAFENG.encode() in held, "the search itself finds what is there"
    digits = [phone.replace("-", "") for phone in PHONES]
    marks = (NAME, MAIL, "marked.example", PHONE, *PHONES, *digits)
    assert [mark for mark in marks for spelling in spellings(mark) if spelling in held] == []
    guess = hashlib.sha256(body).hexdigest()  # of a body with one unknown telephone in it
    assert guess.encode() not in held
    shown = client(officer).get(address).text
    assert [mark in shown for mark in (NAME, PHONE, MAIL)] == [True] * 3


def test_a_second_factor_is_not_in_the_database_in_clear(
    officer: Actor, office: Office, tmp_path: Path
):
    from app.districts.models import User

    with office.open() as work:
        work.session.get_one(User, officer.id).totp_secret = SECRET
    assert SECRET.encode() not in everything(office, tmp_path)
    with office.open(reads=True) as work:
        assert work.session.get_one(User, officer.id).totp_secret == SECRET
