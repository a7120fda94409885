"""The right binds governments, never the enterprise: no sentence of the product says otherwise."""

import re
from collections.abc import Iterator

from app.settings import ROOT

FORBIDS = re.compile(
    r"(?:企业|投资方|客商)(?:不得|不能|不可|不准|禁止|无权)(?:另选|选择|迁|离开|转投|更换|与|到|在|同)"
    r"|(?:限制|阻止|禁止|不允许)(?:企业|投资方)"
)
NAMES_THE_WRONG = "seeds/parameters/warnings.toml"
"""What a clause of an agreement must not say, told to those who write one."""
SAYS_SO = "不限制企业自主选择"
"""The very sentence of the certificates; a sentence with it gives the freedom, not takes it."""


def sentences() -> Iterator[tuple[str, str]]:
    """Every line of program, page and seed, with where it stands."""
    for folder in ("app", "templates", "seeds"):
        for path in sorted((ROOT / folder).rglob("*")):
            place = path.relative_to(ROOT).as_posix()
            told = path.suffix in {".py", ".html", ".toml", ".js"} and place != NAMES_THE_WRONG
            if told and "vendor" not in path.parts:
                for line in path.read_text(encoding="utf-8").splitlines():
                    yield place, line.replace(SAYS_SO, "")


def test_nothing_tells_an_enterprise_that_it_may_not_choose() -> None:
    assert [(place, line) for place, line in sentences() if FORBIDS.search(line)] == []


def test_the_search_would_find_such_a_sentence() -> None:
    assert FORBIDS.search("首谈期内企业不得与其他区洽谈")
    assert FORBIDS.search("本凭证限制企业")
    assert not FORBIDS.search("企业可以随时另选，任何单位不得阻拦")
