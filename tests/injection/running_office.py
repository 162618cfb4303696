"""The real application over a real register that holds every telling of every text; only the workflow is not there.

Which text a request is about stands in its header `X-Text`: a browser asks for the same addresses of every text.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.office.sample_keys import sample_key
from adapters.register.store import SqlRegister
from api.app import create_app
from api.forms.catalogue import FORMS
from api.forms.model import PARTS, ROWS, Form, Widget
from api.forms.render import Drawing
from api.forms.resubmission import RejectedForm
from api.forms.shown import Shown
from api.forms.submission import FormSubmission
from api.officer import inbox
from api.tasks import page as taskpage
from api.tasks.open_link import opened
from api.tasks.page import TaskPage
from desk import CaseDesk
from desk.case_client import CaseClient, CaseReading
from domain.access.reading import ReadingRight
from domain.case.payloads import Issue
from domain.case.summary import Record, RecordQuery
from domain.decisions import Actor
from domain.office.office import Office
from domain.ports.delivery import Published
from domain.ports.rows import CaseFilter, CaseRow
from domain.reports.report import IncomingReport, Report
from domain.runs import RunStatus
from domain.tasks.action import AvailableAction
from domain.tasks.brief import Brief, brief_of
from domain.tasks.task import Task
from domain.tasks.task_links import TaskLink
from domain.vocabulary import Mode, Seat
from settings import Settings
from tests.adapters.office.played_cases import START
from tests.injection.case_scripts import REPEATING, told
from tests.injection.field_filler import Pen
from tests.injection.hostile_office import TOPICAL, WORDS, Telling, named
from texts.catalogue import install
from wiring.storage import evidence_store, make_links, make_passkeys, source_keys
from wiring.text_forms import TEXT_FORMS

CHOSEN: ContextVar[int] = ContextVar("CHOSEN", default=0)
FAR = 4_000_000_000
TOGETHER = "/t/all/together"
KEY = f"Bearer {sample_key('wxb-duty')}"
"""What opens the inbox."""

PAGES = {
    "triage": ("fresh", Task.TRIAGE, "wxb-duty"),
    "verify": ("argued", Task.VERIFY, "hbj-duty"),
    "coordinate": ("argued", Task.COORDINATE, "wxb-duty"),
    "review": ("argued", Task.REVIEW, "hbj-deputy"),
    "draft": ("assigned", Task.DRAFT, "wxb-editor"),
    "session": ("argued", Task.SESSION, "hbj-duty"),
    "confirm": ("argued", Task.CONFIRM, "wxb-duty-leader"),
    "settled": ("settled", Task.LOOK, "wxb-duty"),
    "delayed": ("delayed", Task.VERIFY, "swj-duty"),
    "silent": ("silent", Task.COORDINATE, "wxb-duty"),
    "elsewhere": ("elsewhere", Task.DRAFT, "wxb-editor"),
    "closed": ("closed", Task.CLOSE, "wxb-duty"),
    "passed_on": ("passed_on", Task.TRIAGE, "wxb-duty"),
    "waiting": ("waiting", Task.TRIAGE, "wxb-duty"),
    "worded": ("worded", Task.COORDINATE, "wxb-duty"),
}
"""Task pages: of which telling, for which task, opened by whom."""


AGAIN = ("verify", "review", "session", "confirm")
"""Pages that show what another page of the same telling shows, too."""


class Door(CaseClient):
    """A case client that answers for the workflow, by the very functions the workflow answers with."""

    def __init__(self, cases: dict[str, Telling]) -> None:
        self.cases = cases

    async def read(self, case_id: str, query: RecordQuery) -> CaseReading:
        telling = self.cases[case_id]
        return CaseReading(Record(summary=telling.summary, entries=(), head=telling.case.head), RunStatus.RUNNING)

    async def brief(self, case_id: str, actor: Actor) -> Brief | None:
        return brief_of(self.cases[case_id].case, actor)


class Desk(CaseDesk):
    """The desk of one text's office: its cases alone, at one fixed instant."""

    cases: dict[str, Telling]
    listed: list[str]
    """The cases every text has been told in."""

    def now(self) -> datetime:
        return START

    async def list(self, where: CaseFilter, right: ReadingRight) -> Sequence[CaseRow]:
        rows = [await self.register.case(case) for case in self.listed]
        return [row for row in rows if row and row.summary and row.summary.stage is where.stage]

    async def pages(self, limit: int = 50, skip: int = 0) -> Sequence[Published]:
        pages = [await self.register.page(case) for case in self.listed]
        return [page for page in pages if page]


