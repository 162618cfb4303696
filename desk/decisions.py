"""From the desk to the case: a decision is stored, sent under seal, and its outcome is stored after it."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from desk.call_failures import NoSuchRun
from desk.case_client import CaseClient
from desk.intake.splits import Splits
from desk.merges import Ask, Merges
from domain.access.reading import asked_in
from domain.access.standing import has_left, still_held
from domain.case.answer import Answer
from domain.case.summary import RecordQuery
from domain.decisions import (
    Confirm,
    Decision,
    DraftSubmission,
    Interim,
    MoveReports,
    Proven,
    RecordPublication,
    SeatHolders,
    SplitDecision,
    TriageDecision,
    Wording,
)
from domain.errors import CaseLost, CaseOver, Refused, Unavailable, Unknown
from domain.office.office import Office, Person
from domain.ports.register import Register
from domain.ports.rows import DecisionRow
from domain.runs import RunStatus
from domain.terms import UnitRef
from domain.values import TimelinePosition
from domain.vocabulary import ClockName, Vote
from texts.catalogue import current

log = structlog.get_logger(__name__)


Hear = Callable[[DecisionRow, Decision, Proven], Awaitable[Answer]]
"""What lets a closed case hear a decision (`desk/closed/closed_cases.py`)."""


class DecisionSubmitter:
    """What submits decisions; the sweep may repeat each step without a second effect.

    `over` is asked where the workflow of a case has ended because the case is closed; `ask` has a case say how it
    stands now.
    """

    def __init__(
        self, register: Register, office: Office, client: CaseClient, splits: Splits, over: Hear, ask: Ask
    ) -> None:
        self._register, self._office, self._client, self._over = register, office, client, over
        self._merges, self._splits = Merges(register, client, ask), splits

    def row(self, case: str, decision: Decision, by: Person, key: str, now: datetime) -> DecisionRow:
        """Return a decision as the register stores it before its Update."""
        body = decision.model_dump_json()
        return DecisionRow(
            update_id=hashed(by.id, case, key),
            case_id=case,
            kind=kind_of(decision),
            body=body,
            body_digest=hashlib.sha256(body.encode()).hexdigest(),
            actor=self._office.actor(by),
            created_at=now,
        )

    def as_of_now(self, row: DecisionRow, now: datetime) -> DecisionRow:
        """Return a decision that was left without an outcome, with what its sender still holds of the seats of then.

        If the case has taken it, its answer is the same in any case; if not, the rule decides by the seats of now, and
        a code that came with it counts only if all of them are still held.
        """
        actor = still_held(row.actor, self._office.actor_now(row.actor.person, self._office.day(now)))
        second_factor = row.second_factor and actor == row.actor
        return row.model_copy(update={"actor": actor, "second_factor": second_factor})

    async def submit(
        self,
        row: DecisionRow,
        decision: Decision,
        now: datetime,
        *,
        chain: str,
        recorded: TimelinePosition | None,
        run: RunStatus = RunStatus.RUNNING,
    ) -> Answer:
        """Send one decision and store its outcome.

        `now` is the time at which the persons named in it are looked up. `chain` is the first run of its case, and
        `run` how its workflow stands as far as the register knows.
        `recorded` is where the timeline of its case ends in the register, None if the caller has not looked.

        Raises:
            Refused: the case refuses it.
            Unavailable: the outcome is not known yet.

        """
        try:
            proven = await self._prove(row, decision, now)
            waited = max(now - row.created_at, timedelta())
            proven = proven.model_copy(update={"recorded": recorded, "chain": chain, "waited": waited})
            answer = await self._update(row, decision, proven, run)
        except Refused as refusal:
            await self._register.finish(row.update_id, type(refusal).__name__, None)
            raise
        try:
            await self._register.finish(row.update_id, "done", answer)
        except Unavailable:  # the case has it; the sweep or the next effect stores it again
            log.warning("decision.outcome_unwritten", case_id=row.case_id, kind=row.kind)
        return answer

    async def _update(self, row: DecisionRow, decision: Decision, proven: Proven, run: RunStatus) -> Answer:
        if run is RunStatus.COMPLETED:
            return await self._over(row, decision, proven)
        try:
            return await self._client.send(row.case_id, row.kind, decision, update_id=row.update_id, proven=proven)
        except CaseOver:
            if not isinstance(decision, SplitDecision):  # of a closed case the register alone takes reports out
                raise
        except NoSuchRun:
            why = await self._why_not_running(row.case_id)
            if not isinstance(why, CaseOver):
                raise why from None
        return await self._over(row, decision, proven)

    async def _prove(self, row: DecisionRow, decision: Decision, now: datetime) -> Proven:
        """Return what a rule cannot know by itself: who decides, which units are named, what the text holds."""
        units = self._office.refs(decision.named_units())
        if unknown := [code for code in decision.named_units() if code not in units]:
            raise Unknown("unknown_unit", unit=",".join(unknown))
        actor = row.actor.model_copy(update={"vacant": self._office.standing_in(row.actor, now)})
        proven = Proven(actor=actor, units=units, second_factor=row.second_factor)
        match decision:
            case DraftSubmission():
                competent = self._office.competent(f"{decision.title}\n{decision.text}")
                exclusive = await self._exclusive(row.case_id, decision, decision.information)
                named = (*units, *competent, *(giver.code for giver in exclusive.values()))
                holders = await self._signers(row.case_id, named, now)
                update = {"competent": competent, "exclusive": exclusive, "holders": holders}
                update["unfilled"] = unfilled(decision, await self._claim(row.case_id))
                return proven.model_copy(update=update)
            case TriageDecision(duplicate_of=str(typed)):
                return proven.model_copy(update={"original": await self._merges.named(row, typed)})
            case SplitDecision():
                return proven.model_copy(update={"split": await self._splits.named(row, decision)})
            case MoveReports():
                into = await self._merges.numbered(decision.into)
                leaving = await self._register.leaving(row.case_id, decision.reports, into)
                return proven.model_copy(update={"original": into, "split": leaving})
            case TriageDecision(claim=str(claim)):
                same = await self._register.case_of_wording(claim, row.case_id)
                return proven.model_copy(update={"same_claim": same})
            case RecordPublication():
                return proven.model_copy(update={"exclusive": await self._exclusive(row.case_id, decision)})
            case Confirm(outcome=Vote.APPROVE):
                left = await self._proposer_left(row.case_id, decision.ref, now)
                original = await self._merges.confirmed(row, decision.ref)
                return proven.model_copy(update={"proposer_left": left, "original": original})
            case Interim():
                wording = await self._wording(row.case_id, decision)
                await self._register.worded(row.update_id, wording.digest)
                exclusive = await self._exclusive(row.case_id, wording)
                said = {"wording": wording, "exclusive": exclusive, "concludes": concluding_words(decision)}
                said["unfilled"] = unfilled(wording, await self._claim(row.case_id))
                return proven.model_copy(update=said)
            case _:
                return proven

    async def _exclusive(
        self, case: str, said: DraftSubmission | RecordPublication | Wording, information: str | None = None
    ) -> dict[str, UnitRef]:
        """Return who alone may give what a text says, outside the claim it quotes."""
        return self._office.exclusive(f"{said.title}\n{said.text}", information, await self._claim(case))

    async def _claim(self, case: str) -> str:
        stored = await self._register.case(case)
        return stored.claim if stored else ""

    async def _signers(self, case: str, named: Iterable[str], now: datetime) -> tuple[SeatHolders, ...]:
        """Return who can sign now, of every unit a text of a case may need: those it asks or has asked, and others."""
        entries = [entry.event for entry in await self._register.timeline(case)]
        record = (await self._client.read(case, RecordQuery())).record
        asked = set[str]()
        if record is not None:
            asked = asked_in(record.summary, [*entries, *(entry.event for entry in record.entries)])
        lists = (one.sign for one in self._office.terms.signing.values())
        fixed = (name.unit for names in lists for name in names if name.unit)
        return self._office.signers(
            (self._office.terms.office.code, *fixed, *sorted(asked), *named), self._office.day(now)
        )

    async def _proposer_left(self, case: str, ref: int, now: datetime) -> bool:
        """Return whether whoever made a proposal, by the number of its entry, holds none of the seats of then."""
        found = [entry.by for entry in await self._register.timeline(case) if entry.seq == ref]
        if not found and (record := (await self._client.read(case, RecordQuery())).record) is not None:
            found = [entry.by for entry in record.entries if entry.seq == ref]
        then = found[-1] if found else None  # of two epochs the later one holds
        return then is not None and has_left(then, self._office.actor_now(then.person, self._office.day(now)))

    async def _wording(self, case: str, decision: Interim) -> Wording:
        """Return the interim notice in the office's fixed wording."""
        stored, record = await self._register.case(case), (await self._client.read(case, RecordQuery())).record
        if stored is None or record is None:
            raise Unavailable("the case does not answer")
        units = [self._office.units[code].short for code in record.summary.units if code in self._office.units]
        due = next((debt.due for debt in record.summary.debts if debt.clock is ClockName.RESPONSE), None)
        values = {
            "claim": stored.claim,
            "units": units,
            "due": due,
            "known": decision.known,
            "unknown": decision.unknown,
            "advice": decision.advice,
            "office": self._office.terms.issuer_name(),
        }
        title, _, text = current().say("interim", **values).partition("\n")
        return Wording(title=title.strip(), text=text.strip())

    async def _why_not_running(self, case: str) -> Exception:
        stored, cursor = await self._register.case(case), await self._register.cursor(case)
        if stored is None or cursor is None or (cursor.position.seq == 0 and not cursor.started):
            return Unavailable("the case has not started yet")
        if stored.summary is not None and stored.summary.closed_at is not None:
            return CaseOver("case_over", number=stored.number)
        run = (await self._client.read(case, RecordQuery())).run
        if run is RunStatus.RUNNING:  # started again a moment ago
            return Unavailable("the case has just started again")
        await self._register.stands(cursor, run)
        await self._register.mark(case)  # what it did last may not be here yet
        if run is RunStatus.COMPLETED:
            return CaseOver("case_over", number=stored.number)
        return CaseLost("case_lost", number=stored.number, run=run)


def concluding_words(decision: Interim) -> tuple[str, ...]:
    """Return the words in what an interim notice adds that read as a verdict; asking whether it is so is none."""
    said = "\n".join(part for part in (decision.known, decision.unknown, decision.advice) if part)
    words = (*current().words["verdict"].values(), *current().words["conclusion_words"].values())
    for word in words:
        said = said.replace(current().phrase("conclusion", "open", word=word), "")
    return tuple(dict.fromkeys(word for word in words if word in said))


def unfilled(said: DraftSubmission | Wording, claim: str) -> tuple[str, ...]:
    """Return the placeholders of draft templates that title or text still hold, apart from those of a quoted claim."""
    texts = (said.title, said.text)
    return tuple(one for one in current().placeholders if any(text.count(one) > claim.count(one) for text in texts))


def hashed(*parts: str) -> str:
    """Return the id of a call: a hash of what makes it the same call, 40 hex digits; parts may be secret."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40]


def kind_of(decision: Decision) -> str:
    """Return the kind of a decision."""
    kind: str = decision.kind  # type: ignore[attr-defined]  # every concrete decision has a kind; the base has none
    return kind
