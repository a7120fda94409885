"""Seeds are entered once, and never again over what people have changed."""

import shutil
from pathlib import Path

from sqlalchemy import func, select

from app.kit.work import Office
from app.parameters import importing, service
from app.parameters.models import Code, GateRule, ParameterValue, PolicyVersion, SharingRow
from app.settings import ROOT

SEEDS = ROOT / "seeds"


def test_a_second_load_adds_nothing(office: Office):
    with office.open() as work:
        assert importing.load_seeds(work, SEEDS) == 0


def test_a_newer_release_adds_only_what_it_brings(office: Office, tmp_path: Path):
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    with (folder / "codes" / "drop_reason.csv").open("a", encoding="utf-8") as file:
        file.write("merged,并入其他项目\n")
    with office.open() as work:
        assert importing.load_seeds(work, folder) == 1
        assert service.codes(work, "drop_reason")[-1].label == "并入其他项目"


def test_a_changed_seed_leaves_the_row_alone(office: Office, tmp_path: Path):
    folder = tmp_path / "seeds"
    shutil.copytree(SEEDS, folder)
    gates = folder / "parameters" / "gates.toml"
    text = gates.read_text(encoding="utf-8")
    gates.write_text(text.replace("请选择来源", "请另选来源"), encoding="utf-8")
    with office.open() as work:
        assert importing.load_seeds(work, folder) == 0
        rule = next(one for one in service.gate_rules(work) if one.rule_id == "G0.source")
        assert rule.sentence == "请选择来源"


def test_every_rule_set_is_entered_with_its_first_version(office: Office):
    with office.open(reads=True) as work:
        versions = work.session.execute(select(PolicyVersion.profile, PolicyVersion.n)).all()
    assert len(versions) == 9
    assert {n for _, n in versions} == {1}


def test_seeded_rows_say_that_nobody_approved_them(office: Office):
    with office.open(reads=True) as work:
        for table in (ParameterValue, SharingRow, GateRule):
            people = select(table.entered_by, table.approved_by).distinct()
            assert work.session.execute(people).all() == [("初始数据", "")]


def test_all_dictionaries_are_entered(office: Office):
    files = {path.stem for path in (SEEDS / "codes").glob("*.csv")}
    with office.open(reads=True) as work:
        assert set(service.dictionaries(work)) == files
        regions = select(func.count()).where(Code.name == "region")
        assert work.session.scalar(regions) == 3218
