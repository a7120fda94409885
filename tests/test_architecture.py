"""Each single place of the architecture, and a check that fails when a second one appears."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import app
from app.kit.db import Scoped
from app.labels import LabelledEnum

ROOT = Path(__file__).resolve().parent.parent
KIT = "app/kit/"

# Who may read across all districts, and why: the claim, 盲查, the register and the city's duties.
ALL_ROWS_CALLERS = {
    "app/agreements/transfers.py:_refuse_second",  # a transfer has one open agreement
    "app/enterprises/interactions.py:engagements",  # who negotiates: the claim is blocked by it
    "app/enterprises/interactions.py:last_talks",  # who talked: the claim is judged by it
    "app/enterprises/interactions.py:meetings",  # who met the enterprise during a right (争抢)
    "app/first_talk/desk.py:_keys",  # the subjects that one's cases and requests are about
    "app/first_talk/escalations.py:_contested",  # what the registrar left undecided, to its head
    "app/first_talk/escalations.py:_unreviewed",
    "app/first_talk/escalations.py:_undecided",
    "app/first_talk/certificates.py:_evidence_digests",  # what the receipt certifies
    "app/first_talk/call_backs.py:_holders",  # joint holders learn the outcome too
    "app/first_talk/cases.py:_readable",  # published rulings, without the enterprise
    "app/first_talk/cases.py:_rights",  # both sides of a case
    "app/projects/relocation_agenda.py:_overdue",  # what the registrar left undecided, to its head
    "app/projects/relocation_views.py:readable",  # published rulings, without the firm
    "app/projects/listing.py:_is_silent",  # what is in talks, counted for the city too
    "app/first_talk/surroundings.py:_holds",  # the cap on holds
    "app/first_talk/identity.py:_told_apart",  # what the registrar has told apart
    "app/first_talk/identity.py:decisions",  # the other side of a link
    "app/first_talk/identity.py:twins",  # the same enterprise behind another number
    "app/first_talk/interest_views.py:kept",  # the rights that interests came from
    "app/first_talk/interests.py:_interests",  # interests follow a project wherever it lands
    "app/first_talk/interests.py:_signatures",  # who signed when a right went on
    "app/first_talk/poaching.py:_meetings",  # what the talks of others were about
    "app/first_talk/joining.py:_views",
    "app/first_talk/joining.py:_right",  # the right that both sides of a request speak of
    "app/first_talk/merging.py:_divisions",  # all rights of enterprises that become one
    "app/first_talk/merging.py:part",
    "app/first_talk/poaching.py:_on_record",  # who has a case already
    "app/first_talk/pool.py:_interests",  # what the givers of a chain keep
    "app/first_talk/pool.py:declaration",  # why a pooled project cannot land
    "app/first_talk/pool.py:steps",  # the whole chain of transfers, for its giver and its taker
    "app/first_talk/records.py:_of",  # what either holder of a united right has reported
    "app/first_talk/register.py:evidence_file",  # evidence seen by whoever sees its right
    "app/first_talk/register.py:shown",  # the register, fields by role
    "app/first_talk/subjects.py:_rows",  # all rights of one subject: the queue and the 盲查
    "app/first_talk/subjects.py:docket_of",
    "app/first_talk/verification.py:_superseded",  # the public check of a receipt
    "app/first_talk/views.py:all_evidence",  # both sides of a case read each other's evidence
}


RULES_CONTRACT = "Engine and rules are pure"
USE_CASES_CONTRACT = "Use cases know nothing of the web"
FACES_CONTRACT = "Faces reach data only through use cases"


@cache
def modules() -> dict[str, ast.Module]:
    """Every file of the program by its path in the project, parsed."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


@cache
def import_everything() -> None:
    """Import every module of the program, so that all subclasses are known."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)


def subclasses(of: type) -> Iterator[type]:
    for child in of.__subclasses__():
        yield child
        yield from subclasses(child)


def is_face(path: str) -> bool:
    return path.endswith(("pages.py", "api.py", "/administration.py"))


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    """The calls of a function or method with one of these names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield node