@dataclass(frozen=True)
class Room:
    """One text, or the twin: the pen that wrote it, its office and desk, its cases by telling."""

    pen: Pen
    office: Office
    desk: Desk
    tellings: dict[str, Telling]

    def pages(self) -> dict[str, str]:
        """The pages that together show every field, by name."""
        pages = self.every_page()
        again = {*AGAIN, *REPEATING, *(f"bulletin {name}" for name in REPEATING)}
        return {name: address for name, address in pages.items() if name not in again}

    def every_page(self) -> dict[str, str]:
        """Every page this text is on, by name."""
        tasks = {name: self._link(*page) for name, page in PAGES.items() if page[0] in self.tellings}
        published = [name for name in ("closed", "elsewhere", "silent") if name in self.tellings]
        bulletins = {f"bulletin {name}": f"/bulletin/{self.case(name)}" for name in published}
        fixed = {"inbox": "/desk/inbox", "index": "/bulletin"}
        return {**tasks, "typed": tasks["verify"].replace("/t/", "/t/typed/"), **bulletins, **fixed}

    def case(self, telling: str) -> str:
        return self.tellings[telling].case.opening.case_id

    def _link(self, telling: str, task: Task, who: str) -> str:
        person = next(one for one in self.office.people if one.id == who)
        case = self.tellings[telling].case
        return self.desk.links.path(
            TaskLink(
                case_id=case.opening.case_id,
                visit=case.visit,
                person=who,
                task=task,
                unit=person.unit,
                seat=Seat(person.seats[0]),
                channel="mail",
                expires=FAR,
            )
        )


class Switchboard:
    """The desk that belongs to the text a request is about."""

    def __init__(self, rooms: Sequence[Room]) -> None:
        self._rooms = rooms

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rooms[CHOSEN.get()].desk, name)

    async def sweep(self) -> tuple[int, int]:
        return 0, 0


class Typed(TaskPage):
    """A task page with every form there is, each sent back with the pen's words in all its fields and as its faults."""

    pen: Pen

    def _forms(self, trouble: RejectedForm | None) -> list[Shown]:
        few = self.desk.office.model_copy(update={"units": {TOPICAL: self.desk.office.units[TOPICAL]}})
        drawing = Drawing(few)  # all units stand on the other pages; here they would stand once per form
        return [self._sent_back(drawing, number, form) for number, form in enumerate(FORMS)]

    def _sent_back(self, drawing: Drawing, number: int, form: Form) -> Shown:
        def write(name: str) -> str:
            return self.pen(f"typed {form.name} {name}")

        fields = {one.name for one in form.fields}
        fields |= {
            f"{one.name}-{row}-{part}"
            for one in form.fields
            if one.widget in PARTS
            for row in range(ROWS[one.widget])
            for part in (*PARTS[one.widget], *(("digest",) if one.widget is Widget.EVIDENCE else ()))
        }
        ordered = sorted(fields)
        sent = FormSubmission({name: [write(name)] for name in ordered}, {})
        only = {form.chooses: (write(form.chooses),)} if form.chooses else {}
        offer = AvailableAction(
            kind=form.kind, preset={name: write(f"carried {name}") for name in form.carries}, only=only
        )
        faults = {name: write(f"fault {name}") for name in ordered}
        return drawing.show(number, form, offer, sent, faults, write("key"))


@dataclass(frozen=True)
class House:
    """All rooms, the twin's first, and the application that serves them."""

    rooms: list[Room]
    app: ASGIApp


