"""Scheme v1 JSON to frozen terms, or everything that is wrong with it.

Each clause has a small reader (`clauses.py`, `extensions.py`); rules that tie several keys
together are in `checks.py`. A value broken in type is not examined further, the rest is, so one
reading names all findings, in document order. Source: scheme v1, A1-A8 and part B.

`read_scheme(document)` is the way in; with facts it is `cases.read_case`.
"""

from app.engine.checks import check_scheme
from app.engine.reading import Findings, Node
from app.engine.scheme_reader import SchemeReader
from app.engine.terms import Scheme
from app.errors import Invalid


def read_scheme(document: object) -> Scheme:
    """The scheme of a JSON object; Invalid with all findings, pointers from `/scheme`."""
    findings = Findings()
    reader = checked_reader(Node(document, "/scheme", findings))
    refuse_findings(findings, {"scheme": document})
    return reader.scheme


def checked_reader(node: Node) -> SchemeReader:
    """A scheme read and checked as far as it could be read."""
    reader = SchemeReader(node)
    check_scheme(reader)
    return reader


def refuse_findings(findings: Findings, document: object) -> None:
    """Raise Invalid when there are findings, in the order of the document."""
    if findings.issues:
        issues = findings.in_order(document)
        raise Invalid(f"有 {len(issues)} 处需要改正", *issues)
