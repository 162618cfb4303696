"""The content of a task page: the case as its officer needs it, what may be sent by the link, and who did the task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from api.forms.model import Form
from api.forms.submission import NOTHING, FormSubmission
from api.html.evidence import ShownFiles, named_in
from api.tasks import beforehand
from api.tasks.available_forms import Pair, offered
from api.tasks.calls import CallOver, CallSheet, call_sheet
from api.tasks.open_link import OpenLink
from api.tasks.reading import timeline
from api.tasks.reading.waiting import WaitingReports, waiting_reports
from desk import CaseDesk, CaseReports, TaskView
from domain.case.summary import ClockStatus, Summary
from domain.office.unit_suggestion import suggest
from domain.ports.rows import TimelineEntry
from domain.reports.near_claims import NearClaim
from domain.tasks.action import AvailableAction
from domain.tasks.brief import Brief, VoteView
from domain.tasks.task import OF_CLOCK, Task
from domain.vocabulary import ClockName, ProposalKind, Stage

_OF_PROPOSAL = {ProposalKind.INTERIM: ClockName.INTERIM, ProposalKind.SKIP_CONSENT: ClockName.APPROVAL}
"""The clocks that wait for a proposal which names none."""


@dataclass(frozen=True)
class TaskContent:
    """One opened link with the case it is for."""

    desk: CaseDesk
    opened: OpenLink
    view: TaskView
    files: ShownFiles
    near: tuple[NearClaim, ...] = ()
    """The cases near this one, on a page to triage by."""
    reports: CaseReports = field(default_factory=CaseReports)
    """Why its reports stand in this case, on a page of the office."""
    waiting: WaitingReports = field(default_factory=WaitingReports)
    """The reports of a basket, for whoever may move them."""

    @classmethod
    async def of(cls, desk: CaseDesk, opened: OpenLink) -> Self:
        """Return the content of a page, by one query of the case.

        Raises:
            Unknown: there is no such case.
            Unavailable: the register does not answer.

        """
        view = await desk.task_view(opened.link.case_id, opened.person)
        types = await desk.files.types(named_in(view.entries))
        near: Sequence[NearClaim] = ()
        if opened.link.task is Task.TRIAGE and view.brief is not None:
            near = await desk.near(view.case_id, view.claim)
        reports = CaseReports()
        if opened.link.unit == desk.office.terms.office.code and view.brief is not None:
            reports = await desk.explanations.of_case(view.case_id)
        waiting = await waiting_reports(desk, opened, view)
        return cls(desk, opened, view, ShownFiles(opened.path, types), tuple(near), reports, waiting)

    @property
    def brief(self) -> Brief | None:
        """Return the case as this officer sees it; None if it does not answer, or is closed and hears nothing more."""
        return self.view.brief

    @property
    def summary(self) -> Summary | None:
        """Return how the case stands; None before it has reached the register."""
        return self.view.summary

    @property
    def over(self) -> bool:
        """Return whether the case is closed and asks nothing of anybody any more."""
        return self.summary is not None and self.summary.ended

    @property
    def ended(self) -> bool:
        """Return whether the case is in another visit, in which the link's request is not open any more."""
        link, summary = self.opened.link, self.summary
        if link.task is Task.LOOK:
            return False  # it asks for nothing
        return summary is not None and summary.visit != link.visit and not timeline.outlives(link, self.view.entries)

    @property
    def heard(self) -> bool:
        """Return whether the case is closed, and this link may send it a finding all the same."""
        return self.over and bool(self.offered())

    @property
    def dead(self) -> bool:
        """Return whether nothing can be sent by this link any more."""
        return self.ended or (self.over and not self.heard)

    @property
    def name(self) -> str:
        """Return the code of what the page is called: of coordinating, by how far the case is."""
        task, stage = self.opened.link.task, self.summary.stage if self.summary else None
        later = task is Task.COORDINATE and stage in (Stage.REBUTTAL, Stage.CLOSURE)
        return f"{task}_{stage}" if later else str(task)

    def offered(self) -> list[Pair]:
        """Return the forms this link has for what may be decided now."""
        if self.brief is None or self.ended:
            return []
        link = self.opened.link
        offers = [one for one in self.brief.offers if one.open_at(self.opened.now)]
        if link.task is Task.CALL:  # each call that is open, and no other
            sheets = [  # as its sheet has it, which knows who is called
                call.offer
                for call in self.calls()
                if any(call.is_about(one.preset.get("clock"), one.preset.get("unit")) for one in _logs(offers))
            ]
            offers = [*(one for one in offers if one.kind != "phone_log"), *sheets]
        return offered(link, self.opened.person.unit, [each for one in offers for each in self._of_reports(one)])

    def _of_reports(self, offer: AvailableAction) -> Sequence[AvailableAction]:
        """Return an offer; that of a split once for each report that a rule has joined."""
        if offer.kind != "split":
            return [offer]
        return [offer.model_copy(update={"preset": {"report_id": one.report_id}}) for one in self.reports.joined]

    def calls(self) -> list[CallSheet]:
        """Return the open calls the link asks its person to make, the one due first in front."""
        link = self.opened.link
        if Task.CALL not in link.tasks or self.summary is None or self.dead:
            return []
        about = (one for one in self.summary.debts if link.speaks_of(one.clock, one.unit))
        sheets = (call_sheet(self.desk, one, self.view.claim, self.opened.person, self.opened.now) for one in about)
        return [sheet for sheet in sheets if sheet is not None]

    def calls_over(self) -> list[CallOver]:
        """Return the calls of the letter that are not to be made any more.

        Where the letter asked for more than calls, only those that were logged: another clock was never called about.
        """
        link, calls = self.opened.link, self.calls()
        over = [
            CallOver(clock, unit, timeline.logged(self.view.entries, clock, unit))
            for clock, unit in (link.about if Task.CALL in link.tasks else ())
            if not any(call.is_about(clock, unit) for call in calls)
        ]
        return over if self.only_calls else [one for one in over if one.log is not None]

    @property
    def only_calls(self) -> bool:
        """Return whether the letter asked for calls, and nothing else."""
        return {*self.opened.link.tasks} == {Task.CALL}

    def aside(self, form: Form) -> bool:
        """Return whether a form is folded away: always, or because the link asks its person for something else."""
        link = self.opened.link
        if link.task is Task.CALL and form.kind == "phone_log":
            return False
        spoken = form.name == "position" or (form.name == "tick_off" and not self._chairs())
        if Task.SESSION in link.tasks and spoken:
            return False  # what the unit was called for, or an item it was given
        if form.name == "minutes" and self.brief is not None and self.brief.session is not None:
            return not self.brief.session.ready
        if form.kind == "triage" and self.brief is not None and self.brief.handover:
            return True  # decided; the office waits for the unit
        if form.name == "let_out" and self.brief is not None and self.brief.risk and self.brief.risk.assessment.exit:
            return False  # the report's own words speak for it
        own_clock = form.kind == "acknowledge" and link.owner == link.unit
        later_text = form.kind == "draft" and self.brief is not None and self.brief.draft is not None
        return form.aside or own_clock or later_text

    def prefilled(self, form: Form) -> FormSubmission:
        """Return what a new form is filled with: what is known already, never a judgement still to come."""
        if self.brief is None:
            return NOTHING
        if form.name in ("triage", "open_case"):
            hits = self.suggested()
            return beforehand.triage(self.brief, hits[0][1][0] if hits else None, self.desk.office.districts)
        if form.name == "let_out":
            return beforehand.let_out(self.brief)
        if form.name == "merge" and self.near and not self.near[0].weak:
            return beforehand.merge(self.near[0].number)
        if form.kind == "draft":
            drafted = timeline.last_draft(self.view.entries)
            proposed = drafted or self.desk.draft_from(self.brief.summary, self.view.claim, self.view.entries)
            return beforehand.draft(proposed)
        if form.name == "minutes" and self.brief.session is not None and self.brief.session.ready:
            return beforehand.minutes(self.brief)
        if form.kind == "finding" and form.name != "finding":
            return beforehand.finding(timeline.written(self.view.entries, self._answers_for()))
        return NOTHING

    def suggested(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the codes of the units that fit the claim, best first, with the words that matched.

        Those proposed to verify come first, the one to lead before all.
        """
        risk = self.brief.risk.assessment if self.brief and self.brief.risk else None
        if risk is not None:
            proposed = (*((risk.lead,) if risk.lead else ()), *risk.co_units)
            return [(one.unit, one.words) for one in proposed if one.unit in self.desk.office.units]
        place = self.brief.place if self.brief else None
        return [(hit.unit, hit.words) for hit in suggest(self.view.claim, place, self.desk.office.units.values())]

    def clocks(self) -> list[ClockStatus]:
        """Return the clocks of the link's task, and the one of the rung it was sent for.

        A confirmation is due with the clock it is about.
        """
        link = self.opened.link
        waiting = self.brief.proposals if self.brief and link.task is Task.CONFIRM else ()
        about = {one.clock or _OF_PROPOSAL.get(one.kind) for one in waiting}
        return [
            clock
            for clock in (self.summary.debts if self.summary else ())
            if (OF_CLOCK.get(clock.clock) is link.task and (link.task is not Task.VERIFY or clock.unit == link.unit))
            or (clock.clock is ClockName.SESSION and link.task is Task.COORDINATE)
            or link.speaks_of(clock.clock, clock.unit)
            or clock.clock in about
        ]

    def verifying(self) -> dict[str, ClockStatus]:
        """Return the clock due first of each unit that verifies, by unit."""
        first: dict[str, ClockStatus] = {}
        for clock in sorted(self.summary.debts if self.summary else (), key=lambda clock: clock.due):
            if clock.role is not None and OF_CLOCK.get(clock.clock) is Task.VERIFY:
                first.setdefault(clock.unit, clock)
        return first

    def votes(self) -> Sequence[VoteView]:
        """Return the votes on the text that waits for signatures."""
        return self.brief.draft.votes if self.brief and self.brief.draft else ()

    def done(self, forms: Iterable[Form]) -> TimelineEntry | None:
        """Return the entry by which the task was done, once the `forms` leave nothing of it to do."""
        if self.calls() or any(form.kind in self.opened.link.asked and not self.aside(form) for form in forms):
            return None
        clocks = self.summary.debts if self.summary and not self.ended else ()
        link = self.opened.link
        if link.task is Task.CALL and link.also:  # the calls are over; what is left was asked of the person's own unit
            link = link.model_copy(update={"task": link.also[0], "clock": None, "owner": None})
        return timeline.done(link, self.view.entries, clocks)

    def _answers_for(self) -> str:
        """Return the unit this page hands in a finding for: the one the link was sent for, else the person's own."""
        return self.opened.person.unit

    def _chairs(self) -> bool:
        """Return whether the page is the office's, which may tick off everybody's items."""
        return self.opened.link.unit == self.desk.office.terms.office.code


def _logs(offers: Iterable[AvailableAction]) -> list[AvailableAction]:
    return [one for one in offers if one.kind == "phone_log"]
