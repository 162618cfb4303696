"""The HTTP API over the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

import logs
from adapters.register.store import SqlRegister
from api.app import create_app
from api.http.server import serve
from desk import CaseDesk
from domain.office.office import Office
from settings import Settings
from temporal.client import connect
from wiring.delivery import finish_letters, make_messengers, require_services
from wiring.storage import (
    codes_key,
    evidence_store,
    make_links,
    make_passkeys,
    make_seal,
    private_data_folder,
    source_keys,
    swept,
)
from wiring.text_forms import TEXT_FORMS

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_desk(settings: Settings, office: Office) -> AsyncIterator[CaseDesk]:
    """Yield the desk, with the register open and a Temporal client that connects at its first call."""
    register = await SqlRegister.open(settings.register)
    messengers = make_messengers(settings, office, register)
    try:
        client = await connect(make_seal(settings), lazy=True)
        yield CaseDesk(
            register=register,
            client=client,
            office=office,
            forms=TEXT_FORMS,
            task_queue=settings.task_queue,
            base_url=settings.base_url,
            files=swept(evidence_store(settings)),
            messengers=messengers,
            links=make_links(settings, register),
            codes_key=codes_key(settings),
            source_keys=source_keys(settings),
            passkeys=make_passkeys(settings, office),
        )
    finally:
        await finish_letters(messengers)
        await register.close()


async def serve_api(settings: Settings, office: Office, stop: asyncio.Event) -> None:
    """Serve the HTTP API until `stop`.

    Raises:
        MissingServices: the office is live and a channel has no service.

    """
    require_services(settings, office)
    private_data_folder(settings)
    async with open_desk(settings, office) as desk:
        log.info("api.ready", address=settings.base_url)
        logs.serving()
        app = create_app(desk, hosts=(settings.api_host,), trusted_proxies=settings.trusted_proxies)
        await serve(app, settings.api_host, settings.api_port, stop)
