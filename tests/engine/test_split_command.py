"""The command: outputs, exit codes, bytes."""

import io
import json

import pytest

from app.engine import casefile
from tests.engine.support import command, split

CASE = {
    "scheme": {
        "parties": ["甲", "乙"],
        "calendar": {"fiscal_year_one": 2026},
        "split": [{"years": [1, None], "weights": {"甲": "1", "乙": "1"}}],
    },
    "facts": {"annual": {"2026": "3.01"}},
}
BAD = CASE | {"facts": {"annual": {"2026": "3.011"}}}


def run(files, given=b""):
    stdout, stderr = io.BytesIO(), io.BytesIO()
    code = casefile.run([str(file) for file in files], io.BytesIO(given), stdout, stderr)
    return code, stdout.getvalue().decode(), stderr.getvalue().decode()


@pytest.fixture
def written(tmp_path):
    def write(name, value):
        raw = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        (tmp_path / name).write_bytes(raw)
        return tmp_path / name

    return write


def test_one_file_prints_one_object(written):
    code, out, err = run([written("case.json", CASE)])
    assert (code, err) == (0, "")
    assert list(json.loads(out)) == ["2026", "steps", "warnings", "complete", "closing"]


def test_several_files_are_keyed_by_their_names_as_given(written):
    good, bad = written("good.json", CASE), written("bad.json", BAD)
    code, out, err = run([good, bad])
    assert code == 2
    assert json.loads(out)[str(good)] == split(CASE)
    assert json.loads(out)[str(bad)]["errors"][0]["pointer"] == "/facts/annual/2026"
    assert err.startswith(f"{bad}: /facts/annual/2026: ")
    assert err.endswith(" [amount]\n")


def test_one_invalid_file_prints_nothing_on_standard_output(written):
    code, out, _ = run([written("bad.json", BAD)])
    assert (code, out) == (2, "")


def test_no_file_is_exit_code_2():
    code, out, err = run([])
    assert (code, out) == (2, "")
    assert err


def test_an_unreadable_file_comes_before_an_invalid_one(written, tmp_path):
    bad = written("bad.json", BAD)
    code, out, _ = run([bad, tmp_path / "none.json"])
    assert code == 3
    errors = json.loads(out)[str(tmp_path / "none.json")]["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("", "json")]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"scheme": {},\n "facts": }', "第 2 行第 11 列"),
        (b'{"scheme":\n\xff}', "第 2 行第 1 列"),
        (b'{"scheme": NaN}', "NaN"),
        (b'{"scheme": -Infinity}', "-Infinity"),
        (b'{"scheme": "\\ud800"}', "代理"),
        (b"", "第 1 行第 1 列"),
        (b"[" * 100_000, "嵌套过深"),
    ],
)
def test_what_is_not_json_is_exit_code_3_with_its_place(raw, place):
    code, out, err = command(raw)
    assert (code, out) == (3, "")
    assert place in err


def test_a_byte_order_mark_is_accepted():
    raw = b"\xef\xbb\xbf" + json.dumps(CASE).encode()
    assert command(raw)[0] == 0


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"x"', b"null", b"{}"])
def test_a_file_that_is_no_case_is_invalid(raw):
    assert command(raw)[0] == 2


def test_standard_input_is_one_of_several_files(written):
    good = written("good.json", CASE)
    code, out, _ = run(["-", good], json.dumps(BAD).encode())
    assert code == 2
    assert list(json.loads(out)) == ["-", str(good)]


def test_the_same_input_gives_the_same_bytes(written):
    good = written("good.json", CASE)
    assert run([good]) == run([good])


def test_thousands_of_files_in_one_call(written):
    good = written("good.json", CASE)
    names = [f"{good.parent}/./" + "./" * place + good.name for place in range(2000)]
    code, out, _ = run(names)
    assert code == 0
    assert list(json.loads(out)) == names


def test_the_example_of_the_format_comes_out_as_written():
    scheme = {
        "parties": ["in", "out"],
        "calendar": {"fiscal_year_one": 2016},
        "split": [{"years": [1, None], "weights": {"in": "50", "out": "50"}}],
        "cap": [{"party": "out", "cumulative": "62400000", "overflow": "in"}],
    }
    facts = {"annual": {"2016": "39000000.00", "2017": "47500000.01"}}
    result = split({"scheme": scheme, "facts": facts})
    lines = [
        {key: line[key] for key in ("at", "op", "in", "out")}
        for line in result["steps"][0]["lines"]
    ]
    assert lines == [
        {
            "at": "/facts/annual/2016",
            "op": "add",
            "in": ["39000000.00"],
            "out": [["*", "39000000.00"]],
        },
        {
            "at": "/scheme/split/0",
            "op": "allocate",
            "in": ["39000000.00", ["in", "50"], ["out", "50"]],
            "out": [["in", "19500000.00"], ["out", "19500000.00"]],
        },
        {"at": "/scheme/cap/0", "op": "overflow", "in": ["19500000.00", "62400000.00"], "out": []},
    ]
    assert result["closing"] == {"as_of": 2018, "carried": "0.00", "cap": {"out": "19150000.00"}}
    assert result["steps"][0]["origin"] == {
        "in": {"split": "19500000.00"},
        "out": {"split": "19500000.00"},
    }
