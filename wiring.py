"""The composition root: the only importer of adapters; joins the ports to what the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.notices import Notices
from activities.publishing import Publishing
from activities.recording import Recording
from adapters.credentials import key_files
from adapters.credentials.signed_tokens import SignedTokens
from adapters.egress.loopback import on_loopback, require_loopback
from adapters.evidence.clamd import Clamd
from adapters.evidence.store import DiskFiles
from adapters.matching.claim_key import claim_key
from adapters.messengers import live_only as messages_by_mode
from adapters.messengers.outbox import OutboxMessenger
from adapters.messengers.phone import PhoneTasks
from adapters.messengers.smtp import SmtpMessenger
from adapters.messengers.webhook import WebhookMessenger
from adapters.office import new_office, problems, text_checks
from adapters.office.load import load_calendar, load_office
from adapters.office.people_file import PeopleFile
from adapters.office.placeholders import Placeholders, placeholders
from adapters.office.sample_keys import is_sample_digest, sample_key
from adapters.publishers import live_only as pages_by_mode
from adapters.publishers.bulletin import BulletinPublisher
from adapters.publishers.outbox import OutboxPublisher
from adapters.publishers.partner import PartnerPublisher
from adapters.register.engine import upgrade
from adapters.register.engine.sqlite import register_url
from adapters.register.store import SqlRegister
from desk import CaseDesk
from domain.office.office import Office
from domain.ports.delivery import Messenger, Publisher
from domain.tasks.task_links import Links
from domain.vocabulary import Mode
from domain.worktime.office_calendar import SOON
from settings import ENV_FILE, Settings
from temporal import search_attributes
from temporal.client import connect
from temporal.seal import Seal
from texts.catalogue import folder_of, install
from workflows.case.operator_view import Pages
from workflows.rumor_case import RumorCase

log = structlog.get_logger(__name__)

PASSED_THROUGH = (
    "activities",
    "domain",
    "jinja2",
    "markupsafe",
    "structlog",
    "temporal",
    "texts",
    "workflows",
)
"""Modules the workflow sandbox shares instead of importing anew for every case: ours, held pure by the linter's banned
calls and by replaying every history a test makes, and what the texts need."""

new_personal_key, key_written, office_calendar = key_files.new_personal_key, key_files.written_when_done, load_calendar
OfficeError, NotEmpty = problems.OfficeError, new_office.NotEmpty
"""What the command line uses and catches, without knowing where it comes from."""

STICKY = timedelta(seconds=2)
"""How long a task waits for the worker that has the case in its cache: the price of a killed worker."""


class MissingMail(Exception):
    """Say that no mail server is set, though the office is live and its policy sends `channels` by one."""

    def __init__(self, channels: list[str]) -> None:
        super().__init__(f'PIYAO_SMTP_URL is not set; with mode = "live" the policy sends by smtp: {channels}')
        self.channels = channels


def load(settings: Settings, *, proven: bool = True) -> Office:
    """Read the office's folder, prove and install its texts; raises OfficeError naming file, key, value and rule."""
    office, folder = load_office(settings.office_folder), folder_of(settings.office_folder)
    install(text_checks.catalogue(folder, office.policy.zone, proven=proven))
    return office


def seal(settings: Settings) -> Seal:
    """Return the seal with the key that API and worker share; the first to need it makes it."""
    return Seal(key_files.seal_key(settings.seal_key))


def links(settings: Settings) -> Links:
    """Return who writes and reads the links to task pages; worker and API share the key, as with the seal."""
    return Links(SignedTokens(key_files.token_keys(settings.seal_key)), settings.base_url)


def write_sample_keys(settings: Settings) -> Path | None:
    """Write the sample persons' keys under the data folder; None where there are none (live mode refuses them)."""
    persons = sample_persons(load(settings))
    if not persons:
        return None
    folder = settings.data / "keys" / "persons"
    key_files.write_sample_keys(folder, {one: sample_key(one) for one in persons})
    return folder


def sample_persons(office: Office) -> list[str]:
    """Return who has a public sample key."""
    return [person.id for person in office.people if is_sample_digest(person)]


def messengers(settings: Settings, office: Office) -> dict[str, Messenger]:
    """Return who carries each channel of the policy; what has no service is written to the outbox on disk."""
    outbox = OutboxMessenger(settings.data / "outbox")
    named: dict[str, Messenger] = {"outbox": outbox, "phone_task": PhoneTasks(settings.data / "outbox")}
    mode = office.terms.mode
    if (server := mail_server(settings, office)) is not None:
        named["smtp"] = _guarded(_open(settings.smtp_url) or "", server, outbox)
    if settings.message_url is not None:
        require_loopback(settings.message_url, mode, "PIYAO_MESSAGE_URL")
        secret = _open(settings.message_secret)
        webhook = WebhookMessenger(settings.message_url, secret, trusted=settings.trusted_networks)
        named["webhook"] = _guarded(settings.message_url, webhook, outbox)
    return {channel: named.get(adapter, outbox) for channel, adapter in office.policy.channels.items()}


def mail_server(settings: Settings, office: Office) -> SmtpMessenger | None:
    """Return who sends mail; None where letters stay in the outbox.

    Raises:
        MissingMail: no server is set, though the office is live and its policy sends mail.
        ValueError: what is set is no address of a mail server, or one outside this machine in demo or drill.

    """
    url, mode = _open(settings.smtp_url), office.terms.mode
    if url is None:
        by_mail = [channel for channel, service in office.policy.channels.items() if service == "smtp"]
        if by_mail and mode is Mode.LIVE:
            raise MissingMail(by_mail)
        return None
    require_loopback(url, mode, "PIYAO_SMTP_URL")
    return SmtpMessenger(url)


