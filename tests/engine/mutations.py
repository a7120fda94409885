"""Every way to change one leaf of a scheme's JSON, or to leave one item out."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

WORDS = (
    ("carry", "share"),
    ("share", "own_funds"),
    ("total", "split_only"),
    ("booked", "after_equalisation"),
    ("pooled", "per_territory"),
    ("gross", "local", "below_province", "district"),
    ("fiscal_year", "entry_date"),
    ("first_tax", "投产", "开工", "达产+登记", "recovered"),
    ("增值税", "房产税", "消费税"),
    ("查补", "滞纳金"),
)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"\d+(\.\d+)?")
Path = tuple[str | int, ...]


def with_another_leaf(scheme: dict) -> Iterator[tuple[Path, dict]]:
    """The place and the scheme with something else there; some are no longer valid."""
    for path, leaf in leaves(scheme, ()):
        for other in others(leaf, scheme["parties"]):
            yield path, replaced(scheme, path, other)


def with_less(scheme: dict) -> Iterator[dict]:
    """The scheme without one key or item; some are no longer valid."""
    for path in items(scheme, ()):
        yield without(scheme, path)


def leaves(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every value that holds no other."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from leaves(each, (*path, place))
    else:
        yield path, value


def items(value: object, path: Path) -> Iterator[Path]:
    """Every key and every place of a list."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from items(each, (*path, key))


def others(leaf: object, parties: list[str]) -> list[object]:
    """What else might stand there."""
    if isinstance(leaf, bool):
        return [not leaf]
    if isinstance(leaf, int):
        return [leaf + 1, *([leaf - 1] if leaf > 1 else [])]
    if leaf is None:
        return [9, "99999999999.99"]
    if leaf in parties:
        return [name for name in parties if name != leaf]
    found = [word for group in WORDS if leaf in group for word in group if word != leaf]
    if DAY.fullmatch(leaf):
        found.append(str(date.fromisoformat(leaf) + timedelta(days=1)))
    elif NUMBER.fullmatch(leaf):
        found.append(str(Decimal(leaf) + Decimal("0.01")))
    elif "/" in leaf and not found:
        over, under = leaf.split("/")
        found.append(f"{int(over) + 1}/{under}")
    return found or [f"{leaf}改"]


def replaced(value: object, path: Path, other: object) -> object:
    """The same JSON with another value at the path."""
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], other)
    return copy


def without(value: object, path: Path) -> object:
    """The same JSON without what stands at the path."""
    copy = dict(value) if isinstance(value, dict) else list(value)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = without(copy[path[0]], path[1:])
    return copy
