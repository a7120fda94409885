"""The table of who sees and does what (`permissions.toml`), held against the running program.

Complete: every route, use case and column stands in the table, and its roles are those of the use
case. Kept: every reader is answered by every route as the table says, on both faces. Tight: no
answer to anybody, whatever its status, holds a value that the table does not open to that reader.
"""

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import inspect
from starlette.routing import BaseRoute, Mount

from app.kit.db import Scoped
from app.kit.work import Role
from app.main import create_app
from app.settings import Settings
from tests import permission_requests as requests
from tests import permission_table as table
from tests.builders import CITY, JIANGYANG, NAXI
from tests.permission_visits import Visits, opened

ROUTES = sorted({route for verb in table.VERBS for route in verb.routes})
READS = [route for route in ROUTES if route.startswith("GET")]
PROBES = (
    "GET /leads?q=zz-name-own",
    "GET /leads?sort=name&count=exact",
    "GET /projects?q=zz-project",
    "GET /enterprises?q=甲包装",
    "GET /enterprises/hint?name=甲包装有限公司",
    "GET /enterprises/hint?name=zz-name-own",
    "GET /search?q=zz-name-own",
    "GET /search?q=甲包装有限公司",
    "GET /agreements?q=zz-title",
    "GET /first-talk?lead={lead}",
    "GET /first-talk?enterprise={enterprise}",
    "GET /first-talk/receipts/LMT-LD-2026-000001",
    "GET /first-talk/receipts/LMT-LD-2026-000002",
    "GET /leads/{lead}/talk?line={interaction}",
    "GET /bench?scenario={scenario}",
    "GET /bench?agreement={agreement}&n=2",
    "GET /agreements/new?agreement={agreement}&n=2",
    "GET /agreements/{agreement}?n=2",
    "GET /reports?week=2026-03-02",
    "GET /api/v1/leads?count=exact&q=zz-name-own",
    "GET /api/v1/projects?count=exact&q=zz-project",
    "GET /api/v1/interactions?about_id={lead}",
    "GET /api/v1/interactions?enterprise_id={enterprise}",
    "GET /api/v1/first-talk-rights?count=exact&enterprise={enterprise}",
    "GET /api/v1/events?types=lead.created,lead.updated",
    "GET /api/v1/agreements/{agreement}/versions/2",
    "GET /api/v1/leads?cursor=zz",
    "GET /no-such-page",
)
"""Further addresses whose answers are searched for what they must not tell."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def visits(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Everybody's visits to one world, on either database."""
    with opened(request, tmp_path_factory.mktemp("permissions"), request.param) as found:
        yield found


def on(database: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("visits", [database], indirect=True)


def routes_of(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Method and path of every route, those of included routers too; nothing is left out."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in route.methods)
        elif isinstance(route, Mount):
            yield f"MOUNT {route.path}"
        else:
            yield from routes_of(route.original_router.routes)


def test_every_route_stands_in_the_table(tmp_path):
    application = create_app(Settings(data=tmp_path, database_url="", demo=False))
    known = {route.partition("?")[0] for route in (*ROUTES, *table.PUBLIC["routes"])}
    application.state.office.engine.dispose()
    assert set(routes_of(application.routes)) == known


def test_every_use_case_stands_in_the_table():
    known = {act for verb in table.VERBS for act in verb.acts}
    known |= {*table.PUBLIC["acts"], *table.SYSTEM["acts"]}
    assert {case.act for case in table.use_cases()} == known


def test_the_roles_of_a_use_case_are_those_of_its_section():
    outside = {*table.PUBLIC["acts"], *table.SYSTEM["acts"]}
    found = {
        f"{case.act} ({case.__module__}.{case.__name__}): {sorted(case.roles)}"
        for case in table.use_cases()
        if case.act not in outside
        if {*case.roles} - {Role.SYSTEM, Role.VISITOR}
        not in [verb.named for verb in table.VERBS if case.act in verb.acts]
    }
    assert found == set()


def test_what_needs_no_sign_in_is_open_to_visitors_and_the_rest_to_none():
    public = {case.act for case in table.use_cases() if Role.VISITOR in case.roles}
    assert public == set(table.PUBLIC["acts"])


def test_every_column_of_a_districts_table_has_its_readers():
    known = {
        name: {column for columns in table.columns(name).values() for column in columns}
        for name in table.TABLES
    }
    scoped = {cls.__name__ for cls in table.mapped() if issubclass(cls, Scoped)}
    assert scoped <= known.keys()
    for cls in table.mapped():
        if cls.__name__ in known:
            present = {column.key for column in inspect(cls).columns}
            assert present == known[cls.__name__], cls.__name__


def test_relations_and_resources_are_spelled_right():
    resources = {verb.resource for verb in table.VERBS}
    for name, entry in table.TABLES.items():
        assert {part.partition(".")[0] for part in entry["of"].split()} <= resources, name
        relations = {word for key in table.columns(name) for word in key.split()}
        assert relations <= {*table.RELATIONS, "everybody", "never"}, name


@on("sqlite")
@pytest.mark.parametrize("route", ROUTES)
def test_a_route_admits_those_whom_the_table_names(visits: Visits, route: str):
    assert visits.surprises(route) == []


@on("sqlite")
@pytest.mark.parametrize("route", [*ROUTES, *PROBES])
def test_no_answer_tells_what_its_reader_may_not_see(visits: Visits, route: str):
    assert visits.leaks(route) == []


@on("postgresql")
def test_the_scope_of_rows_is_the_same_on_postgresql(visits: Visits):
    """Reads by JSON: what differs between the databases lies below both faces."""
    reads = [route for route in READS if requests.is_api(route)]
    probes = [route for route in PROBES if requests.is_api(route)]
    assert [found for route in reads for found in visits.surprises(route)] == []
    assert [found for route in (*reads, *probes) for found in visits.leaks(route)] == []


@on("sqlite")
@pytest.mark.parametrize("place", ["leads", "projects", "interactions", "first-talk-rights"])
def test_a_strangers_count_is_of_its_own(visits: Visits, place: str):
    strangers = {JIANGYANG, NAXI} if place == "projects" else {JIANGYANG, NAXI, CITY}
    for answer in visits.answers(f"GET /api/v1/{place}?count=exact"):
        if answer.reader.district in strangers and answer.status == 200:
            assert re.findall("zz-name-own|zz-project", answer.text) == []


@on("sqlite")
def test_whoever_may_see_a_secret_does_see_it(visits: Visits):
    """The search for leaks finds what is there: else it would prove nothing."""
    wanted = {
        "Lead.note",
        "Lead.line",
        "Contact.phone",
        "Interaction.content",
        "Right.application",
        "Project.content",
        "Identifier.value",
        "FactorNeed.supplier",
        "Agreement.title",
        "Version.note",
        "Scenario.name",
        "Calculation.reasons",
        "StoredFile.name",
        "EvidenceFile.participants",
    }
    assert {place for place in wanted if not visits.is_told(place, READS)} == set()