def _guarded(url: str, outside: Messenger, outbox: Messenger) -> Messenger:
    """Keep what a demo or a drill sends on this machine, also when the office has gone live meanwhile."""
    return outside if on_loopback(url) else messages_by_mode.LiveOnly(outside, outbox)


def publishers(settings: Settings, office: Office, register: SqlRegister) -> dict[str, Publisher]:
    """Return who brings pages to each public channel."""
    outbox: Publisher = OutboxPublisher(settings.data / "outbox", base_url=settings.base_url)
    partner = outbox
    if settings.partner_url is not None:
        require_loopback(settings.partner_url, office.terms.mode, "PIYAO_PARTNER_URL")
        secret, trusted = _open(settings.partner_secret), settings.trusted_networks
        partner = PartnerPublisher(settings.partner_url, secret, base_url=settings.base_url, trusted=trusted)
        if not on_loopback(settings.partner_url):
            partner = pages_by_mode.LiveOnly(partner, outbox)
    return {"bulletin": BulletinPublisher(register, settings.base_url), "partner": partner}


def files(settings: Settings) -> DiskFiles:
    """Return the store of files of evidence, with the scanner that is set."""
    scan = Clamd(settings.clamd_url).scan if settings.clamd_url else None
    return DiskFiles(settings.data / "files", scan=scan)


def swept(store: DiskFiles) -> DiskFiles:
    """Remove what killed processes left half written; a disk that refuses must not keep the API from starting."""
    try:
        if removed := store.sweep():
            log.info("files.swept", removed=removed)
    except OSError as fault:
        log.warning("files.not_swept", reason=fault.strerror)
    return store


def _open(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


def runner() -> SandboxedWorkflowRunner:
    """Return the sandbox workflows run in, here and in every replay."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def build_worker(settings: Settings, office: Office, client: Client, register: SqlRegister) -> Worker:
    """Build the one worker that serves workflows and activities: together, so that activities start eagerly."""
    notices = Notices(
        receipts=register,
        roster=office,
        messengers=messengers(settings, office),
        links=links(settings),
        shorts={unit.code: unit.short for unit in office.units.values()},
        office=office.terms.office.code,
    )
    publishing = Publishing(ledger=register, publishers=publishers(settings, office, register))
    recording = Recording(ledger=register)
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[RumorCase],
        activities=[notices.notify, publishing.publish, recording.record],
        workflow_runner=runner(),
        interceptors=[Pages()],
        max_cached_workflows=settings.workflow_cache,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=timedelta(seconds=10),
    )


def replayer() -> Replayer:
    """Return a replayer that runs histories exactly as the worker does; it needs no key."""
    return Replayer(
        workflows=[RumorCase],
        workflow_runner=runner(),
        data_converter=pydantic_data_converter,
        interceptors=[Seal(b"")],
    )


def people_file(settings: Settings) -> PeopleFile:
    """Return the file of persons of the office's folder, to be edited."""
    return PeopleFile(settings.office_folder)


def found_office(folder: Path, told: dict[str, object], today: date) -> new_office.Founded:
    """Write the folder of a new office; see `adapters.office.new_office.found`."""
    return new_office.found(folder, told, today)


def left_to_fill_in(office: Office) -> Placeholders:
    """Return what a founded office still has from the sample."""
    return placeholders(office)


def register_revisions(settings: Settings) -> upgrade.Revisions:
    """Look at which migration the register stands; raises Unavailable when it cannot be opened."""
    return upgrade.revisions(register_url(settings.register))


def open_keys(settings: Settings) -> list[Path]:
    """Return the files with keys or passwords others than their owner can use."""
    office = settings.office_folder
    return key_files.open_to_others((settings.seal_key, settings.data / "keys", office / "keys", office / ENV_FILE))


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[CaseDesk]:
    """Open the desk: the register, and a Temporal client that connects at its first call."""
    office = load(settings)
    register = await SqlRegister.open(settings.register)
    try:
        client = await connect(seal(settings), lazy=True)
        yield CaseDesk(
            register=register,
            client=client,
            office=office,
            claim_key=claim_key,
            task_queue=settings.task_queue,
            base_url=settings.base_url,
            files=swept(files(settings)),
            messengers=messengers(settings, office),
            links=links(settings),
        )
    finally:
        await register.close()


async def run_worker(settings: Settings, stop: asyncio.Event) -> None:
    """Serve cases until `stop`; then drain: finish what is in hand, take nothing new."""
    office = load(settings)
    mail_server(settings, office)  # a missing one is told before anything is reached or made
    left = (office.known_until - office.day(datetime.now(UTC))).days  # noqa: TID251  (of the start, not of a case)
    if left < SOON and office.terms.mode is not Mode.DEMO:
        log.warning("office.calendar_ends", until=str(office.known_until), days=left)
    settings.data.mkdir(parents=True, exist_ok=True)
    client = await connect(seal(settings))
    await search_attributes.ensure(client)
    register = await SqlRegister.open(settings.register)
    try:
        async with build_worker(settings, office, client, register):
            log.info("worker.ready", task_queue=settings.task_queue, namespace=client.namespace)
            await stop.wait()
            log.info("worker.draining")
    finally:
        await register.close()


async def run_api(settings: Settings, stop: asyncio.Event) -> None:
    """Serve the HTTP API until `stop`."""
    from api.app import create_app  # noqa: PLC0415  (the worker shares this file and needs no web framework)
    from api.server import serve  # noqa: PLC0415

    settings.data.mkdir(parents=True, exist_ok=True)
    async with open_desk(settings) as desk:
        log.info("api.ready", address=settings.base_url)
        await serve(create_app(desk), settings.api_host, settings.api_port, stop)
