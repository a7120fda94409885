"""The web application: settings and a clock in, one FastAPI app out.

Here the capabilities are put side by side: routers, the menu, the agenda and the blocks of the
工作台, the ticks are each one list, in the order of business.
"""

import gc
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import anyio
from apscheduler.schedulers.background import BackgroundScheduler
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from app.agreements import api as agreements_api
from app.agreements import bench_api, bench_pages, calculator_api, calculator_pages
from app.agreements import pages as agreements_pages
from app.agreements.listing import READERS as AGREEMENT_READERS
from app.audit import pages as audit_pages
from app.clock import Clock, system_clock
from app.districts import administration, agenda_pages, sign_in
from app.districts import api as districts_api
from app.districts import pages as districts_pages
from app.districts.reminders import Source
from app.enterprises import api as enterprises_api
from app.enterprises import pages as enterprises_pages
from app.exchange import api as exchange_api
from app.exchange import pages as exchange_pages
from app.first_talk import agenda as first_talk_agenda
from app.first_talk import announcing as first_talk_announcing
from app.first_talk import api as first_talk_api
from app.first_talk import call_back_api as first_talk_call_backs_api
from app.first_talk import call_back_pages as first_talk_call_backs
from app.first_talk import case_api as first_talk_cases_api
from app.first_talk import case_pages as first_talk_cases
from app.first_talk import correction_pages as first_talk_corrections
from app.first_talk import interest_api as first_talk_interest_api
from app.first_talk import interest_pages as first_talk_interests
from app.first_talk import join_api as first_talk_joins_api
from app.first_talk import join_pages as first_talk_joins
from app.first_talk import ledger_checks as first_talk_ledger_checks
from app.first_talk import merge_api as first_talk_merging_api
from app.first_talk import merge_pages as first_talk_merging
from app.first_talk import pages as first_talk_pages
from app.first_talk import poaching
from app.first_talk import publications as first_talk_publications
from app.first_talk import receipt_pages as first_talk_receipts
from app.first_talk import register_pages as first_talk_register
from app.first_talk import service as first_talk
from app.first_talk import transfer_pages as first_talk_transfers
from app.first_talk.asking import READERS as ASKED_READERS
from app.first_talk.keys import KeyFolder
from app.first_talk.register import READERS as RIGHT_READERS
from app.kit import files, logs, problems
from app.kit.db import check_answers, make_engine
from app.kit.headers import PageHeaders
from app.kit.jobs import Tick, run_tick
from app.kit.key_files import write_once
from app.kit.sealed import use_vault
from app.kit.vault import Vault
from app.kit.web import STATIC, Block, MenuItem, templates
from app.kit.work import ADMINISTRATORS, NOBODY, STAFF, Office, Role
from app.leads import agenda as leads_agenda
from app.leads import api as leads_api
from app.leads import batch_api as leads_batch_api
from app.leads import hand_over_pages as leads_hand_over
from app.leads import import_pages as leads_imports
from app.leads import lapses
from app.leads import pages as leads_pages
from app.leads import saved_pages as leads_views
from app.leads.listing import READERS as LEAD_READERS
from app.parameters import api as parameters_api
from app.parameters import pages as parameters_pages
from app.projects import actual_api as projects_actual_api
from app.projects import actual_pages as projects_actuals
from app.projects import agenda as projects_agenda
from app.projects import api as projects_api
from app.projects import lapses as project_lapses
from app.projects import pages as projects_pages
from app.projects import relocation_agenda
from app.projects import relocation_api as projects_relocation_api
from app.projects import relocation_pages as projects_relocations
from app.projects.rows import READERS as PROJECT_READERS
from app.projects.rows import WRITERS as PROJECT_WRITERS
from app.reports import ledger_api as reports_ledger_api
from app.reports import ledger_pages as reports_ledgers
from app.reports import pages as reports_pages
from app.reports.service import READERS as REPORT_READERS
from app.settings import Settings

