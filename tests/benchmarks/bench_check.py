"""盲查: whether the time of an answer tells more than the answer; all kinds in turn, in process.

Every kind is asked of an enterprise with one like-named twin in the directory, so that only the
register differs: nothing there, a claim to be completed, a hold, or a hold of the twin.
"""

from app.first_talk import checks
from app.first_talk.check_schemas import Check
from app.kit.work import Role
from app.main import make_office
from tests.benchmarks.table import Timed, show
from tests.builders import JIANGYANG, LONGMATAN, person
from tests.drills.site import scratch
from tests.first_talk import claims

ROUNDS = 200
KINDS = {
    "free": "金川铸造机械",
    "free, somebody files": "蓝桥食品饮料",
    "held": "沱江精密轴承",
    "similar": "玉蟾包装材料",
}


def main() -> None:
    """SQLite, without the network."""
    with scratch("sqlite") as settings:
        office = make_office(settings)
        holder = person(office, "holder", Role.OFFICER, district=LONGMATAN)
        asker = person(office, "asker", Role.OFFICER, district=JIANGYANG)
        own = {kind: claims.enterprise(office, f"{KINDS[kind]}有限公司", None) for kind in KINDS}
        twin = {kind: claims.enterprise(office, f"{KINDS[kind]}厂", None) for kind in KINDS}
        files = {"free, somebody files": own, "held": own, "similar": twin}
        for kind, ids in files.items():
            evidence = [] if kind.endswith("files") else [claims.LETTER]
            claims.file(office, holder, ids[kind], lead_id=f"led_{kind}", evidence=evidence)
        timed = {kind: Timed(kind) for kind in KINDS}

        def ask(kind: str) -> str:
            with office.open(asker) as work:
                asked = Check(identity=f"{KINDS[kind]}有限公司", division="26")
                return checks.check(work, asked).answer.value

        for _ in range(ROUNDS):
            for kind, clock in timed.items():
                if clock.run(lambda kind=kind: ask(kind)) != kind.partition(",")[0]:
                    raise SystemExit(f"{kind}: another answer")
        office.engine.dispose()
    show(*timed.values())


if __name__ == "__main__":
    main()
