"""The exported workbooks calculated by LibreOffice: every formula against the engine's figure.

Needs `soffice` on the PATH (LibreOffice, headless), and fails with a line that says so.
Each worked case, ledgers, eligibility, indicators and restatement among them, is exported as it is
and, with other amounts, ratios and receipts typed into the file, up to twice more. What the engine
found is taken out of the files first, so that nothing but a calculation can bring it back; the
changed files are compared with the engine on the changed numbers.
"""

import json
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from app.agreements.spreadsheets import comparison, schemes_of
from app.engine.cases import read_case
from app.errors import Invalid
from tests.benchmarks.table import say
from tests.engine.test_redone import moved

CASES = Path(__file__).parent.parent / "engine" / "cases"
BATCH = 40
ON_THE_WAY = {7, *range(9, 16)}
DIFFERENCES = {"输入": {4, 6}, "核算": ON_THE_WAY, "收入": ON_THE_WAY, "指标": ON_THE_WAY}
"""Columns that a changed number is to change: differences, and what leads on to a figure."""
TOTAL = "SUMPRODUCT"
"""The sum of all differences."""


def cases():
    """Every worked case."""
    for name in ("golden", "extensions", "random"):
        for case in json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))["cases"]:
            if case["scheme"]:
                yield {key: case[key] for key in ("id", "scheme", "facts", "rates") if key in case}


def changed(case, number):
    """The case with other numbers; None where they make no case."""
    other = moved(case, (), Random(f"{case['id']} {number}"))  # noqa: S311 - repeatable
    try:
        read_case(other)
    except Invalid:
        return None
    return other


def book(case):
    """The workbook of a case, as bytes."""
    return comparison("测算", [], schemes_of("本方案", read_case(case)))


def typed_over(original, wanted):
    """The file of one case with the coloured numbers of another, and no stored results."""
    file, other = load_workbook(BytesIO(original)), load_workbook(BytesIO(wanted))
    for row, theirs in zip(file["输入"].iter_rows(), other["输入"].iter_rows(), strict=True):
        if row[1].data_type == "n" and row[1].value is not None:
            row[1].value = theirs[1].value
    return file


def shape(data):
    """What stands where, but for numbers and notes."""
    file = load_workbook(BytesIO(data))
    return [
        [cell.value for cell in row if cell.data_type != "n"]
        for page in file
        for row in page.iter_rows(max_col=3)
        if page.title[:2] in ("核算", "指标", "输入")
    ]


def calculated(folder, names):
    """LibreOffice opens and calculates the files, and saves them again."""
    out = folder / "out"
    for start in range(0, len(names), BATCH):
        files = [str(folder / name) for name in names[start : start + BATCH]]
        profile = f"-env:UserInstallation=file://{folder}/profile"
        soffice = shutil.which("soffice") or "soffice"
        call = [
            soffice,
            profile,
            "--headless",
            "--convert-to",
            "xlsx",
            "--outdir",
            str(out),
            *files,
        ]
        subprocess.run(call, check=True, capture_output=True)
    return out


def differing(data, wanted):
    """How many formulas a calculated file has, and those that do not show the wanted value."""
    formulas = load_workbook(BytesIO(wanted))
    engine = load_workbook(BytesIO(wanted), data_only=True)
    found = load_workbook(data, data_only=True)
    count, wrong = 0, []
    for page in formulas:
        skip = DIFFERENCES.get(page.title[:2], set())
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "f" and cell.column not in skip and TOTAL not in cell.value:
                    count += 1
                    mine = found[page.title][cell.coordinate].value
                    theirs = engine[page.title][cell.coordinate].value
                    same = mine == theirs if isinstance(theirs, str) else abs(mine - theirs) < 1e-4
                    wrong += [] if same else [f"{page.title}!{cell.coordinate}: {mine} != {theirs}"]
    return count, wrong


def main():
    """Export, calculate, compare, count."""
    if shutil.which("soffice") is None:
        raise SystemExit("this drill needs LibreOffice (soffice) on the PATH")
    with tempfile.TemporaryDirectory() as place:
        folder, wanted = Path(place), {}
        for case in cases():
            plain = wanted[f"{case['id']}.xlsx"] = book(case)
            typed_over(plain, plain).save(folder / f"{case['id']}.xlsx")
            for number in (1, 2):
                other = changed(case, number)
                if other is not None and shape(book(other)) == shape(plain):
                    name = f"{case['id']}-{number}.xlsx"
                    wanted[name] = book(other)
                    typed_over(plain, wanted[name]).save(folder / name)
        out = calculated(folder, list(wanted))
        total, wrong = 0, []
        for name, data in wanted.items():
            count, found = differing(out / name, data)
            total += count
            wrong += [f"{name} {each}" for each in found]
    say(f"{len(wanted)} workbooks, {total} formulas calculated by LibreOffice, {len(wrong)} differ")
    for each in wrong[:20]:
        say(each)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
