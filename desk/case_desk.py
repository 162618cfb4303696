"""The desk, the one door to cases: it takes in reports, passes on decisions sealed, reads, and sweeps after a crash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import structlog
from temporalio.client import Client

from desk.case_client import CaseClient
from desk.decisions import DecisionSubmitter, hashed
from desk.draft_proposals import DraftProposal, propose
from desk.report_handover import ReportHandover, new_case_id
from desk.second_factor import SecondFactor
from desk.sweep import Sweep, refreshed
from domain.access.signing_codes import CodeDelivery
from domain.case.answer import Answer
from domain.case.clock_report import ClockReport, with_rings
from domain.case.summary import Summary
from domain.decisions import Decision, Sign
from domain.errors import Refused, Unavailable, Unfit, Unknown
from domain.office.office import Office, Person
from domain.ports.delivery import Messenger, Published
from domain.ports.evidence import Files
from domain.ports.register import CaseFilter, CaseRow, DecisionRow, Register
from domain.reports.report import IncomingReport, Report, ReportReceipt
from domain.tasks.brief import Brief
from domain.tasks.task_links import Links
from domain.values import Frozen
from domain.vocabulary import PublicationKind, Vote

log = structlog.get_logger(__name__)


class CaseView(Frozen):
    """Be one case as people see it; `live` tells whether the case itself answered, or only the register."""

    case_id: str
    number: str
    claim: str
    sightings: int
    summary: Summary | None
    live: bool
    bulletin: str | None


class CaseDesk:
    """Serve reports, decisions and reading over one register and one Temporal client."""

    def __init__(
        self,
        *,
        register: Register,
        client: Client,
        office: Office,
        claim_key: Callable[[str], str | None],
        task_queue: str,
        base_url: str,
        links: Links,
        files: Files,
        messengers: Mapping[str, Messenger],
    ) -> None:
        self.register, self.office, self.base_url = register, office, base_url
        self.links, self.files = links, files
        self._claim_key, self._client = claim_key, CaseClient(client, task_queue)
        self._submitter = DecisionSubmitter(register, office, self._client)
        self._second_factor = SecondFactor(register, office, messengers)
        self._handover = ReportHandover(register, office, self._client)
        self._sweep = Sweep(register, office, self._client, self._submitter, self._handover)
        self._by_key = {person.key_digest: person for person in office.people if person.key_digest}

    # --- who ---------------------------------------------------------------------------------------------------

    def person(self, key: str) -> Person | None:
        """Return whose personal key this is; None when it is nobody's, or its holder does not serve today."""
        person = self._by_key.get(hashlib.sha256(key.encode()).hexdigest())
        return person if person and person.serves(self.office.day(_now())) else None

    def now(self) -> datetime:
        """Return the time by which links, sessions and pages go."""
        return _now()

    # --- reports -----------------------------------------------------------------------------------------------

    async def report(self, report: Report, *, key: str | None, principal: str) -> ReportReceipt:
        """Take in one report: stored and matched in one transaction, then the case starts or hears of it.

        Without a key a retry may count as a second sighting. While Temporal is down the report is still accepted.

        Raises:
            KeyReused: the key came back with another body.
            Unavailable: the register does not answer; nothing was stored.

        """
        filed = await self.register.file(self._filing(report, key, principal))
        if filed.handover is not None:
            try:
                await self._handover.deliver(filed.handover, _now())
            except Unavailable as problem:
                log.warning("report.hand_over_later", report_id=filed.receipt.report_id, reason=str(problem))
        known = filed.receipt.known_rebuttal
        if known is None:
            return filed.receipt
        return filed.receipt.model_copy(
            update={"known_rebuttal": known.model_copy(update={"url": self.base_url + known.url})}
        )

    def _filing(self, report: Report, key: str | None, principal: str) -> IncomingReport:
        now = _now()
        body = report.model_dump_json()
        return IncomingReport(
            report_id=secrets.token_urlsafe(12),
            key=hashed(principal, "reports", key or secrets.token_urlsafe(18)),
            body_digest=hashlib.sha256(body.encode()).hexdigest(),
            report=report,
            claim_key=self._claim_key(report.text),
            level=self.office.provisional_level(report.text),
            case_id=new_case_id(),
            year=self.office.day(now).year,
            accepted_at=now,
        )

    # --- decisions ---------------------------------------------------------------------------------------------

    async def send_code(self, case: str, *, to: Person, via: str | None = None) -> CodeDelivery:
        """Send the code that signing a red or orange case asks for, by another channel than `via`.

        Raises:
            Refused: no such case, no other channel, or too many asked for; its subclass says which.
            Unavailable: the channel or the register does not answer; asked again, another is sent.

        """
        row = await self.register.case(case)
        if row is None:
            raise Unknown("unknown_case", case=case)
        return await self._second_factor.send(row, to, via, _now())

    async def decide(self, case: str, decision: Decision, *, by: Person, key: str, code: str | None = None) -> Answer:
        """Pass a person's decision to a case; the same key again changes nothing and answers with the same number.

        `code` is what was sent by `send_code`; it is spent here, and only a signature asks for it.

        Raises:
            Refused: the case says no (its subclass says why); nothing was changed.
            KeyReused: the key came back with another body.
            Unavailable: the outcome is not known yet; the same key may be sent again, and the sweep will.

        """
        row = self._submitter.row(case, decision, by, key, _now())
        await self._submitter.must_exist(case)
        earlier = await self.register.begin(row)
        if earlier is None or earlier.seq is None:
            row = earlier or row
            if code is not None and _asks_for_code(decision) and not row.second_factor:
                row = await self._with_code(row, by, code)
            return await self._submitter.submit(row, decision)
        # The case has taken it: its number and the state of now; Temporal would repeat the state of then.
        summary = (await self.view(case)).summary
        assert summary is not None  # noqa: S101  (written with the outcome)
        return Answer(case_id=case, seq=earlier.seq, summary=summary)

    async def _with_code(self, row: DecisionRow, by: Person, code: str) -> DecisionRow:
        """Spend a code on a decision; one refused for its code is over, and is not sent again by the sweep."""
        try:
            return await self._second_factor.spend(row, by, code, _now())
        except Refused as refusal:
            await self.register.finish(row.update_id, type(refusal).__name__, None)
            raise

    # --- reading -----------------------------------------------------------------------------------------------

    async def view(self, case: str) -> CaseView:
        """Show one case as it stands now, or as the register last heard when the case does not answer.

        Raises:
            Unknown: there is no such case.

        """
        row = await self.register.case(case)
        if row is None:
            raise Unknown("unknown_case", case=case)
        live = None
        if row.summary is None or row.summary.closed_at is None:
            live = await refreshed(self.register, self._client, row)
        return CaseView(
            case_id=row.case_id,
            number=row.number,
            claim=row.claim,
            sightings=row.sightings,
            summary=live or row.summary,
            live=live is not None,
            bulletin=f"{self.base_url}/bulletin/{case}" if row.published else None,
        )

    async def brief(self, case: str, person: Person) -> Brief | None:
        """Return what a case looks like to a person and what may be said to it; None when it does not answer."""
        return await self._client.brief(case, self.office.actor(person))

    async def clocks(self, case: str) -> ClockReport:
        """Explain every clock of a case, as the case itself reckons it now, with when its rungs rang."""
        await self._submitter.must_exist(case)
        told = await self._client.clocks(case, _now())
        return with_rings(told, _rings(await self.timeline(case)))

    async def proposed(self, case: str, kind: PublicationKind | None = None) -> DraftProposal:
        """Propose a text from the findings, of the usual kind for the verdict if none is named.

        Raises:
            Unknown: there is no such case.
            Unfit: there is no verdict yet.

        """
        view = await self.view(case)
        if view.summary is None:
            raise Unfit("no_verdict_yet")
        shorts = {code: unit.short for code, unit in self.office.units.items()}
        timeline = await self.register.timeline(case)
        return propose(view.summary, view.claim, timeline, shorts, kind, _now())

    async def list(self, where: CaseFilter) -> Sequence[CaseRow]:
        """List cases from the register, newest first."""
        return await self.register.cases(where)

    async def timeline(self, case: str) -> Sequence[dict[str, object]]:
        """Return the entries of a case in order; the case is asked for what it has not told yet."""
        row = await self.register.case(case)
        if row is None:
            raise Unknown("unknown_case", case=case)
        lines = await self.register.timeline(case)
        if row.summary is None or row.summary.closed_at is not None:
            return lines
        live = await refreshed(self.register, self._client, row, known=len(lines))
        return await self.register.timeline(case) if live is not None and live.seq > len(lines) else lines

    async def report_of(self, report_id: str) -> tuple[IncomingReport, str]:
        """Return a stored report and its case."""
        stored = await self.register.report(report_id)
        if stored is None:
            raise Unknown("unknown_report", report=report_id)
        return stored

    async def page(self, case: str) -> Published:
        """Return the published page of a case."""
        page = await self.register.page(case)
        if page is None:
            raise Unknown("unknown_page", case=case)
        return page

    async def pages(self, limit: int = 50) -> Sequence[Published]:
        """Return what is in the bulletin, newest first."""
        return await self.register.pages(limit)

    async def ready(self) -> dict[str, bool]:
        """Tell which parts the desk stands on answer now, by name."""
        register = True
        try:
            await self.register.ping()
        except Unavailable:
            register = False
        return {"register": register, "temporal": await self._client.answers()}

    # --- sweeping ----------------------------------------------------------------------------------------------

    async def sweep(self) -> tuple[int, int]:
        """Finish what a crash left between two steps; returns reports handed over and decisions settled."""
        return await self._sweep.once(_now())


def _rings(timeline: Sequence[dict[str, object]]) -> dict[tuple[str, str, int], list[datetime]]:
    """Return when rungs rang, by clock, unit and number."""
    found: dict[tuple[str, str, int], list[datetime]] = {}
    for line in timeline:
        event = line["event"]
        if isinstance(event, dict) and event["kind"] == "rung_rang":
            of = event["clock"], event["unit"], event["n"]
            found.setdefault(of, []).append(datetime.fromisoformat(str(line["at"])))
    return found


def _asks_for_code(decision: Decision) -> bool:
    """Tell whether a code can be spent on a decision: on the signature by which a text goes out, and nothing else."""
    return isinstance(decision, Sign) and decision.outcome is Vote.APPROVE


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (the desk stamps acceptance; rules get time as an argument)
