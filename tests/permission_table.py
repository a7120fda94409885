"""`permissions.toml` as values: who may what by which use case and route, who sees which column."""

import importlib
import pkgutil
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import app
from app.kit.db import Base
from app.kit.work import Role

RELATIONS = ("own", "shared", "met", "other", "city")

_FILE = tomllib.loads(Path(__file__).with_name("permissions.toml").read_text(encoding="utf-8"))
PUBLIC: dict[str, list[str]] = _FILE["public"]
SYSTEM: dict[str, list[str]] = _FILE["system"]
TABLES: dict[str, dict[str, str]] = _FILE["tables"]


@dataclass(frozen=True)
class Verb:
    """One section: who, in which relation to the record; by which use cases and routes."""

    resource: str
    name: str
    roles: dict[str, frozenset[Role]]
    acts: frozenset[str]
    routes: tuple[str, ...]
    scope: str | None
    anybody: bool

    @property
    def named(self) -> frozenset[Role]:
        """Every role that the section names."""
        return frozenset().union(*self.roles.values())

    def admits(self, role: Role | None, relation: str) -> bool:
        """Whether somebody in this relation to the record may; without a record, in any."""
        if not relation or "any" in self.roles:
            return role in self.named
        return role in self.roles.get(relation, ())


def _roles(words: str) -> frozenset[Role]:
    groups = _FILE["groups"]
    plain = " ".join(groups[word[1:]] if word[0] == "@" else word for word in words.split())
    return frozenset(Role(word) for word in plain.split())


def _verbs() -> list[Verb]:
    rest = {"groups", "public", "system", "tables"}
    return [
        Verb(
            resource=resource,
            name=name,
            roles={key: _roles(section[key]) for key in (*RELATIONS, "any") if key in section},
            acts=frozenset(section["acts"]),
            routes=tuple(section["routes"]),
            scope=section.get("scope"),
            anybody=section.get("anybody", False),
        )
        for resource, sections in _FILE.items()
        if resource not in rest
        for name, section in sections.items()
    ]


VERBS = _verbs()


@cache
def verbs_of(route: str) -> list[Verb]:
    """The sections that list a route: more than one when different roles get different pages."""
    return [verb for verb in VERBS if route in verb.routes]


@cache
def reading(resource: str) -> Verb:
    """The section that says who reads a resource."""
    return next(verb for verb in VERBS if (verb.resource, verb.name) == (resource, "read"))


def sees(part: str, role: Role | None, relation: str) -> bool:
    """Whether a section lets the role at a record in this relation: `case.write`, any of `case`."""
    resource, _, name = part.partition(".")
    fitting = (verb for verb in VERBS if verb.resource == resource and name in ("", verb.name))
    return any(verb.admits(role, relation) for verb in fitting)


def columns(name: str) -> dict[str, list[str]]:
    """The columns of a table by who sees them."""
    return {key: words.split() for key, words in TABLES[name].items() if key not in ("of", "row")}


def mapped() -> list[type[Base]]:
    """Every mapped class of the program."""
    _import_everything()
    return [mapper.class_ for mapper in Base.registry.mappers]


def use_cases() -> list[Callable[..., Any]]:
    """Every use case of the program, wherever it is defined."""
    _import_everything()
    modules = [module for name, module in sys.modules.items() if name.startswith("app.")]
    found = [
        value
        for module in modules
        for value in vars(module).values()
        if callable(value) and isinstance(getattr(value, "act", None), str)
    ]
    return list({id(one): one for one in found if hasattr(one, "__wrapped__")}.values())


@cache
def _import_everything() -> None:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
