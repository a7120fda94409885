"""A spreadsheet program in small: reads a workbook, calculates its formulas, takes new numbers.

It knows the operators and functions that our workbooks use and no others; a formula with anything
else fails. Numbers are exact, so a formula that only works by rounding is found out.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from math import floor, lcm
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_REFERENCE = r"'[^']+'!\$[A-Z]+\$[0-9]+"
_TOKENS = re.compile(rf'({_REFERENCE}):({_REFERENCE})|({_REFERENCE})|"[^"]*"|(?<![<>])=')
_WORDS = re.compile(r"[A-Z]+|[0-9.]+|[-+*/(),<>= ]")


FUNCTIONS = {
    "MIN": lambda *numbers: min(numbers),
    "MAX": lambda *numbers: max(numbers),
    "ABS": lambda x: [abs(each) for each in x] if isinstance(x, list) else abs(x),
    "SIGN": lambda x: (x > 0) - (x < 0),
    "INT": floor,
    "MOD": lambda x, by: x % by,
    "ROUND": lambda x, places: Fraction(floor(x * 10**places + Fraction(1, 2)), 10**places),
    "IF": lambda when, yes, no: yes if when else no,
    "LCM": lambda *numbers: lcm(*(int(number) for number in numbers)),
    "SUM": sum,
    "SUMPRODUCT": sum,
}


def calculated(text: str, values: dict[str, Any]) -> Any:
    """What a formula without its equals sign gives; `values` are those of its names."""
    unknown = set(_WORDS.sub("", re.sub(r"v[0-9]+|\"[^\"]*\"|==", "", text)))
    assert not unknown, (text, unknown)
    return eval(text, {"__builtins__": {}}, {**FUNCTIONS, **values})  # noqa: S307 - our own formula


class Spreadsheet:
    """One workbook: cells by `(page, address)`."""

    def __init__(self, data: bytes) -> None:
        book = load_workbook(BytesIO(data))
        kept = load_workbook(BytesIO(data), data_only=True)
        self.pages = {page.title: page for page in book}
        self.kept = {page.title: page for page in kept}
        self.typed: dict[tuple[str, str], Fraction] = {}
        self._found: dict[tuple[str, str], Any] = {}

    def formulas(self, *pages: str) -> Iterable[tuple[str, str]]:
        """Where a formula stands."""
        for title in pages or self.pages:
            for row in self.pages[title].iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        yield title, cell.coordinate

    def type(self, page: str, address: str, number: object) -> None:
        """Put another number into a cell; everything is calculated anew."""
        assert self.pages[page][address].data_type == "n"
        self.typed[page, address] = Fraction(str(number))
        self._found = {}

    def value(self, page: str, address: str) -> Any:
        """What a cell shows."""
        key = page, address
        if key not in self._found:
            self._found[key] = self._calculate(page, address)
        return self._found[key]

    def stored(self, page: str, address: str) -> Any:
        """What the file says a cell shows, for programs that do not calculate."""
        value = self.kept[page][address].value
        return Fraction(repr(value)) if isinstance(value, int | float) else value

    def _calculate(self, page: str, address: str) -> Any:
        if (page, address) in self.typed:
            return self.typed[page, address]
        cell = self.pages[page][address]
        if cell.data_type == "n":
            return Fraction(repr(cell.value or 0))
        if cell.data_type != "f":
            return cell.value
        values: dict[str, Any] = {}

        def name(value: Any) -> str:
            values[f"v{len(values)}"] = value
            return f"v{len(values) - 1}"

        def read(match: re.Match[str]) -> str:
            if match[1]:
                return name(self._range(match[1], match[2]))
            if match[3]:
                return name(self.value(*_split(match[3])))
            return "==" if match[0] == "=" else match[0]

        return calculated(_TOKENS.sub(read, str(cell.value)[1:]), values)

    def _range(self, first: str, last: str) -> list[Any]:
        (page, start), (_, end) = _split(first), _split(last)
        left, top, right, bottom = range_boundaries(f"{start}:{end}")
        rows = self.pages[page].iter_rows(top, bottom, left, right)
        return [self.value(page, cell.coordinate) for row in rows for cell in row]


def _split(reference: str) -> tuple[str, str]:
    page, _, address = reference.rpartition("!")
    return page.strip("'"), address.replace("$", "")
