"""What goes in and what comes out: the bases of commands and views, and their value fields.

One command class is filled by the form and by the JSON body, one view class is read by the
template and the encoder. Amounts and ratios are strings in JSON; codes carry their label.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from app.errors import Issue
from app.labels import LabelledEnum
from app.money import Money, Rate, rate

_UNITS = {"亿元": 10**10, "亿": 10**10, "万元": 10**6, "万": 10**6, "元": 100}
_TYPED = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)(亿元|亿|万元|万|元)?", re.ASCII)

Item = TypeVar("Item")
SerialNumber = Annotated[int, Field(ge=0, le=2**53)]
"""A running number, no larger than every database and every JSON reader can hold."""


class Command(BaseModel):
    """What a caller asks for: closed (an unknown field is refused) and frozen."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_nul(cls, value: object) -> object:
        """Refuse the one character that PostgreSQL cannot keep."""
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and "\x00" in text for text in texts):
            raise ValueError("不能含有空字符（NUL）")
        return value


class View(BaseModel):
    """What a caller may see; what it may not see is left out when the view is made."""

    model_config = ConfigDict(from_attributes=True, frozen=True, arbitrary_types_allowed=True)


class Page(View, Generic[Item]):
    """A keyset page: the rows, where the next begins (None at the end), and a count if asked."""

    items: list[Item]
    next_cursor: str | None = None
    total: int | None = None


def parse_amount(text: str, unit: str) -> Money:
    """Read what people type: `1.2亿`, `12,000万`, or a plain number in `unit`; ValueError else."""
    compact = text.replace(",", "").replace("，", "").replace(" ", "")
    match = _TYPED.fullmatch(compact)
    if match is None:
        raise ValueError(f"金额应为数字，如 1.2亿 或 12000万；不带单位时按{unit}计")
    fen = Decimal(match[1]) * _UNITS[match[2] or unit]
    if fen != fen.to_integral_value() or abs(fen) >= 10**15:
        raise ValueError("金额最多精确到分，不超过 13 位")
    return Money(int(fen))


def _money_reader(unit: str) -> BeforeValidator:
    def read(value: object, info: ValidationInfo) -> Money:
        if isinstance(value, Money):
            return value
        if not isinstance(value, str):
            raise ValueError('金额应为字符串，单位元，如 "120000000.00"')  # noqa: TRY004 - pydantic reads ValueError
        typed = isinstance(info.context, Mapping) and info.context.get("face") == "form"
        return parse_amount(value, unit) if typed else Money.parse(value)

    return BeforeValidator(read)


_AS_YUAN = PlainSerializer(lambda money: money.yuan, return_type=str, when_used="json")
_YUAN = WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"})

MoneyField = Annotated[Money, _money_reader("元"), _AS_YUAN, _YUAN]
"""An amount: yuan as a string in JSON; a form's plain number counts 元."""
TenThousandField = Annotated[Money, _money_reader("万元"), _AS_YUAN, _YUAN]
"""The same, whose form field counts 万元."""
InvestmentField = Annotated[Money, _money_reader("亿元"), _AS_YUAN, _YUAN]
"""The same, whose form field counts 亿元."""


def _read_rate(value: object) -> Rate:
    if isinstance(value, Fraction):
        return Rate(value)
    if not isinstance(value, str):
        raise ValueError('比例应为字符串，如 "0.24" 或 "1/3"')  # noqa: TRY004 - pydantic reads ValueError
    return rate(value)


RateField = Annotated[
    Rate,
    BeforeValidator(_read_rate),
    PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]

Code = TypeVar("Code", bound=LabelledEnum)


def _with_label(code: LabelledEnum) -> dict[str, str]:
    return {"code": code.value, "label": code.label}


Coded = Annotated[
    Code,
    PlainSerializer(_with_label, when_used="json"),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {"code": {"type": "string"}, "label": {"type": "string"}},
            "required": ["code", "label"],
        },
        mode="serialization",
    ),
]
"""A vocabulary's member in a view: the enum to templates, `{"code", "label"}` in JSON."""


class CodeLabel(View):
    """A code of a dictionary with its Chinese label."""

    code: str
    label: str


_MESSAGES = {
    "missing": "请填写{title}",
    "extra_forbidden": "没有“{field}”这个字段",
    "string_too_short": "{title}至少 {min_length} 个字",
    "string_too_long": "{title}最多 {max_length} 个字",
    "string_type": "{title}应为文字",
    "string_pattern_mismatch": "{title}的格式不对",
    "date_from_datetime_parsing": "{title}应为日期，如 2026-03-02",
    "date_parsing": "{title}应为日期，如 2026-03-02",
    "date_type": "{title}应为日期，如 2026-03-02",
    "datetime_parsing": "{title}应为时间，如 2026-03-02 09:30",
    "datetime_from_date_parsing": "{title}应为时间，如 2026-03-02 09:30",
    "enum": "请从列表中选择{title}",
    "literal_error": "请从列表中选择{title}",
    "int_parsing": "{title}应为整数",
    "int_type": "{title}应为整数",
    "int_from_float": "{title}应为整数",
    "bool_parsing": "{title}应为是或否",
    "greater_than": "{title}应大于 {gt}",
    "greater_than_equal": "{title}不小于 {ge}",
    "less_than": "{title}应小于 {lt}",
    "less_than_equal": "{title}不大于 {le}",
    "too_short": "{title}至少 {min_length} 项",
    "too_long": "{title}最多 {max_length} 项",
    "json_invalid": "不是有效的 JSON",
    "model_type": "{title}应为对象",
    "model_attributes_type": "{title}应为对象",
    "dict_type": "{title}应为对象",
    "list_type": "{title}应为列表",
}


def issues(errors: Sequence[Any], model: type[BaseModel] | None = None) -> list[Issue]:
    """Pydantic's errors as issues: RFC 6901 pointer, code, and a Chinese sentence per field."""
    return [_issue(error, model) for error in errors]


def _issue(error: Mapping[str, Any], model: type[BaseModel] | None) -> Issue:
    path = [str(part).replace("~", "~0").replace("/", "~1") for part in error["loc"]]
    title = _title(model, error["loc"])
    kind = str(error["type"])
    if kind in ("value_error", "assertion_error"):
        message = str(error["msg"]).partition(", ")[2] or str(error["msg"])
    else:
        names = {"title": title, "field": path[-1] if path else "", **error.get("ctx", {})}
        message = _MESSAGES.get(kind, "{title}填写有误").format_map(names)
    return Issue("/" + "/".join(path) if path else "", kind, message)


def _title(model: type[BaseModel] | None, path: Sequence[Any]) -> str:
    """The Chinese title of the field at a path, as the command's `Field(title=…)` gives it."""
    title, current = "", model
    for part in path:
        if current is None or not isinstance(part, str) or part not in current.model_fields:
            continue
        known = current.model_fields[part]
        title = known.title or part
        current = inner_model(known.annotation)
    return title or (str(path[-1]) if path else "内容")


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation such as `list[Row] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = inner_model(inner)
        if found is not None:
            return found
    return None
