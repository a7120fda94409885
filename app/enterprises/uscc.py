"""The unified social credit code (统一社会信用代码, GB 32100): read, checked, in one spelling.

`python-stdnum` knows the check digit, but refuses the departments A, N and Y and accepts eighteen
zeros; so the shape is ours and only the arithmetic is its.
"""

import re
import unicodedata

from stdnum.cn import uscc

_SHAPE = re.compile(r"[1-9ANY][0-9]{7}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)


def read_uscc(typed: str) -> str:
    """The code in capitals without blanks; ValueError says in Chinese what is wrong with it."""
    code: str = uscc.compact(unicodedata.normalize("NFKC", typed))
    if len(code) != 18:
        raise ValueError(f"统一社会信用代码应为 18 位，现为 {len(code)} 位")
    if not _SHAPE.fullmatch(code):
        raise ValueError("统一社会信用代码由数字和大写字母（不含 I、O、S、V、Z）组成，请核对")
    if code[-1] != uscc.calc_check_digit(code[:17]):
        raise ValueError("统一社会信用代码的校验位不符，请核对")
    return code
