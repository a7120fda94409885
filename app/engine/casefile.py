"""The body of the command `split`: case files in, one JSON object out.

Reads files and standard input, writes UTF-8 bytes, touches nothing else. Exit codes: 0 all
computed, 2 a file invalid or none given, 3 a file unreadable or not JSON (before 2). Source:
scheme v1, C1 and C2.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.engine.cases import Case, read_case
from app.engine.document import Document, as_document
from app.engine.pipeline import evaluate
from app.engine.reading import JsonError, load_json
from app.errors import Invalid, Issue

COMPUTED, INVALID, UNREADABLE = 0, 2, 3
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its result, or the issues that prevent one."""

    code: int
    result: Document
    issues: tuple[Issue, ...] = ()


def run(files: Sequence[str], stdin: BinaryIO, stdout: BinaryIO, stderr: BinaryIO) -> int:
    """Split every file; `-` is standard input. The exit code of the command."""
    if not files:
        stderr.write("split: 请给出至少一个案例文件，- 表示标准输入\n".encode())
        return INVALID
    given = stdin.read() if STANDARD_INPUT in files else b""
    outcomes = {name: _outcome(name, given) for name in dict.fromkeys(files)}
    for name, outcome in outcomes.items():
        stderr.writelines(_error_line(name, issue).encode() for issue in outcome.issues)
    code = max(outcome.code for outcome in outcomes.values())
    results: Document = {name: outcome.result for name, outcome in outcomes.items()}
    if len(files) > 1:
        _write(stdout, results)
    elif code == COMPUTED:
        _write(stdout, outcomes[files[0]].result)
    return code


def split(case: Case, final_year: int | None = None) -> Document:
    """The result of a case; with ledgers, one result per ledger, nothing crossing."""
    results = [as_document(evaluate(part.scheme, part.facts), final_year) for part in case.parts]
    if case.parts[0].ledger is None:
        return results[0]
    names = [part.ledger or "" for part in case.parts]
    return {"ledgers": dict(zip(names, results, strict=True))}


def _outcome(name: str, given: bytes) -> Outcome:
    try:
        raw = given if name == STANDARD_INPUT else Path(name).read_bytes()
        return Outcome(COMPUTED, split(read_case(load_json(raw))))
    except Invalid as error:
        return _failed(INVALID, error.issues)
    except JsonError as error:
        return _failed(UNREADABLE, (Issue("", "json", str(error)),))
    except (OSError, ValueError) as error:
        return _failed(UNREADABLE, (Issue("", "json", f"文件无法读取：{error}"),))


def _failed(code: int, issues: tuple[Issue, ...]) -> Outcome:
    errors = [
        {"pointer": issue.pointer, "code": issue.code, "message": issue.message} for issue in issues
    ]
    return Outcome(code, {"errors": errors}, issues)


def _error_line(name: str, issue: Issue) -> str:
    place = f"{issue.pointer}: " if issue.pointer else ""
    return f"{name}: {place}{issue.message} [{issue.code}]\n"


def _write(stdout: BinaryIO, result: Document) -> None:
    stdout.write(json.dumps(result, ensure_ascii=False).encode() + b"\n")
