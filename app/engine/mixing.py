"""Two versions of a scheme mixed clause by clause: some clauses new, the others still old.

Works on the JSON objects as written, so that a mixture passes the same reading and checks as any
scheme. A clause has the key that `wording.differences` gives it; the ladder and the tiers are one
clause, `split`.
"""

from collections.abc import Collection, Iterable, Mapping

Document = Mapping[str, object]

SPLIT = "split"
_NAMED = {"deduct": "name", "recover": "party", "cap": "party", "indicators": "name"}
_NUMBERED = ("reserve", "guarantee", "cash", "one_off")


class Mixture:
    """The clauses of both versions by key, in an order that keeps that of either."""

    def __init__(self, before: Document, after: Document) -> None:
        """Take apart two schemes that the engine has read without findings."""
        whole = {
            key
            for key, name in _NAMED.items()
            if not _same_order(_names(before, key, name), _names(after, key, name))
        }
        self.before, self.after = _clauses(before, whole), _clauses(after, whole)
        self._whole = whole
        self._order = _merged(list(self.before), list(self.after))

    def changed(self, key: str) -> str | None:
        """The clause of a key in words, where the versions write it differently."""
        top = key.partition("/")[0]
        clause = SPLIT if top in (SPLIT, "tiers") else top if top in self._whole else key
        return clause if self.before.get(clause) != self.after.get(clause) else None

    def scheme(self, new: Collection[str]) -> dict[str, object]:
        """The scheme with the clauses of `new` from the new version."""
        mixed: dict[str, object] = {}
        for key in self._order:
            source = self.after if key in new else self.before
            if key not in source:
                continue
            top, _, item = key.partition("/")
            if item:
                listed = mixed.setdefault(top, [])
                if isinstance(listed, list):
                    listed.append(source[key])
            elif key == SPLIT and isinstance(source[key], Mapping):
                mixed |= dict(_members(source[key]))
            else:
                mixed[top] = source[key]
        return mixed


def _clauses(scheme: Document, whole: Collection[str]) -> dict[str, object]:
    clauses: dict[str, object] = {}
    for key, value in scheme.items():
        items = value if isinstance(value, list) else []
        if key in (SPLIT, "tiers"):
            clauses[SPLIT] = {key: value}
        elif key in _NAMED and key not in whole:
            name = _NAMED[key]
            clauses |= {f"{key}/{dict(_members(item)).get(name)}": item for item in items}
        elif key in _NUMBERED:
            clauses |= {f"{key}/{place}": item for place, item in enumerate(items)}
        else:
            clauses[key] = value
    return clauses


def _members(value: object) -> Iterable[tuple[str, object]]:
    return value.items() if isinstance(value, Mapping) else ()


def _names(scheme: Document, key: str, name: str) -> list[object]:
    value = scheme.get(key)
    items = value if isinstance(value, list) else []
    return [dict(_members(item)).get(name) for item in items]


def _same_order(old: list[object], new: list[object]) -> bool:
    return [name for name in old if name in new] == [name for name in new if name in old]


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The keys of `new`, each that only `old` has after its predecessor there."""
    order, place = list(new), 0
    for key in old:
        if key in new:
            place = order.index(key) + 1
        else:
            order.insert(place, key)
            place += 1
    return order
