"""What a code is called in Chinese: one enum per vocabulary, code and label side by side.

The code is what tables, URLs and JSON carry; the label is what people read. Pages, exports and
the API take both from here, so a state has one word everywhere.
"""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """An enum written `NAME = "code", "中文"`; its value is the code."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Keep the code as the value and the Chinese label beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member
