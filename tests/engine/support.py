"""How the engine's tests run a case and read the case files beside them."""

import io
import json
from pathlib import Path

from app.engine import casefile

CASES = Path(__file__).parent / "cases"


def load(name: str) -> list[dict]:
    """The cases of one file, those for the command only (`scheme` null is for a calculator)."""
    cases = json.loads((CASES / name).read_text("utf-8"))["cases"]
    return [case for case in cases if case["scheme"] is not None]


def split(case: object) -> dict:
    """What `split -` prints for a case that must be valid."""
    code, out, err = command(case)
    assert code == 0, err
    return json.loads(out)


def findings(case: object) -> list[tuple[str, str]]:
    """The (pointer, code) pairs of a case that must be invalid."""
    _, out, _ = command(case, twice=True)
    return [(each["pointer"], each["code"]) for each in json.loads(out)["-"]["errors"]]


def command(case: object, twice: bool = False) -> tuple[int, str, str]:
    """Exit code, standard output and error of `split -`; bytes are taken as they are."""
    raw = case if isinstance(case, bytes) else json.dumps(case, ensure_ascii=False).encode()
    stdout, stderr = io.BytesIO(), io.BytesIO()
    files = ["-", "-"] if twice else ["-"]
    code = casefile.run(files, io.BytesIO(raw), stdout, stderr)
    return code, stdout.getvalue().decode(), stderr.getvalue().decode()


def year_keys(result: dict) -> dict[str, dict[str, str]]:
    """The shares by year key alone."""
    return {key: value for key, value in result.items() if key[:4].isdigit()}
