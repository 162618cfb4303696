"""A small office in a box: register, desk, worker and outbox, over the shared real server."""

from __future__ import annotations

import asyncio
import functools
import itertools
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import (
    Client,
    Interceptor,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowQueryFailedError,
)
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig, WorkflowEnvironment
from temporalio.worker import Worker

from adapters.register.store import SqlRegister
from desk import CaseDesk
from domain.access.reading import EVERYTHING
from domain.case.answer import Answer
from domain.case.summary import Summary
from domain.decisions import Decision
from domain.errors import Refused, Unavailable
from domain.events.chain import first_break, first_hash
from domain.office.limits import Limits
from domain.office.office import Office, Person
from domain.ports.rows import CaseFilter
from domain.reports.report import IncomingReport, Report, ReportReceipt
from domain.reports.sources import Source
from domain.vocabulary import Seat, Stage
from settings import PACKAGED, Settings
from temporal.client import COMPRESSION
from temporal.converter import data_converter
from tests import empty_register
from tests.outboxes import letters
from tests.retelling import Ear, retold
from texts.catalogue import Texts, current, install
from wiring.delivery import make_messengers
from wiring.office import load_office
from wiring.storage import codes_key, evidence_store, make_links, make_passkeys, make_seal, source_keys
from wiring.text_forms import TEXT_FORMS
from wiring.worker import build_worker
from workflows import names

EVIDENCE = [
    {
        "kind": "检测记录",
        "source": "出厂水逐时检测",
        "url": "https://swj.mc.example/1",
        "captured_at": "2026-11-23T09:00:00+08:00",
    }
]
Build = Callable[[Settings, Office, Client, SqlRegister], Worker]

CLAIM = "自来水厂水源被污染了，今晚八点起全市停水三天，大家赶快接水囤水"
FAR = TimeSkippingConfig(max_session_skip_count=10_000)
"""By the server's own limit, 200 skips, a clock stands still in the midst of a long way, and nobody is told."""

UNBOUNDED = Limits(
    anonymous_per_source=100_000,
    anonymous_in_all=100_000,
    reports_per_key=100_000,
    decisions_per_second=100_000,
    letters_per_hour=100_000,
)
"""Stories are told as fast as they can be; the tests of the limits set their own."""

PATIENCE = 800
"""How often a wait looks, every 50 ms, before it gives up."""