@asynccontextmanager
async def house(
    folder: Path, written: Sequence[str], patch: pytest.MonkeyPatch, *, whole: Collection[str] = ()
) -> AsyncIterator[House]:
    """Tell every text and the twin into one register, some as a `whole`, and build the application over it."""
    patch.setattr(taskpage, "LAST", 1000)
    patch.setattr(inbox, "LISTED", 1000)
    settings = Settings(data=folder)
    install(WORDS)
    register = await SqlRegister.open(settings.register)
    try:
        rooms = [
            _room(settings, register, Pen(text), number, fewer=text is not None and text not in whole)
            for number, text in enumerate([None, *written])
        ]
        await asyncio.gather(*(_filed(register, one) for room in rooms for one in room.tellings.values()))
        yield House(rooms, _chosen_by_header(_application(rooms)))
    finally:
        await register.close()


def _room(settings: Settings, register: SqlRegister, pen: Pen, number: int, *, fewer: bool) -> Room:
    office = named(pen)
    tellings = told(office, pen, number, fewer=fewer)
    client: Any = None  # nothing reaches the workflow: the door is ours
    desk = Desk(
        register=register,
        client=client,
        office=office,
        forms=replace(TEXT_FORMS, claim=lambda claim: ""),  # a page would list other tellings than that of its twin
        task_queue="none",
        base_url=settings.base_url,
        links=make_links(settings, register),
        files=evidence_store(settings),
        messengers={},
        passkeys=make_passkeys(settings, office),
        codes_key=b"codes",
        source_keys=source_keys(settings),
    )
    desk.cases = {one.case.opening.case_id: one for one in tellings.values()}
    desk.listed = [one.case.opening.case_id for name, one in tellings.items() if name not in REPEATING]
    desk._client = desk._closed_cases._client = Door(desk.cases)
    return Room(pen, office, desk, tellings)


async def _filed(register: SqlRegister, telling: Telling) -> None:
    """Let the register hold a telling as the running system would have left it."""
    opening = telling.case.opening
    filing = IncomingReport(
        report_id=f"r{opening.case_id}",
        key=opening.case_id,
        body_digest="0" * 64,
        report=Report(text=opening.claim, place=opening.place, channel=opening.channel),
        claim_key=None,
        level=opening.level,
        case_id=opening.case_id,
        year=2026,
        accepted_at=START,
    )
    await register.file(filing)
    await register.append(Record(summary=telling.summary, entries=tuple(telling.entries), head=telling.case.head))
    for publication in telling.publications:
        if publication.channel == "bulletin":
            issue = Issue(case_id=opening.case_id, at=START, mode=Mode.DEMO, publication=publication)
            await register.put(issue)


def _application(rooms: Sequence[Room]) -> ASGIApp:
    board: Any = Switchboard(rooms)
    app = create_app(board)

    async def typed(request: Request, token: str) -> HTMLResponse:
        page = await Typed.of(board, await opened(request, board, token))
        room = rooms[CHOSEN.get()]
        object.__setattr__(page, "pen", room.pen)
        trouble = RejectedForm(FORMS[0], FormSubmission({}, {}), says=room.pen("typed says"))
        return HTMLResponse(page.written(trouble=trouble))

    async def together() -> HTMLResponse:
        """Give all pages of a text as one document: one after the other, to the letter."""
        headers = {"Authorization": KEY, "X-Text": str(CHOSEN.get())}
        transport = httpx2.ASGITransport(app=_chosen_by_header(app))
        written = []
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            for name, address in rooms[CHOSEN.get()].pages().items():
                answer = await http.get(address, headers=headers if name == "inbox" else {"X-Text": headers["X-Text"]})
                assert answer.status_code == 200, (name, answer.text)
                written.append(answer.text)
        return HTMLResponse("".join(written))

    app.add_api_route(TOGETHER, together, methods=["GET"], response_model=None)
    app.add_api_route("/t/typed/{token}", typed, methods=["GET"], response_model=None)
    return app


def _chosen_by_header(app: ASGIApp) -> ASGIApp:
    async def choosing(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            CHOSEN.set(int(Request(scope).headers.get("x-text", "0")))
        await app(scope, receive, send)

    return choosing
