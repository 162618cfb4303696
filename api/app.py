"""The HTTP application over one desk."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import structlog
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api.http import problems
from api.http.form_room import FormRoom
from api.http.openapi import describe
from api.http.own_address import OwnAddress
from api.http.security_headers import SecurityHeaders
from api.http.source import ClientAddress, Networks
from api.officer import inbox, login, passkeys, stopped_cases
from api.officer.attempts import Attempts
from api.public import bulletin
from api.public.reading import Reading
from api.tasks import files as case_files
from api.tasks import passkeys as signing_passkeys
from api.tasks import routes
from api.v1 import cases, docs, figures, files, health, reports, units
from desk import CaseDesk
from desk.admission.door import Door
from domain.errors import Unavailable
from domain.vocabulary import Mode
from texts.catalogue import PACKAGED

log = structlog.get_logger(__name__)

WATCHING = 20.0
"""Seconds between two looks for workflows that were stopped in Temporal."""
FOLLOWING = 5.0
"""Seconds between two rounds in which cases that have moved are asked."""


def create_app(
    desk: CaseDesk, *, sweep_every: float = 30.0, hosts: Iterable[str] = (), trusted_proxies: Networks = ()
) -> FastAPI:
    """Return the application over `desk`; what `trusted_proxies` say of the source of a request is believed.

    `hosts` are the names it answers to, beside that of the desk's address and those of this machine.

    While it runs, it sweeps at its start and every `sweep_every` seconds (docs/overview.md, the way of one report).
    """
    app: FastAPI = FastAPIOffline(
        title="Piyao",
        version="1",
        docs_url=None,  # api/v1/docs.py has a page without an inline script
        redoc_url=None,
        redirect_slashes=False,  # a redirect is built from the Host header, which anybody can write
        lifespan=_lifespan(desk, sweep_every),
    )
    app.state.desk = desk
    app.state.style = (PACKAGED / "bulletin" / "bulletin.css").read_text(encoding="utf-8")
    app.state.page_style = (PACKAGED / "pages" / "task.css").read_text(encoding="utf-8")
    app.state.passkey_script = (PACKAGED / "pages" / "passkeys.js").read_text(encoding="utf-8")
    app.state.attempts = Attempts()
    app.state.door = Door(desk.office.policy.limits)
    for module in (reports, cases, files, units, figures, bulletin, health, docs):
        app.include_router(module.router)
    for page in (routes, case_files, signing_passkeys, login, passkeys, inbox, stopped_cases):
        app.include_router(page.router)
    problems.install(app)
    app.add_middleware(Reading)
    app.add_middleware(OwnAddress, hosts=(desk.base_url, *hosts))
    app.add_middleware(FormRoom)
    app.add_middleware(SecurityHeaders, live=lambda: desk.office.terms.mode is Mode.LIVE)
    app.add_middleware(ClientAddress, trusted=trusted_proxies)
    describe(app)
    return app


def _lifespan(desk: CaseDesk, every: float) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        # In the background: reports are taken while Temporal is down.
        rounds = [
            asyncio.create_task(sweep(desk, every)),
            asyncio.create_task(follow(desk, min(every, FOLLOWING))),
            asyncio.create_task(watch(desk, min(every, WATCHING))),
            asyncio.create_task(alarm(desk, min(every, WATCHING))),
        ]
        try:
            yield
        finally:
            for task in rounds:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    return lifespan


async def sweep(desk: CaseDesk, every: float) -> None:
    """Sweep every `every` seconds, for ever."""

    async def once() -> None:
        reports_handed_over, decisions_completed = await desk.sweep()
        if reports_handed_over or decisions_completed:
            log.info("sweep.done", reports=reports_handed_over, decisions=decisions_completed)

    await _repeat(once, every)


async def follow(desk: CaseDesk, every: float) -> None:
    """Ask the cases that have moved every `every` seconds, for ever."""
    await _repeat(desk.follow, every)


async def watch(desk: CaseDesk, every: float) -> None:
    """Look for cases whose workflow was stopped every `every` seconds, for ever."""
    await _repeat(desk.watch, every)


async def alarm(desk: CaseDesk, every: float) -> None:
    """Tell the administrators what could not be delivered every `every` seconds, for ever."""
    await _repeat(desk.alarm, every)


async def _repeat(once: Callable[[], Awaitable[object]], every: float) -> None:
    """Run rounds for ever. What fails in one is logged and tried again in the next."""
    while True:
        try:
            await once()
        except Unavailable as later:
            log.warning("sweep.later", reason=str(later))
        except Exception as bug:  # one bad row must not end the sweep for all the others
            where = "".join(traceback.format_tb(bug.__traceback__)[-6:])
            log.error("sweep.failed", error=type(bug).__name__, where=where)  # noqa: TRY400  (its text may be a report's)
        await asyncio.sleep(every)