class World:
    """An office on a real server: reports come in, officers decide, time moves, and everything stays observable."""

    def __init__(self, settings: Settings, office: Office, client: Client, register: SqlRegister, build: Build) -> None:
        self.settings, self.office, self.client, self.register, self._build = settings, office, client, register, build
        self.worker: Worker | None = None
        self.ear = Ear()
        self.desk = self.desk_over(client)
        self.patience = 1
        """How often people ask again, with the same key, when the outcome of a decision is not known."""
        self.hurried = False
        """Whether people decide without waiting for the letters of the decision before."""
        self._keys = (f"key-{n}" for n in itertools.count())

    def desk_over(self, client: Client) -> CaseDesk:
        """A desk of this office over another client: without the seal, or of a server that is down."""
        return CaseDesk(
            register=self.register,
            client=client,
            office=self.office,
            forms=TEXT_FORMS,
            task_queue=self.settings.task_queue,
            base_url=self.settings.base_url,
            files=evidence_store(self.settings),
            messengers=make_messengers(self.settings, self.office, self.register),
            links=make_links(self.settings, self.register),
            codes_key=codes_key(self.settings),
            source_keys=source_keys(self.settings),
            passkeys=make_passkeys(self.settings, self.office),
        )

    async def restart(self) -> None:
        """Replace the worker by a new one, which has no case in its cache."""
        await self.worker_goes()
        await self.worker_comes()

    async def worker_goes(self) -> None:
        """Leave the cases without a worker; nothing when they have none."""
        worker, self.worker = self.worker, None
        if worker is not None:
            await worker.__aexit__(None)

    async def worker_comes(self) -> None:
        """Give the cases a worker, with an empty cache."""
        self.worker = self._build(self.settings, self.office, self.client, self.register)
        self.ear.listen_to(self.worker)
        await self.worker.__aenter__()

    # --- people and time -------------------------------------------------------------------------------------------

    def officer(self, unit: str, seat: str) -> Person:
        """Who sits there."""
        return next(p for p in self.office.people if p.unit == unit and Seat(seat) in p.seats)

    async def report(self, text: str = CLAIM, **fields: Any) -> ReportReceipt:
        key = fields.pop("key", None) or next(self._keys)
        source = Source(network=fields.pop("source", "192.0.2.0/24"))
        return await self.desk.report(Report(text=text, **fields), key=key, principal="test", source=source)

    async def filing(self, text: str, key: str) -> IncomingReport:
        """Return what the desk stores of a report."""
        how = {"key": key, "principal": "p", "source": Source(), "now": self.desk.now()}
        return await self.desk._filing.of(Report(text=text), **how)

    async def code(self, case: str, unit: str, seat: str) -> str:
        """Let a signer ask for a code, and read it from the letter that brought it."""
        person = self.officer(unit, seat)
        await self.desk.send_code(case, to=person)
        letters = [line["text"] for line in self.outbox() if f"{case}/code/{person.id}/" in line["key"]]
        return re.findall(r"：(\d{6})", letters[-1])[0]

    async def decide(
        self, case: str, said: Decision, unit: str, seat: str, key: str | None = None, code: str | None = None
    ) -> Answer:
        person, key = self.officer(unit, seat), key or next(self._keys)
        await self._letters_out(case)
        if code is not None:
            return await self.desk.decide(case, said, by=person, key=key, code=code)
        for _ in range(self.patience if self.worker else 0):  # a server under load may take longer than a call waits
            with suppress(Unavailable):
                return await self.desk.decide(case, said, by=person, key=key)
        return await self.desk.decide(case, said, by=person, key=key)

    async def _letters_out(self, case: str) -> None:
        """Let the letters of the decision before go out first: whoever decides has read them.

        On a slow machine the next decision would call off some. What fails or takes long is not waited for.
        """
        for _ in range(60 if self.worker and not self.hurried else 0):
            with suppress(RPCError):
                raw = (await self.handle(case).describe()).raw_description
                letters = [one for one in raw.pending_activities if one.activity_type.name == "notify"]
                if not any(one.attempt <= 1 for one in letters):
                    return
            await asyncio.sleep(0.05)

    async def refused(
        self, case: str, said: Decision, unit: str, seat: str, error: type[Refused], *, key: str | None = None
    ) -> Refused:
        """Let someone take a decision that is refused: nothing is written, neither history nor timeline."""
        await self.quiet(case)
        before = (await self.length(case), await self.events(case))
        with pytest.raises(error) as caught:
            await self.decide(case, said, unit, seat, key)
        assert type(caught.value) is error
        assert (await self.length(case), await self.events(case)) == before
        return caught.value

    async def forward(self, case: str, span: timedelta) -> None:
        """Move the clock of one case; no other case and no wall clock moves. What rang is out when this returns."""
        if not await TimeSkipper(self.client, config=FAR).fast_forward(self.handle(case), span):
            status = (await self.handle(case).describe()).status
            assert status is not WorkflowExecutionStatus.RUNNING, f"the clock of {case} stood still within {span}"

    async def now(self, case: str) -> datetime:
        """What time it is for one case."""
        return await TimeSkipper(self.client).get_current_time(self.handle(case))

    async def quiet(self, case: str) -> None:
        """Wait until no effect and no task of the case is in flight."""

        async def still() -> bool:
            raw = (await self.handle(case).describe()).raw_description
            return not raw.pending_activities and not raw.HasField("pending_workflow_task")

        await eventually(still, "the case never came to rest")

    async def reaches(self, case: str, stage: Stage) -> Summary:
        """Wait until the case stands in `stage`."""

        async def there() -> bool:
            return (await self.view(case)).stage is stage

        await eventually(there, f"the case never reached {stage}")
        return await self.view(case)

    # --- looking ---------------------------------------------------------------------------------------------------

    def handle(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(names.workflow_id(case))

    async def view(self, case: str) -> Summary:
        while True:
            try:
                summary: Summary = await self.handle(case).query(names.VIEW, result_type=Summary)
            except WorkflowQueryFailedError:  # a result waited for its task
                await asyncio.sleep(0.05)
            except RPCError as problem:
                if "not scheduled yet" not in problem.message:  # a case that has just continued in a new run
                    raise
                await asyncio.sleep(0.05)
            else:
                return summary

    async def page(self, case: str) -> str:
        """What an operator reads of the case in Temporal's own user interface."""
        return (await self.metadata(case)).current_details

    async def metadata(self, case: str) -> WorkflowMetadata:
        """What the case tells Temporal's user interface about itself."""
        told: WorkflowMetadata = await self.handle(case).query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        return told

    async def length(self, case: str) -> int:
        """How many events the history of the present run has."""
        return (await self.handle(case).describe()).history_length

    async def history(self, case: str) -> WorkflowHistory:
        """The history of the present run."""
        return await self.handle(case).fetch_history()

    async def events(self, case: str, *kinds: str) -> list[dict[str, Any]]:
        """The case's timeline as the register has it, with who and when; only `kinds` where named."""
        entries = [
            entry.model_dump(mode="json") | {"at": entry.at} for entry in await self.desk.timeline(case, EVERYTHING)
        ]
        events = [{**one["event"], "seq": one["seq"], "at": one["at"], "by": one["by"]} for one in entries]
        return [event for event in events if not kinds or event["kind"] in kinds]

    def outbox(self, name: str = "notices") -> list[dict[str, Any]]:
        return letters(self.settings.data / "outbox" / f"{name}.jsonl")

    def told(self, key_part: str, name: str = "notices") -> set[tuple[str, str]]:
        """Who was told by which channel, of the letters whose key holds `key_part`."""
        return {(line["person"], line["channel"]) for line in self.outbox(name) if key_part in line["key"]}

    async def runs(self) -> list[WorkflowHandle[Any, Any]]:
        """Each run of each case this world made."""
        query = f"TaskQueue = '{self.settings.task_queue}'"
        runs = {(run.id, run.run_id) async for run in self.client.list_workflows(query)}
        for row in await self.register.cases(CaseFilter(limit=10_000), EVERYTHING):
            with suppress(RPCError):  # a story may have deleted it
                description = await self.handle(row.case_id).describe()
                runs.add((description.id, description.run_id))
        return [self.client.get_workflow_handle(case, run_id=run) for case, run in sorted(runs)]

    async def histories(self) -> list[WorkflowHistory]:
        """Every history this world made, each run of each case."""
        return [await run.fetch_history() for run in await self.runs()]

    async def replay(self) -> int:
        """Replay every history with today's code; raises where one cannot be, or where a restart could change it."""
        runs = [run for run in await self.runs() if not unproven(await run.fetch_history())]
        for run in runs:
            await retold(run, self.ear, answers=self.worker is not None and self.ear.listens)
        return len(runs)

    async def prove_chains(self) -> None:
        """Let the register have all a case keeps; its timeline is then one chain, to the very head the case has."""
        for row in await self.register.cases(CaseFilter(limit=10_000), EVERYTHING):
            record = await self.desk._projector.ask(row.case_id)
            lines = [line.model_dump(mode="json") for line in await self.register.timeline(row.case_id)]
            newest = max((line.pop("epoch") for line in lines), default=1)
            if newest == 1:
                assert first_break(first_hash(row.case_id), lines) is None, f"{row.case_id}: a broken chain"
                cursor = await self.register.cursor(row.case_id)
                assert record is None or (cursor and cursor.position == record.position), row.case_id


def unproven(history: WorkflowHistory) -> bool:
    """Whether a run ended because nobody had proven its start: a replay checks no seal, and would go on."""
    failed = history.events[-1].workflow_execution_failed_event_attributes
    return failed.failure.application_failure_info.type == "Unproven"


async def eventually(condition: Callable[[], Any], otherwise: str) -> None:
    """Wait until an asynchronous condition holds."""
    for _ in range(PATIENCE):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(otherwise)


async def client_of(server: WorkflowEnvironment, *interceptors: Interceptor) -> Client:
    """A client of the shared server with Piyao's converter."""
    return await Client.connect(
        server.client.service_client.config.target_host,
        namespace=server.client.namespace,
        data_converter=data_converter,
        interceptors=interceptors,
        grpc_compression=COMPRESSION,
    )


def office_of(settings: Settings) -> Office:
    """Load the office; the packaged one, which no test can write, is read once for all worlds.

    It knows no quiet hours and hardly a limit there: a story starts whenever the tests are run, and goes the same way
    at any hour.
    """
    if settings.office_folder.resolve() != PACKAGED:
        return load_office(settings)
    office, told = _packaged()
    install(told)
    return office


@functools.cache
def _packaged() -> tuple[Office, Texts]:
    office = load_office(Settings())
    levels = {level: terms.model_copy(update={"quiet": None}) for level, terms in office.terms.levels.items()}
    terms = office.terms.model_copy(update={"levels": levels})
    policy = office.policy.model_copy(update={"terms": terms, "limits": UNBOUNDED})
    return office.model_copy(update={"policy": policy}), current()


@asynccontextmanager
async def open_world(
    server: WorkflowEnvironment,
    folder: Path,
    *,
    cache: int,
    office: Office | None = None,
    build: Build = build_worker,
    **overrides: Any,
) -> AsyncIterator[World]:
    """Open a world on its own task queue, and replay all it made when it closes; `build` makes its workers.

    `office` is one that is loaded already, which takes seconds; else the folder of the settings is read.
    """
    settings = Settings(data=folder, task_queue=f"test-{uuid4().hex[:8]}", workflow_cache=cache, **overrides)
    office = office or office_of(settings)
    client = await client_of(server, make_seal(settings))
    empty_register.lay(settings.data)
    register = await SqlRegister.open(settings.register)
    try:
        world = World(settings, office, client, register, build)
        await world.worker_comes()
        try:
            yield world
            assert await world.replay() > 0, "the story made no history"
            await world.prove_chains()
        finally:
            await world.worker_goes()
    finally:
        await register.close()