ROUTERS = (
    districts_pages.router,
    agenda_pages.router,
    districts_api.router,
    administration.router,
    parameters_pages.router,
    parameters_api.router,
    enterprises_pages.router,
    enterprises_api.router,
    first_talk_call_backs.router,
    first_talk_cases.router,
    first_talk_transfers.router,
    first_talk_interests.router,
    first_talk_interest_api.router,
    first_talk_receipts.router,
    first_talk_corrections.router,
    first_talk_receipts.public,
    first_talk_register.router,
    first_talk_joins.router,
    first_talk_merging.router,
    first_talk_pages.router,
    first_talk_api.router,
    first_talk_call_backs_api.router,
    first_talk_cases_api.router,
    first_talk_merging_api.router,
    first_talk_joins_api.router,
    first_talk_api.public,
    leads_imports.router,
    leads_views.router,
    leads_hand_over.router,
    leads_pages.router,
    leads_api.router,
    leads_batch_api.router,
    projects_actuals.router,
    projects_actual_api.router,
    projects_relocations.router,
    projects_relocation_api.router,
    projects_pages.router,
    projects_api.router,
    calculator_pages.router,
    calculator_api.router,
    agreements_pages.router,
    agreements_api.router,
    bench_pages.router,
    bench_api.router,
    exchange_api.router,
    exchange_pages.router,
    reports_ledgers.router,
    reports_ledger_api.router,
    reports_pages.router,
    reports_pages.everywhere,
    audit_pages.router,
)
MENU = (
    MenuItem("工作台", "/", "layout-dashboard", (*STAFF, *ADMINISTRATORS)),
    MenuItem("线索", "/leads", "bulb", LEAD_READERS),
    MenuItem("项目", "/projects", "building-factory-2", PROJECT_READERS),
    MenuItem("首谈", "/first-talk", "shield-check", RIGHT_READERS),
    MenuItem("报表", "/reports", "chart-bar", (*REPORT_READERS, Role.COORDINATOR)),
    MenuItem("协议与分享", "/agreements", "scale", AGREEMENT_READERS),
    MenuItem("企业库", "/enterprises", "building", STAFF),
    MenuItem("审计", "/audit", "shield-check", (Role.AUDITOR,)),
    MenuItem("管理", "/parameters", "settings", STAFF),
    MenuItem("管理", "/admin/users", "settings", (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)),
)
AGENDA = (
    Source(first_talk_agenda.READERS, first_talk_agenda.calls),
    Source(leads_agenda.READERS, leads_agenda.calls),
    Source(projects_agenda.READERS, projects_agenda.calls),
    Source(relocation_agenda.READERS, relocation_agenda.calls),
)
BLOCKS = (
    Block("今日必办", "/today/block", first_talk_agenda.READERS),
    Block(
        "待办协议", "/agreements/blocks/waiting", (Role.NEGOTIATOR, Role.COORDINATOR), wide=False
    ),
    Block("首谈到期", "/first-talk/blocks/ending", LEAD_READERS),
    Block("待写进展", "/projects/quiet", PROJECT_WRITERS),
    Block("待核验", "/projects/unchecked", (Role.UNIT_HEAD, Role.FINANCE), wide=False),
    Block("新线索", "/leads/new-leads", LEAD_READERS, wide=False),
    Block("待补正", "/first-talk/blocks/incomplete", (Role.OFFICER, Role.UNIT_HEAD), wide=False),
    Block("联合持有", "/first-talk/blocks/joins", (Role.OFFICER, Role.UNIT_HEAD), wide=False),
    Block("谁查过我", "/first-talk/blocks/asked", ASKED_READERS, wide=False),
    Block("流转", "/first-talk/blocks/transfers", (Role.COORDINATOR,), wide=False),
    Block("抽查回访", "/first-talk/blocks/call-backs", (Role.COORDINATOR,), wide=False),
    Block(
        "异议与裁定",
        "/first-talk/blocks/cases",
        (Role.OFFICER, Role.UNIT_HEAD, Role.COORDINATOR),
        wide=False,
    ),
)
ENTERPRISE_BLOCKS: tuple[Block, ...] = ()
TICKS: tuple[Tick, ...] = (
    Tick("first_talk.settle", first_talk.settle_due, seconds=60),
    Tick("first_talk.poaching", poaching.record_ended, seconds=3600),
    Tick("leads.pool_lapsed", lapses.pool_lapsed, seconds=60),
    Tick("projects.pool_lapsed", project_lapses.pool_lapsed, seconds=60),
    Tick("first_talk.lapse_notice", first_talk.notify_lapses, seconds=3600),
    Tick("first_talk.announce", first_talk_announcing.announce, seconds=600),
    Tick("first_talk.check_ledger", first_talk_ledger_checks.check_on, seconds=600),
    Tick("first_talk.fix_ends", first_talk_publications.fix_ends, seconds=600),
    Tick("files.drop_unlinked", files.drop_unlinked, seconds=3600),
)


def make_office(settings: Settings, clock: Clock = system_clock) -> Office:
    """The office of one installation: its database, files and keys, made on first use."""
    folder = settings.data / "files"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = Vault(settings.sealing)
    vault.make_first()
    engine = make_engine(settings.database)
    use_vault(engine, vault)
    signing = KeyFolder(settings.data / "signing")
    services = {"files": folder, "signing": signing, "vault": vault}
    return Office(engine, clock, _trail_secret(settings.trail_key), services)


def _trail_secret(place: Path) -> bytes:
    """The key that seals personal values in the trail, made once."""
    if not place.exists():
        write_once(place, secrets.token_bytes(32))
    return place.read_bytes()


def create_app(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The application over a prepared and migrated installation."""
    logs.set_up()
    office = make_office(settings, clock)
    app = FastAPI(
        title="同招 API",
        version=program_version(),
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.settings, app.state.office, app.state.version = settings, office, app.version
    app.state.templates, app.state.menu, app.state.blocks = templates(), MENU, BLOCKS
    app.state.agenda = AGENDA
    app.state.enterprise_blocks = ENTERPRISE_BLOCKS
    app.state.turns = anyio.Semaphore(1 if settings.is_sqlite else 16)
    app.state.demo_users = lambda: _demo_users(office) if settings.demo else []
    problems.install(app)
    app.add_middleware(PageHeaders)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in ROUTERS:
        app.include_router(router)
    _operation(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    scheduler = BackgroundScheduler(timezone="Asia/Shanghai")
    for tick in TICKS:
        scheduler.add_job(
            run_tick,
            "interval",
            args=(app.state.office, tick),
            seconds=tick.seconds,
            coalesce=True,
            max_instances=1,
        )
    scheduler.start()
    gc.freeze()
    yield
    scheduler.shutdown()
    app.state.office.engine.dispose()


def _demo_users(office: Office) -> list[object]:
    with office.open(NOBODY, reads=True) as work:
        return list(sign_in.demo_accounts(work))


def program_version() -> str:
    """The version of the program, as installed."""
    try:
        return version("tongzhao")
    except PackageNotFoundError:
        return "0.1.0"


def _operation(app: FastAPI) -> None:
    """The addresses that watch over a running server; open to everybody."""

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def readyz(request: Request) -> dict[str, str]:
        check_answers(request.app.state.office.engine)
        return {"status": "ok"}

    @app.get("/version", include_in_schema=False)
    async def program(request: Request) -> dict[str, str]:
        return {"version": request.app.state.version}

    @app.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> Response:
        return Response(status_code=204)
