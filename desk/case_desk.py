"""The desk, the only way to a case: it takes reports, submits decisions under seal, and sweeps after a crash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog
from temporalio.client import Client

from desk.access.file_access import FileAccess
from desk.access.logins import Logins
from desk.access.passkeys import Passkeys
from desk.admission.source_marks import SourceMarks
from desk.admission.turns import NamedTurns
from desk.alarms.delivery_alarms import DeliveryAlarms
from desk.alarms.file_alarms import FileAlarms, WatchedFiles
from desk.alarms.list_letters import ListLetters
from desk.alarms.run_alarms import RunAlarms
from desk.case_client import CaseClient
from desk.case_reader import CaseReader
from desk.decisions import DecisionSubmitter
from desk.intake.assessor import Assessor
from desk.intake.filing import ReportFiling
from desk.intake.report_handover import ReportHandover
from desk.intake.splits import Splits
from desk.intake.text_forms import TextForms
from desk.runs.restoration import Restoration, RestoredCase
from desk.runs.run_list import RunList
from desk.runs.run_watch import RunWatch
from desk.second_factor import SecondFactor
from desk.sweep import Sweep
from domain.access.reading import EVERYTHING, ReadingRight
from domain.access.signing_codes import CodeDelivery
from domain.bounds import refuse_beyond
from domain.case.answer import Answer
from domain.case.summary import Record
from domain.decisions import Decision, Sign
from domain.errors import NotPermitted, Refused, Unavailable
from domain.office.office import Office, Person
from domain.ports.delivery import Messenger, Undelivered
from domain.ports.evidence import Files
from domain.ports.passkeys import PasskeyChecks
from domain.ports.register import Register
from domain.ports.rows import DecisionRow
from domain.ports.sources import SourceKeys
from domain.reports.report import Report, ReportReceipt
from domain.reports.sources import Source
from domain.tasks.short_links import ShortLinks
from domain.vocabulary import Vote

log = structlog.get_logger(__name__)

WAITING = 32
"""How many decisions about one case may wait for those that are on their way."""

RINGING = timedelta(minutes=2)
"""For how long a process alone rings the alarms; if it dies, another one goes on after that."""


class CaseDesk(CaseReader):
    """The desk of one office, over one register and one Temporal client."""

    def __init__(
        self,
        *,
        register: Register,
        client: Client,
        office: Office,
        forms: TextForms,
        task_queue: str,
        base_url: str,
        links: ShortLinks,
        codes_key: bytes,
        source_keys: SourceKeys,
        files: Files,
        messengers: Mapping[str, Messenger],
        passkeys: PasskeyChecks,
    ) -> None:
        own = CaseClient(client, task_queue)
        super().__init__(register=register, client=own, office=office, base_url=base_url, fold=forms.claim)
        watched = WatchedFiles(files)
        self.links, self.short_links, self.files = links.signed, links, FileAccess(watched, register)
        self.logins = Logins(register, lambda: self.office)
        self.passkeys = Passkeys(register, passkeys, lambda: self.office)
        self._assessor = Assessor(office, forms.plain)
        self._sources = SourceMarks(source_keys)
        self._filing = ReportFiling(office, self._assessor, forms, self._sources, codes_key)
        self._name = secrets.token_hex(8)
        hear, ask = self._closed_cases.hear, self._projector.ask
        self._handover = ReportHandover(register, office, self._client, self._assessor)
        splits = Splits(register, office, forms.claim)
        self._submitter = DecisionSubmitter(register, office, self._client, splits, hear, ask)
        self._second_factor = SecondFactor(register, office, messengers, codes_key)
        self._restoration = Restoration(register, self._client, self._projector)
        self._alarms = RunAlarms(register, office, messengers, links)
        self._watch = RunWatch(register, RunList(client, task_queue))
        self._delivery_alarms = DeliveryAlarms(register, office, messengers, links)
        self._file_alarms = FileAlarms(register, office, messengers, watched)
        self._list_letters = ListLetters(register, office, messengers, base_url)
        self._sweep = Sweep(register, office, self._client, self._submitter, self._handover, self._projector)
        self._turns = NamedTurns(office.policy.limits.decisions_per_case, WAITING, "too_many_in_flight")
        self._by_key = {person.key_digest: person for person in office.people if person.key_digest}

    # --- who ---------------------------------------------------------------------------------------------------

    def person(self, key: str) -> Person | None:
        """Return the holder of a personal key; None if it is nobody's, or its holder does not serve today."""
        person = self._by_key.get(hashlib.sha256(key.encode()).hexdigest())
        return person if person and person.serves(self.office.day(self.now())) else None

    # --- reports -----------------------------------------------------------------------------------------------

    async def report(self, report: Report, *, key: str | None, principal: str, source: Source) -> ReportReceipt:
        """Store and match one report in one transaction, then start its case or inform it.

        `principal` is the caller, for whom alone the key counts. `source` is where it comes from.
        Without a key a retry may count as a second sighting.
        While Temporal is down the report is still accepted.

        Raises:
            KeyReused: the key came back with another body.
            Unavailable: the register does not answer; nothing was stored.
            Unfit: its time is no usual one.

        """
        refuse_beyond(report, {})
        filing = await self._filing.of(report, key=key, principal=principal, source=source, now=self.now())
        filed = await self._matching.file(filing)
        if filed.handover is not None:
            try:
                await self._handover.deliver(filed.handover, self.now())
            except Unavailable as problem:
                log.warning("report.hand_over_later", report_id=filed.receipt.report_id, reason=str(problem))
        return await self._shown(filed.receipt, report)

    async def wait_for(self, case: str) -> None:
        """Wait until a new case has answered, two seconds at most: further ones would only wait before the worker."""
        await self._projector.ask(case)

    async def _shown(self, receipt: ReportReceipt, report: Report) -> ReportReceipt:
        """Return a receipt as a reporter sees it."""
        if (known := receipt.known_rebuttal) is not None:
            known = known.model_copy(update={"url": self.base_url + known.url})
        stopped = False
        with suppress(Unavailable):  # the report is stored: whoever handed it in must not hear otherwise
            cursor = await self.register.cursor(receipt.case_id) if receipt.joined else None
            stopped = cursor is not None and cursor.run.lost
        urgent = self._assessor.advice(report)
        return receipt.model_copy(update={"known_rebuttal": known, "case_stopped": stopped, "urgent": urgent})

    # --- decisions ---------------------------------------------------------------------------------------------

    async def send_code(
        self, case: str, *, to: Person, via: str | None = None, right: ReadingRight | None = None
    ) -> CodeDelivery:
        """Send the code that signing a red or orange text needs, by another channel than `via` (None: by any).

        `right` is what the person may read the case by, if it is not the person's own: a link.

        Raises:
            Refused: no case that the person may know of, no other channel, or too many codes; its subclass says which.
            Unavailable: the channel or the register does not answer; the same call again sends another code.

        """
        row = await self._access.row(case, right or self.right_of(to))
        return await self._second_factor.send(row, to, via, self.now())

    async def code_by_passkey(self, case: str, ticket: str, answer: str, *, to: Person, right: ReadingRight) -> str:
        """Return the code that signing a red or orange text needs, for the answer of the person's own passkey.

        Raises:
            Refused: no case that the person may know of, a wrong answer, or too many codes; its subclass says which.
            Unavailable: the register does not answer.

        """
        row, now = await self._access.row(case, right), self.now()
        await self.passkeys.must_sign(to, case, ticket, answer, now)
        return await self._second_factor.proven(row, to, now)

    async def decide(
        self,
        case: str,
        decision: Decision,
        *,
        by: Person,
        key: str,
        code: str | None = None,
        right: ReadingRight | None = None,
    ) -> Answer:
        """Send a person's decision to a case; the same key again changes nothing and returns the same number.

        `code` is one from `send_code`; it is spent here, and only a signature needs one. `right` is what the person may
        read the case by, if it is not the person's own: a link.

        Raises:
            Refused: the case refuses it (its subclass says why); nothing was changed.
            TooMany: too many decisions about this case wait already; this one was not taken.
            KeyReused: the key came back with another body.
            Unavailable: the outcome is not known yet; the same key may be sent again, and the sweep will.

        """
        refuse_beyond(decision, decision.found_by())
        async with self._turns.turn(case):
            return await self._decide(case, decision, by, key, code, right or self.right_of(by))

    async def _decide(
        self, case: str, decision: Decision, by: Person, key: str, code: str | None, right: ReadingRight
    ) -> Answer:
        now = self.now()
        row = self._submitter.row(case, decision, by, key, now)
        await self._access.must_know(case, right)
        begun = await self.register.begin(row)
        earlier, known = begun.earlier, begun.recorded
        again = known is not None and known.epoch > 1  # the case may have been set back since
        if known is not None and known.seq == 0:
            await self.wait_for(case)  # once it has decided something, it must be possible to restore it
        if earlier is None or earlier.seq is None or again:
            # The sender is who speaks now: a seat lost since then is lost, also under the key of then.
            row = row if earlier is None else earlier.model_copy(update={"actor": row.actor})
            if code is not None and _asks_for_code(decision) and not row.second_factor:
                row = await self._with_code(row, by, code)
            answer = await self._submitter.submit(row, decision, now, chain=begun.chain, recorded=known, run=begun.run)
            await self._handover.deliver_left(decision, row.update_id, now)
            return answer
        # The case has taken it: its number, and how the case stands now; Temporal would repeat how it stood then.
        summary = (await self.view(case, EVERYTHING)).summary
        assert summary is not None and known is not None  # noqa: S101, PT018  (written with the outcome)
        record = Record(summary=summary, entries=(), head=known.head)
        return Answer(case_id=case, seq=earlier.seq, since=summary.seq, record=record)

    async def _with_code(self, row: DecisionRow, by: Person, code: str) -> DecisionRow:
        """Spend a code on a decision; one refused for its code is finished, and the sweep does not send it again."""
        try:
            return await self._second_factor.spend(row, by, code, self.now())
        except Refused as refusal:
            await self.register.finish(row.update_id, type(refusal).__name__, None)
            raise

    # --- sweeping ----------------------------------------------------------------------------------------------

    async def follow(self) -> int:
        """Ask the cases that have moved and store what they answer; return how many answered."""
        return await self._projector.once(self.now())

    async def undelivered(self) -> Sequence[Undelivered]:
        """Return what could not be delivered and concerns somebody still; it is for administrators."""
        return await self.register.undelivered()

    async def alarm(self) -> None:
        """Tell people who have had too many letters what else there is, and administrators what went wrong."""
        await self._file_alarms.ring(self.now())  # each process knows its own
        if not await self._rings():
            return
        await self._list_letters.send(self.now())
        await self._delivery_alarms.ring(self.now())

    async def _rings(self) -> bool:
        """Return whether this process rings the alarms now: two that did at once would write to people twice."""
        return await self.register.lease("alarms", self._name, self.now(), RINGING)

    async def watch(self) -> int:
        """Find cases whose workflow was stopped, deleted or set back, and call people; return how many were found."""
        found = await self._watch.once(self.now())
        if await self._rings():
            await self._alarms.ring(self.now())  # apart from the rounds that follow cases: a mail server may be slow
        return found

    async def restore(self, case: str, *, by: Person) -> RestoredCase:
        """Start a case again whose workflow is gone, from its state in the register; only an administrator may.

        Raises:
            Refused: it runs, or there is no state this version can read; its subclass says which.
            Unavailable: Temporal or the register does not answer.

        """
        if not by.administrator:
            raise NotPermitted("not_administrator", who=by.id)
        return await self._restoration.restore(case, self.office.actor(by), self.now())

    async def sweep(self) -> tuple[int, int]:
        """Finish what a crash left between two steps; return the numbers of hand-overs and of decisions settled."""
        now = self.now()
        await self.short_links.drop_expired(now)
        await self._matching.index_old()
        await self.register.forget_sources(now)
        with suppress(Unavailable):  # the next round tries again
            await self._sources.drop_expired(self.office.day(now))
        return await self._sweep.once(self.now())


def _asks_for_code(decision: Decision) -> bool:
    """Return whether a code can be spent on a decision: only on the signature by which a text goes out."""
    return isinstance(decision, Sign) and decision.outcome is Vote.APPROVE
