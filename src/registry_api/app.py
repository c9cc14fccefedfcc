"""The application: middleware, handlers, routers; nothing else."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from registry_api import __doc__ as description
from registry_api.accounts.entry import enter
from registry_api.accounts.password_change import router as password
from registry_api.accounts.router import router as sessions
from registry_api.accounts.sign_in_router import entrance, second_step
from registry_api.activation.router import router as activation
from registry_api.announcements.router import router as announcements
from registry_api.applications import decision_router, file_router, form_router
from registry_api.applications.reason_router import router as reasons
from registry_api.applications.router import router as applications
from registry_api.applications.staff_router import authority, institution
from registry_api.captchas.router import router as captchas
from registry_api.clients.router import router as clients
from registry_api.contacts.router import links as mail_links
from registry_api.contacts.router import router as contacts
from registry_api.contract import describe
from registry_api.enrolment.router import router as enrolment
from registry_api.identity_cases.router import authority as authority_identity
from registry_api.identity_cases.router import institution as institution_identity
from registry_api.identity_cases.router import router as identity
from registry_api.institutions.authority_router import router as authority_choices
from registry_api.institutions.router import router as reference
from registry_api.kit.clock import Clock, WorkingDays
from registry_api.kit.metrics import CONNECTIONS, METRICS, may_scrape
from registry_api.kit.middleware import RequestFrame
from registry_api.kit.problems import NotFound, ServiceUnavailable, install_handlers
from registry_api.kit.route import API_PREFIX
from registry_api.kit.settings import Settings
from registry_api.kit.work import System
from registry_api.licences import router as licences
from registry_api.notices.router import router as notices
from registry_api.parts import make_system, read_calendar
from registry_api.personal_data.router import own_events
from registry_api.personal_data.router import router as personal_data
from registry_api.photo_reviews.router import router as photo_reviews
from registry_api.photos.router import router as photos
from registry_api.public_register import router as public_register
from registry_api.recovery.router import router as recovery
from registry_api.register.roster_router import router as own_practitioners
from registry_api.register.router import authority as authority_register
from registry_api.register.router import router as registrations
from registry_api.second_factors.router import router as second_factors
from registry_api.staff.invitation_router import router as staff_invitations
from registry_api.staff.router import authority as authority_people
from registry_api.staff.router import institution as institution_people
from registry_api.staff.superior_router import institutions as institution_administration
from registry_api.staff.superior_router import router as supervised_offices
from registry_api.staff.superior_router import subordinates as authority_administration
from registry_api.wechat.pages import router as wechat_pages
from registry_api.wechat.router import router as wechat

_CALENDAR_SECONDS = 60.0
_ROUTERS = (
    entrance,
    second_step,
    sessions,
    second_factors,
    captchas,
    clients,
    enrolment,
    activation,
    identity,
    institution_identity,
    authority_identity,
    reference,
    announcements,
    reasons,
    public_register.lookups,
    public_register.router,
    public_register.institution,
    licences.doctor,
    licences.public,
    licences.keys,
    applications,
    registrations,
    photos,
    photo_reviews,
    authority_register,
    own_practitioners,
    institution,
    authority,
    file_router.doctor,
    file_router.institution,
    file_router.authority,
    form_router.doctor,
    form_router.institution,
    form_router.authority,
    decision_router.institution,
    decision_router.authority,
    authority_choices,
    notices,
    password,
    contacts,
    mail_links,
    recovery,
    own_events,
    personal_data,
    staff_invitations,
    institution_people,
    authority_people,
    supervised_offices,
    institution_administration,
    authority_administration,
    wechat,
    wechat_pages,
)


def create_app(settings: Settings, *, clock: Clock | None = None) -> FastAPI:
    """The ASGI application; its parts are in `app.state.system`."""
    system = make_system(settings, dsn=settings.database_url.get_secret_value(), clock=clock)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await system.database.open()
        await system.counters.open()
        await system.storage.open()
        yield
        await system.storage.close()
        await system.counters.close()
        await system.database.close()

    app = FastAPI(
        title="中医（专长）医师电子化注册",
        version="1.0.0",
        description=description or "",
        lifespan=lifespan,
        docs_url=None,  # Swagger's page loads from elsewhere, which the policy refuses; any tool reads the contract
        redoc_url=None,
        openapi_url=f"{API_PREFIX}/openapi.json",
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.system = system
    app.state.enter = enter
    app.state.read_calendar = _calendar_reader(system)
    app.add_middleware(RequestFrame, settings=settings)
    install_handlers(app)
    for router in _ROUTERS:
        # Flat: an included router is matched twice and its routes are wrapped, a tenth of a short request's CPU.
        app.router.routes.extend(router.routes)
    if settings.shows_inbox:
        from registry_api.development.pages import ROUTES  # noqa: PLC0415 (only on a development machine)

        app.router.routes.extend(ROUTES)
    _add_probes(app, system)
    describe(app)
    if settings.frontends_directory is not None:
        from registry_api.kit.spa import mount_portals  # noqa: PLC0415 (only where bundles are served)

        mount_portals(app, settings.frontends_directory)
    return app


def _calendar_reader(system: System) -> Any:
    """The calendar is read again every minute, so that an edit by an administrator counts soon."""
    known: list[tuple[float, WorkingDays]] = []

    async def read() -> WorkingDays:
        if known and known[0][0] > time.monotonic():
            return known[0][1]
        async with system.database.connection() as connection:
            calendar = await read_calendar(connection)
        known[:] = [(time.monotonic() + _CALENDAR_SECONDS, calendar)]
        return calendar

    return read


def _add_probes(app: FastAPI, system: System) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def health() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    async def ready() -> dict[str, str]:
        """The database answers too."""
        async with system.database.connection() as connection:
            if await connection.fetchval("SELECT pg_is_in_recovery()"):
                raise ServiceUnavailable
        return {"status": "ready"}

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """Prometheus text; needs the metrics token, and does not exist without one."""
        token = system.settings.metrics_token.get_secret_value()
        if not may_scrape(request.headers.get("authorization"), token):
            raise NotFound
        CONNECTIONS.set(system.database.in_use())
        return Response(generate_latest(METRICS), media_type=CONTENT_TYPE_LATEST)
