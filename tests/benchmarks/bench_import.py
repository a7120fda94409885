"""批量录入: 50,000 rows read from workbooks, checked against the rules and for doubles, kept.

A workbook holds as many rows as are taken at once. The directory and the leads that they are
compared with are those that the first rows leave behind when they are imported.
"""

import random
import resource
from collections.abc import Iterator

from app.kit.files import Upload
from app.kit.sheets import Column, Sheet, xlsx
from app.kit.work import Actor, Office, Role
from app.kit.xlsx import MAX_ROWS
from app.leads import imports
from app.leads.import_schemas import OpenImport
from app.main import make_office
from tests.benchmarks.table import Timed, say
from tests.builders import person
from tests.drills.site import scratch

ROWS = 50_000
IMPORTED = 200
"""Rows that are logged as well: each is a lead with its receipt, in a transaction of its own."""
BODY = MAX_ROWS - 3
_HEADS = ("企业名称", "行业", "计划投资（亿元）", "首谈时间", "联系人", "电话", "备注")
_PLACES = ("泸州", "成都", "苏州", "深圳", "重庆", "宜宾")
_BRANDS = "华丰金盛德隆兴海天力恒信远达康明泰瑞"
_TRADES = ("包装", "机械", "食品", "酒业", "电子", "新材料", "化工", "物流")


def main() -> None:
    """SQLite, without the network."""
    reading, checking, logging = (Timed(name) for name in ("read", "check and keep", "log"))
    with scratch("sqlite") as settings:
        office = make_office(settings)
        officer = person(office, "officer", Role.OFFICER)
        idle = _memory()
        for n, file in enumerate(_files()):
            command = OpenImport(file=file, source="expo")
            table = reading.run(lambda command=command: imports.read_table(command))

            def keep(command: OpenImport = command, table: object = table) -> str:
                with office.open(officer) as work:
                    return imports.open_import(work, command, table)

            id = checking.run(keep)
            if n == 0:
                logging.run(lambda id=id: _log(office, officer, id))
        grown = _memory() - idle
        office.engine.dispose()
    both = reading.seconds + checking.seconds
    say(f"{ROWS / both:9,.0f} rows/s read, checked and kept ({reading.seconds:.1f} s of it read)")
    say(f"{IMPORTED / logging.seconds:9,.0f} rows/s logged, each with its receipt")
    say(f"{grown:9,.0f} MB above idle at most")


def _files() -> Iterator[Upload]:
    chance = random.Random(ROWS)  # noqa: S311 - the same rows in every run
    left = ROWS
    while left:
        rows = [_row(chance) for _ in range(min(BODY, left))]
        left -= len(rows)
        columns = [Column(head, 12) for head in _HEADS]
        yield Upload("线索.xlsx", xlsx(Sheet("线索", ["说明"], columns, rows)))


def _row(chance: random.Random) -> list[str]:
    name = (
        f"{chance.choice(_PLACES)}{''.join(chance.choices(_BRANDS, k=3))}{chance.choice(_TRADES)}"
    )
    amount = str(chance.randrange(1, 90))
    return [f"{name}有限公司", "22", amount, "2026.3.1", "王总", "13800000000", "来源于展会"]


def _log(office: Office, officer: Actor, id: str) -> None:
    done = 0
    while done < IMPORTED:
        with office.open(officer) as work:
            ready = imports.ready(work, id)
        for n in ready:
            with office.open(officer) as work:
                imports.import_row(work, id, n)
        done += len(ready)


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