def names_in(nodes: list[ast.expr]) -> set[str]:
    """Every plain or dotted name that the expressions mention."""
    found = {child for node in nodes for child in ast.walk(node)}
    return {node.id for node in found if isinstance(node, ast.Name)} | {
        node.attr for node in found if isinstance(node, ast.Attribute)
    }


def float_literals(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node


def functions_calling(name: str) -> set[str]:
    """`path:function` of every function whose body calls `name`."""
    return {
        f"{path}:{node.name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(calls(node, name))
    }


def test_every_import_contract_is_kept():
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_module_of_a_capability_is_held_by_the_contract_of_its_kind():
    contracts = {row["name"]: row for row in project()["tool"]["importlinter"]["contracts"]}
    capabilities = {
        place
        for name in contracts
        if name.startswith("Inside ")
        for place in contracts[name]["containers"]
    }
    loose = []
    for path in modules():
        module = path.removesuffix(".py").replace("/", ".")
        if module.rpartition(".")[0] not in capabilities or module.endswith("__init__"):
            continue
        kinds = (FACES_CONTRACT,) if is_face(path) else (RULES_CONTRACT, USE_CASES_CONTRACT)
        held_by = [pattern for kind in kinds for pattern in contracts[kind]["source_modules"]]
        if not any(fnmatch(module, pattern) for pattern in held_by):
            loose.append(module)
    assert loose == ["app.districts.access"]  # it makes a Work of a request: both sides in one


def test_every_package_has_an_empty_init():
    folders = {path.parent for path in (ROOT / "app").rglob("*.py")}
    assert all((folder / "__init__.py").read_bytes() == b"" for folder in folders)


def test_rows_of_a_district_are_read_through_the_work_only():
    import_everything()
    scoped = {cls.__name__ for cls in subclasses(Scoped)}
    readers = ("select", "select_from", "get", "query", "exists", "update", "delete", "aliased")
    found = [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        if not path.startswith(KIT)
        for call in calls(tree, *readers)
        if scoped & names_in(call.args) and ast.unparse(call.func) != "work.get"
    ]
    assert found == []


def test_only_the_kit_writes_sql_as_text():
    found = [
        path
        for path, tree in modules().items()
        if not path.startswith(KIT)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        if node.module == "sqlalchemy" and "text" in {alias.name for alias in node.names}
    ]
    assert found == []


def test_the_readers_across_all_districts_are_these():
    assert functions_calling("all_rows") == ALL_ROWS_CALLERS


def test_only_the_office_commits():
    ends = ("commit", "rollback", "begin")
    assert {path for path, tree in modules().items() if any(calls(tree, *ends))} == {
        "app/kit/work.py"
    }


def test_every_vocabulary_has_chinese_labels_and_codes_of_its_own():
    import_everything()
    for vocabulary in subclasses(LabelledEnum):
        members = list(vocabulary)
        assert all(re.search(r"[\u4e00-\u9fff]", member.label) for member in members), vocabulary
        assert len({member.label for member in members}) == len(members), vocabulary


def test_pages_and_endpoints_leave_refusals_to_the_one_handler():
    tries = (ast.Try, ast.TryStar)
    found = [
        f"{path}:{node.lineno}"
        for path in filter(is_face, modules())
        for node in ast.walk(modules()[path])
        if isinstance(node, tries)
    ]
    assert found == []


@pytest.mark.parametrize("place", ["app/money.py", "app/engine/", "app/agreements/"])
def test_no_float_comes_near_money(place: str):
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if path.startswith(place)
        for node in [*calls(tree, "float"), *float_literals(tree)]
    ]
    assert found == []


def test_the_test_lock_holds_all_of_the_run_lock_and_names_no_registry():
    run, tests = (
        (ROOT / name).read_text(encoding="utf-8")
        for name in ("requirements.lock", "requirements-test.lock")
    )
    pins = re.compile(r"^[a-z0-9-]+==\S+", re.MULTILINE)
    assert set(pins.findall(run)) <= set(pins.findall(tests))
    assert "://" not in run + tests


def test_every_dependency_of_the_program_is_in_the_lock():
    needs = project()["project"]
    wanted = [*needs["dependencies"], *needs["optional-dependencies"]["postgres"]]
    names = {re.match(r"[a-z0-9-]+", line)[0] for line in wanted}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
